import type { User } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { showNotice } from '../notice.ts'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { ProblemNote } from './problem-note.tsx'

/** A button that requests a mail with a link that proves the user's email. */
export function SendVerification({ user, atStart = false }: { user: User; atStart?: boolean }) {
  const action = useAction(async () => {
    await callService('POST /auth/email/verification')
    showNotice(text.email.sent(user.email))
  })
  return (
    <>
      <ProblemNote problem={action.problem} />
      <div class={atStart ? 'buttons start' : 'buttons'}>
        <button type="button" onClick={action.run} aria-disabled={action.busy}>
          {text.email.send}
        </button>
      </div>
    </>
  )
}
