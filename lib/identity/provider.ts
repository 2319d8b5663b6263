import type { Scope } from '../scope.ts'
import type { AppleKey } from './apple.ts'

/** The algorithms by which a provider may sign its tokens: a public key each, one per provider. */
export const SIGNING_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const

/** How a client authenticates at the token endpoint (OpenID Connect Core §9). */
export const CLIENT_AUTHENTICATIONS = ['client_secret_basic', 'client_secret_post', 'none'] as const

/** Who may get an account at a first sign-in: nobody, every person, or every person with an address of these domains. */
export type ProviderRegistration = 'closed' | 'open' | { readonly domains: readonly string[] }

/** What a provider speaks. */
export const PROVIDER_KINDS = ['oidc', 'apple', 'github'] as const

/** What an event of a provider's stream does: revokes all sessions of its user, disables the user too, or is only recorded. */
export const SIGNAL_ACTIONS = ['revoke', 'disable', 'record'] as const

/** The name of an action. */
export type SignalAction = (typeof SIGNAL_ACTIONS)[number]

/** The events that do something, and what they do unless the settings say otherwise. */
export const SIGNAL_DEFAULTS = {
  'session-revoked': 'revoke',
  'credential-change': 'record',
  'account-disabled': 'revoke',
  'credential-compromise': 'revoke',
} as const satisfies Readonly<Record<string, SignalAction>>

/** A provider of identities, as the providers' file describes it. */
export interface Provider {
  /** `apple` and `github` differ from the standard. */
  readonly kind: (typeof PROVIDER_KINDS)[number]
  /** Names the provider in the routes; never changes. */
  readonly id: string
  /** Shown on the button. */
  readonly name: string
  /** Compared exactly with the discovery document, the `iss` parameter and the tokens. */
  readonly issuer: string
  readonly clientId: string
  /** The name of the client secret among the provider secrets; absent for a public client. */
  readonly secretName?: string
  readonly clientAuthentication: (typeof CLIENT_AUTHENTICATIONS)[number]
  /** What the sign-in asks for; begins with `openid`. */
  readonly scopes: readonly string[]
  readonly algorithm: (typeof SIGNING_ALGORITHMS)[number]
  /** The hosts that requests may go to: the issuer's, and those of its endpoints elsewhere. */
  readonly hosts: readonly string[]
  readonly registration: ProviderRegistration
  /** The claim that says whether the provider has verified the address. */
  readonly verifiedClaim: string
  /** A sign-in with one of these counts as two factors. */
  readonly strong: { readonly amr: readonly string[]; readonly acr: readonly string[] }
  /** Where the browser goes after a logout to be signed out at the provider as well (OpenID Connect RP-Initiated Logout). */
  readonly signOutUrl?: string
  /** Whom tokens must be for that are exchanged for sessions; absent: none are. */
  readonly exchange?: {
    readonly idTokenAudiences: readonly string[]
    /** Of Cognito, whose access tokens have no audience: the clients that they were issued to. */
    readonly accessTokenAudiences: readonly string[]
  }
  /** The provider's stream of security events; absent: there is none. */
  readonly signals?: {
    /** As the transmitter has named it. */
    readonly audience: readonly string[]
    /** The issuer of the events. Default: the provider's. */
    readonly issuer?: string
    /** The address of the keys. Default: that of the provider. */
    readonly keys?: string
    readonly events: Readonly<Record<keyof typeof SIGNAL_DEFAULTS, SignalAction>>
  }
  /** The key that signs client secrets for Apple; the secret is the key itself. */
  readonly apple?: AppleKey
  /** The scopes of members of a group at the provider. */
  readonly groups?: {
    readonly claim: string
    readonly scopes: Readonly<Record<string, readonly Scope[]>>
  }
}
