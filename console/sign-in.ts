import { Problem } from '../client/index.ts'
import type { CodeKind } from './code.ts'
import { usePasskey } from './passkey.ts'
import { callService } from './service.ts'
import { recordSignIn } from './viewer.ts'

/** A sign-in whose password was right and that waits for a code. It is kept in memory only. */
export interface Challenge {
  /** `undefined` after a sign-in at a provider: the browser's cookie has it. */
  readonly secret: string | undefined
  /** The second factors that the user has. */
  readonly methods: readonly string[]
}

/**
 * Signs in with the password.
 * @param newPassword replaces the password, if that must be changed
 * @returns the challenge if the user has a second factor, and is not signed in yet
 * @throws Problem
 */
export async function signInByPassword(
  email: string,
  password: string,
  newPassword?: string,
): Promise<Challenge | undefined> {
  return challengeOf(async () => {
    recordSignIn(await callService('POST /auth/login', { body: { email, password, newPassword } }))
  })
}

/** Signs in by a mailed code, as `signInByPassword` does with the password. @throws Problem */
export async function signInByMailedCode(code: string): Promise<Challenge | undefined> {
  return challengeOf(async () => {
    recordSignIn(await callService('POST /auth/login/code/complete', { body: { code } }))
  })
}

async function challengeOf(signIn: () => Promise<void>): Promise<Challenge | undefined> {
  try {
    await signIn()
    return undefined
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'second_factor_required' && error.challenge)) throw error
    return { secret: error.challenge, methods: error.methods ?? [] }
  }
}

/** Continues a sign-in with a code. @throws Problem; after `challenge_expired` the user starts with the password again */
export async function signInByCode({ secret }: Challenge, kind: CodeKind, code: string): Promise<void> {
  const body = { challenge: secret, ...(kind === 'totp' ? { totp: code } : { recoveryCode: code }) }
  recordSignIn(await callService('POST /auth/login/second-factor', { body }))
}

/** Continues a sign-in with a passkey. @throws Problem as `signInByCode` */
export async function continueByPasskey({ secret: challenge }: Challenge): Promise<void> {
  const { options } = await callService('POST /auth/login/second-factor/options', { body: { challenge } })
  const passkey = await usePasskey(options)
  recordSignIn(await callService('POST /auth/login/second-factor', { body: { challenge, passkey } }))
}
