import type { User } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { showNotice } from '../notice.ts'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { ProblemNote } from './problem-note.tsx'

/** A button that requests a mail with a link that proves the user's email. */
export function SendVerification({ user }: { user: User }) {
  const action = useAction(async () => {
    await callService('POST /auth/email/verification')
    showNotice(text.email.sent(user.email))
  })
  return (
    <>
      <ProblemNote problem={action.problem} />
      <div class="buttons">
        <button type="button" onClick={action.run} aria-disabled={action.busy}>
          {text.email.send}
        </button>
      </div>
    </>
  )
}
