import type { Activity } from './activity.ts'
import type { Passkey } from './passkeys.ts'

// The JSON types of bodies and responses. `tests/types/client.ts` compares them with the routes.

/** A session. It contains no credential. Times are RFC 3339 in UTC, such as `2026-11-22T10:00:00Z`. */
export interface Session {
  /** The public id, safe in URLs, lists and logs. */
  readonly id: string
  readonly userId: string
  readonly scopes: readonly string[]
  /** The name that the login request gave the session. */
  readonly label?: string
  /** How the user has signed in. */
  readonly factors: readonly ('password' | 'code' | 'totp' | 'recovery' | 'passkey' | 'provider')[]
  /** 2: with two factors, or with a passkey that verified the user. */
  readonly assurance: 1 | 2
  readonly ip: string
  readonly userAgent: string
  readonly createdAt: string
  /** The latest authentication of the user in this session: login or reauthentication. */
  readonly authenticatedAt: string
  /** The latest renewal. The latest request may be up to `SESSION_RENEW_SECONDS` later. */
  readonly lastSeenAt: string
  /** The earlier of the idle and the absolute timeout. */
  readonly expiresAt: string
  /** The absolute timeout. Renewal never extends it. */
  readonly endsAt: string
}

/** A session in a list. */
export interface ListedSession extends Session {
  /** `true` on the session that authenticated the request, absent on all others. */
  readonly current?: boolean
}

/** A user, as the user and administrators see it. */
export interface User {
  readonly id: string
  /** Trimmed and in lower case. */
  readonly email: string
  /** Whether the user has proven that they receive mail at this address. */
  readonly emailVerified: boolean
  readonly name?: string
  /** The granted scopes. Every user also has the scope `account`. */
  readonly scopes: readonly string[]
  readonly status: 'active' | 'disabled'
  /** An administrator has set the password, and the next sign-in by it must replace it. Absent: no. */
  readonly mustChangePassword?: true
  readonly createdAt: string
}

/** An invitation to open an account. */
export interface Invitation {
  readonly id: string
  readonly email: string
  /** The name of the user, unless the user chooses another. */
  readonly name?: string
  /** The scopes that the user is granted. */
  readonly scopes: readonly string[]
  readonly status: 'open' | 'accepted' | 'revoked'
  /** The id of the administrator who invited. Absent: the command line. */
  readonly invitedBy?: string
  readonly createdAt: string
  readonly expiresAt: string
}

/** A counter of the failed attempts of an account, as long as it counts any. */
export interface RateLimit {
  readonly kind: 'login' | 'reauthentication' | 'second_factor'
  /** A known address with a counter of its own. Absent for all other addresses together. */
  readonly ip?: string
  readonly attempts: number
  readonly limit: number
  /** Whether further attempts are refused. */
  readonly isLocked: boolean
  /** When all attempts are available again. */
  readonly until: string
}

/** An identity at a provider that signs a user in. */
export interface Identity {
  /** Names the link: another one if it is made again. */
  readonly id: string
  /** The id of the provider when it was linked. */
  readonly provider: string
  readonly issuer: string
  /** The user, as the provider names them. */
  readonly subject: string
  readonly linkedAt: string
}

/** A user in an export. */
export interface ExportedUser extends User {
  /** The email that a change was asked for, even if its link has expired. */
  readonly pendingEmail?: string
  /** The email before a change that could be undone. */
  readonly formerEmail?: string
  /** The last changes that revoked all sessions, at most three. */
  readonly passkeys: readonly Passkey[]
  readonly identities: readonly Identity[]
  readonly lastChanges: readonly {
    readonly reason: string
    readonly at: string
    /** The user who requested it. Absent: the command line, or a program. */
    readonly by?: string
  }[]
}

/** What is stored about a user. Pages after the first have only `activity`; the last one has no `cursor`. */
export interface UserExport {
  /** Absent for a user who was deleted. */
  readonly user?: ExportedUser
  readonly sessions?: readonly Session[]
  readonly rateLimits?: readonly RateLimit[]
  readonly activity: readonly Activity[]
  readonly cursor?: string
}

/** The state of a token (RFC 7662). Times are in seconds since the epoch. */
export type Introspection =
  | { readonly active: false }
  | {
      readonly active: true
      /** The user's id. */
      readonly sub: string
      /** Scopes, separated by spaces. */
      readonly scope: string
      readonly exp: number
      readonly iat: number
      /** The session's id. */
      readonly sid: string
    }

/** A newly issued session. `token` is present if the client uses bearer tokens; otherwise the cookie holds it. */
export interface IssuedSession {
  readonly session: Session
  readonly token?: string
}

/** Asks for a signed receipt of a revocation (RFC 7240). */
export type ReceiptPreference = 'return=receipt'

/** A signed receipt of a revocation: a JWS, which the keys at `/.well-known/jwks.json` verify. */
export interface Receipt {
  readonly receipt: string
}

/** A signed token for another service (RFC 9068). Nobody can revoke it before `expiresAt`. */
export interface SignedToken {
  readonly token: string
  readonly tokenType: 'Bearer'
  readonly audience: string
  readonly scopes: readonly string[]
  readonly expiresAt: string
  /** The seconds until `expiresAt`. */
  readonly expiresIn: number
}

/** The session that a change of second factors has issued, and new recovery codes if the change made some. */
export interface ChangedFactors extends IssuedSession {
  readonly recoveryCodes?: readonly string[]
}
