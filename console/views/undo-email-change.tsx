import { Problem } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { goTo, linkToken } from '../navigation.ts'
import { showNotice } from '../notice.ts'
import { Form } from '../parts/form.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { VoidLink } from '../parts/void-link.tsx'
import { Welcome } from '../parts/welcome.tsx'
import { callService, refreshSession } from '../service.ts'
import { text } from '../text.ts'
import { phase, recordSignOut } from '../viewer.ts'

const ROUTE = 'POST /auth/email/undo'

/** Undoes a change of email with the secret of a mailed link. Only the button uses the link. */
export function UndoEmailChangeView() {
  const token = linkToken.value
  const action = useAction(async () => {
    const { done, donePending } = text.undoEmailChange
    try {
      await callService(ROUTE, { body: { token } })
      await leave(done)
    } catch (error) {
      if (!(error instanceof Problem && error.code === 'revocation_pending')) throw error
      await leave(donePending) // the change was undone
    }
  })
  const { title, lead, submit, again, uncertain } = text.undoEmailChange
  if (token === '' || action.problem?.code === 'invalid_link')
    return (
      <VoidLink
        isLost={token === ''}
        again={{ label: again, view: { name: 'forgotten-password' } }}
        uncertain={{ route: ROUTE, sentence: uncertain }}
      />
    )
  return (
    <Welcome title={title} lead={lead}>
      <Form action={action}>
        <ProblemNote problem={action.problem} />
        <button type="submit" class="primary wide" aria-disabled={action.busy}>
          {submit}
        </button>
      </Form>
    </Welcome>
  )
}

/** Opens the page that mails a link to set a password; another user who is signed in on this browser stays so. */
async function leave(sentence: string): Promise<void> {
  if (phase.peek() === 'signedIn' && (await refreshSession())) goTo({ name: 'sessions' })
  else {
    recordSignOut()
    goTo({ name: 'forgotten-password' })
  }
  showNotice(sentence)
}
