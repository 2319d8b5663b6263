import { defined } from '../defined.ts'
import { parseEmail } from '../email.ts'
import type { Assurance } from '../factor.ts'
import type { Scope } from '../scope.ts'
import type { EpochSeconds } from '../system.ts'
import type { Email } from '../user.ts'
import type { Provider } from './provider.ts'
import { ProviderResponseError } from './provider-errors.ts'

/** The claims of a verified ID token, or what a provider without one says. */
export type VerifiedClaims = Readonly<Record<string, unknown>> & {
  readonly iss: string
  readonly sub: string
  readonly iat: EpochSeconds
}

/** A subject at a provider, as its ID token describes it. */
export interface VerifiedIdentity {
  readonly provider: string
  readonly issuer: string
  readonly subject: string
  /** The session at the provider, for its logout tokens. */
  readonly sid?: string
  readonly issuedAt: EpochSeconds
  /** Only an address that the provider has verified. */
  readonly email?: Email
  readonly name?: string
  readonly assurance: Assurance
  /** The scopes of the subject's groups; absent if the provider's groups are not mapped. */
  readonly scopes?: readonly Scope[]
}

/** The name of a subject or session at a provider (OpenID Connect Core §2): at most 255 ASCII characters. */
export const NAME_AT_PROVIDER = /^[\x21-\x7e]{1,255}$/
const MAX_NAME_LENGTH = 100

/** Reads a verified ID token by the settings of its provider. @throws ProviderResponseError for a malformed subject */
export function verifiedIdentity(provider: Provider, claims: VerifiedClaims): VerifiedIdentity {
  const { iss: issuer, sub: subject, iat: issuedAt } = claims
  if (!NAME_AT_PROVIDER.test(subject))
    throw new ProviderResponseError('invalid_token', 'The ID token has a malformed `sub`')
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name] : undefined)
  const sid = text('sid')
  return {
    ...{ provider: provider.id, issuer, subject, issuedAt },
    ...defined({
      sid: sid !== undefined && NAME_AT_PROVIDER.test(sid) ? sid : undefined,
      email: isTrue(claims[provider.verifiedClaim]) ? parseEmail(text('email') ?? '') : undefined,
      name: text('name')?.trim().slice(0, MAX_NAME_LENGTH) || undefined,
      scopes: scopesOf(provider, claims),
    }),
    assurance: assuranceOf(provider, claims),
  }
}

/** Apple sends `"true"`, Entra's `xms_edov` is 1 or `"1"`. */
const isTrue = (value: unknown) => value === true || value === 'true' || value === 1 || value === '1'

function assuranceOf({ strong }: Provider, { amr, acr }: VerifiedClaims): Assurance {
  const methods: unknown[] = Array.isArray(amr) ? amr : []
  const isStrong = methods.some((method) => strong.amr.some((each) => each === method))
  return isStrong || strong.acr.some((each) => each === acr) ? 2 : 1
}

function scopesOf({ groups }: Provider, claims: VerifiedClaims): Scope[] | undefined {
  if (!groups) return undefined
  const listed = claims[groups.claim]
  const names: unknown[] = Array.isArray(listed) ? listed : []
  const granted = Object.entries(groups.scopes).flatMap(([group, scopes]) => (names.includes(group) ? scopes : []))
  return [...new Set(granted)].sort()
}
