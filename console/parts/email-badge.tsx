import type { User } from '../../client/index.ts'
import { text } from '../text.ts'

/** Whether the user has proven their email. */
export function EmailBadge({ user }: { user: User }) {
  return user.emailVerified ? (
    <span class="badge">{text.email.verified}</span>
  ) : (
    <span class="badge warning">{text.email.unverified}</span>
  )
}
