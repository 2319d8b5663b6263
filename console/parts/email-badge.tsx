import type { User } from '../../client/index.ts'
import { text } from '../text.ts'

/** Whether a user has proven their email. */
export function EmailBadge({
  user,
  words = text.email,
}: {
  user: User
  words?: Record<'verified' | 'unverified', string>
}) {
  return user.emailVerified ? (
    <span class="badge">{words.verified}</span>
  ) : (
    <span class="badge neutral">{words.unverified}</span>
  )
}
