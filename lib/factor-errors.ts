import { CoatcheckError, type Facts } from './coatcheck-error.ts'
import type { Secret } from './secret.ts'

/** A second factor that a user has. */
export type SecondFactor = 'totp' | 'recovery_code' | 'passkey'

/** A sign-in needs a second factor after the right password; or a session was made with one factor only. Status 403. */
export class SecondFactorRequiredError extends CoatcheckError {
  readonly code = 'second_factor_required'
  /** Of a sign-in: continues it. */
  readonly challenge: Secret | undefined
  /** Of a sign-in: the factors that continue it. */
  readonly methods: readonly SecondFactor[] | undefined
  constructor(signIn?: { challenge: Secret; methods: readonly SecondFactor[] }, facts: Facts = {}) {
    super(
      signIn
        ? 'The password is right. Continue with a second factor: POST /auth/login/second-factor.'
        : 'This needs a session of two factors. Sign in with a second factor; set one up first if you have none.',
    )
    this.challenge = signIn?.challenge
    this.methods = signIn?.methods
    this.facts = facts
  }
}

/** The challenge of a sign-in is unknown, was used, has expired, or all sessions were revoked since. Status 410. */
export class ChallengeExpiredError extends CoatcheckError {
  readonly code = 'challenge_expired'
  constructor() {
    super('This sign-in has expired. Start again with email and password.')
  }
}

/** A code of an authenticator app or a recovery code is wrong, or was used. Status 403. */
export class WrongCodeError extends CoatcheckError {
  readonly code = 'wrong_code'
  constructor(facts: Facts = {}) {
    super('The code is wrong or was used already. Wait for the next one and try again.')
    this.facts = facts
  }
}
