import { ownWords } from '../../lib/passwords/own-words.ts'
import { assertNewPassword } from '../../lib/passwords/password-rules.ts'
import type { Log } from '../../lib/ports.ts'
import type { Secret } from '../../lib/secret.ts'
import type { PasswordApp } from './password-app.ts'

/** Whose password it is to be. */
interface About {
  readonly email: string
  readonly name?: string | undefined
}

/**
 * Checks a new password against the rules and, with `PASSWORD_BREACH_FILE` or `PASSWORD_BREACH_URL`, against known
 * breaches. No call of the datastore; see `createBreachCheck`.
 * @throws PasswordRejectedError with the name of the rule
 */
export async function checkNewPassword(
  { config: { password: rules, origin }, checkBreaches }: Pick<PasswordApp, 'config' | 'checkBreaches'>,
  password: Secret,
  { email, name }: About,
  log: Log,
): Promise<void> {
  assertNewPassword(password, { minLength: rules.minLength, words: ownWords({ email, name, origin }) })
  await checkBreaches(password, log)
}
