import { PasswordRejectedError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { BLOCKLIST } from './blocklist.ts'
import { consistsOfWords, fold } from './own-words.ts'

/**
 * Checks a new password against the rules, in this order: `length` in code points, `own_words`, `common`. There are no
 * composition rules (NIST SP 800-63B §3.1.1.2). The first call that reaches the blocklist takes some milliseconds.
 * @throws PasswordRejectedError with the name of the rule; its message never contains the password.
 */
export function assertNewPassword(
  password: Secret,
  { minLength, words }: { minLength: number; words: readonly string[] },
): void {
  const text = password.reveal().normalize('NFC')
  const length = [...text].length
  if (length < minLength)
    throw new PasswordRejectedError(
      'length',
      `A password must have at least ${minLength} characters; this one has ${length}.`,
    )
  if (consistsOfWords(text, words))
    throw new PasswordRejectedError(
      'own_words',
      'This password consists of your email or name, or of the name of this service. Add words that are unrelated to them.',
    )
  if (isCommon(text))
    throw new PasswordRejectedError(
      'common',
      'This password is on a list of common passwords, which attackers try first. Choose another, such as a few random words.',
    )
}

let blocklist: ReadonlySet<string> | undefined

/** Whether the whole password is an entry of the blocklist, or an entry typed twice. A phrase may contain an entry. */
function isCommon(text: string): boolean {
  // Stryker disable next-line StringLiteral: runs once per process, so Stryker tries only the first test here
  blocklist ??= new Set(BLOCKLIST.split(' '))
  const password = fold(text).trim()
  const half = password.slice(0, password.length / 2)
  return blocklist.has(password) || (half + half === password && blocklist.has(half))
}
