import { PasswordRejectedError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { BLOCKLIST } from './blocklist.ts'
import { fold, isMadeOf } from './own-words.ts'

/**
 * The rules for a new password, in this order: `length` in code points, `own_words`, `common`. There are no composition
 * rules, and none against repeated characters (NIST SP 800-63B §3.1.1.2). Microseconds, but for the first call that gets
 * to the blocklist, which takes some milliseconds to read it.
 * @throws PasswordRejectedError naming the rule; its message never repeats the password.
 */
export function assertNewPassword(
  password: Secret,
  { minLength, words }: { minLength: number; words: readonly string[] },
): void {
  const text = password.reveal()
  const length = [...text].length
  if (length < minLength)
    throw new PasswordRejectedError(
      'length',
      `A password has at least ${minLength} characters; this one has ${length}.`,
    )
  if (isMadeOf(text, words))
    throw new PasswordRejectedError(
      'own_words',
      'This password is made of your own email or name, or of the name of this service. Add words that have nothing to do with them.',
    )
  if (isCommon(text))
    throw new PasswordRejectedError(
      'common',
      'This password is on the list of common ones, which are guessed first. Choose another; a few words picked at random will do.',
    )
}

let blocklist: ReadonlySet<string> | undefined

/** Only the whole password counts, or an entry typed twice to make it long: a phrase may contain an entry. */
function isCommon(text: string): boolean {
  blocklist ??= new Set(BLOCKLIST.split(' '))
  const whole = fold(text).trim()
  const half = whole.slice(0, whole.length / 2)
  return blocklist.has(whole) || (half + half === whole && blocklist.has(half))
}
