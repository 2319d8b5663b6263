import { CoatcheckError, type Facts } from './coatcheck-error.ts'
import type { Secret } from './secret.ts'

/** A second factor that a user has. */
export type SecondFactor = 'totp' | 'recovery_code' | 'passkey'

/** How a request presents its session, which decides the status: 403 for the cookie, 401 for a bearer token (RFC 9470). */
type Presented = 'cookie' | 'bearer'

/** The session's last authentication is older than the route accepts. Status 403; 401 for a bearer token. */
export class ReauthenticationRequiredError extends CoatcheckError {
  readonly code = 'reauthentication_required'
  readonly maxAgeSeconds: number
  readonly presented: Presented
  constructor(maxAgeSeconds: number, presented: Presented, facts: Facts = {}) {
    super(`The last sign-in is over ${maxAgeSeconds} seconds old. Reauthenticate: POST /auth/session/reauthenticate.`)
    this.maxAgeSeconds = maxAgeSeconds
    this.presented = presented
    this.facts = facts
  }
}

/** A sign-in needs a second factor after the right password; or a session was made with one factor only. Status 403; 401 for a bearer token. */
export class SecondFactorRequiredError extends CoatcheckError {
  readonly code = 'second_factor_required'
  /** Of a sign-in: continues it. */
  readonly challenge: Secret | undefined
  /** Of a sign-in: the factors that continue it. */
  readonly methods: readonly SecondFactor[] | undefined
  readonly presented: Presented
  constructor(
    signIn?: { challenge: Secret; methods: readonly SecondFactor[] },
    facts: Facts = {},
    presented: Presented = 'cookie',
  ) {
    super(
      signIn
        ? 'The first factor is right. Continue with a second factor: POST /auth/login/second-factor.'
        : 'This needs a session of two factors. Sign in with a second factor; set one up first if you have none.',
    )
    this.challenge = signIn?.challenge
    this.methods = signIn?.methods
    this.presented = presented
    this.facts = facts
  }
}

/** The password is right, but an administrator has set it and requires another one. Status 403. */
export class PasswordChangeRequiredError extends CoatcheckError {
  readonly code = 'password_change_required'
  constructor(facts: Facts = {}) {
    super('The password is right, but you must choose another one. Sign in again and send it as `newPassword` too.')
    this.facts = facts
  }
}

/** The challenge of a sign-in or a passkey is unknown, was used, has expired, or all sessions were revoked since. Status 410. */
export class ChallengeExpiredError extends CoatcheckError {
  readonly code = 'challenge_expired'
  constructor(message = 'This sign-in has expired, or began in another browser. Start again.') {
    super(message)
  }
}

/** A code of an authenticator app or of a mail, or a recovery code, is wrong, or was used. Status 403. */
export class WrongCodeError extends CoatcheckError {
  readonly code = 'wrong_code'
  constructor(facts: Facts = {}) {
    super('The code is wrong or was used already. Check it, or wait for the next one, and try again.')
    this.facts = facts
  }
}

/** A passkey is not accepted: it is unknown, was removed, is a copy, or its response is not for this service. Status 403. */
export class WrongPasskeyError extends CoatcheckError {
  readonly code = 'wrong_passkey'
  /** @param facts `reason` says why, for the log; the response does not tell */
  constructor(facts: Facts) {
    super('The passkey is not accepted. Try another passkey, or another way to sign in.')
    this.facts = facts
  }
}
