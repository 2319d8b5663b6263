import { useSignal } from '@preact/signals'
import { Problem } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { goTo, linkToken } from '../navigation.ts'
import { showNotice } from '../notice.ts'
import { Form } from '../parts/form.tsx'
import { GeneratePassword } from '../parts/generate-password.tsx'
import { HiddenUsername } from '../parts/hidden-username.tsx'
import { NewPassword } from '../parts/new-password.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { VoidLink } from '../parts/void-link.tsx'
import { Welcome } from '../parts/welcome.tsx'
import { callService, refreshSession } from '../service.ts'
import { text } from '../text.ts'
import { phase, recordSignOut, viewer } from '../viewer.ts'
import { visitorEmail } from '../visitor.ts'

const ROUTE = 'POST /auth/password/reset/complete'

/** Sets a new password with the secret of a mailed link. Only the button uses the link: opening the page changes nothing. */
export function ResetPasswordView() {
  const token = linkToken.value
  const password = useSignal('')
  const shown = useSignal(false)
  // A link's secret starts with the id of its user.
  const known = viewer.value && token.startsWith(viewer.value.user.id) ? viewer.value.user.email : undefined
  const action = useAction(async () => {
    const { done, donePending } = text.resetPassword
    try {
      await callService(ROUTE, { body: { token, newPassword: password.value } })
      await leave(done, known)
    } catch (error) {
      if (!(error instanceof Problem && error.code === 'revocation_pending')) throw error
      await leave(donePending, known) // the password was set
    }
  })
  const { title, lead, submit, again, uncertain } = text.resetPassword
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
        {known && <HiddenUsername email={known} />}
        <NewPassword
          label={text.fields.newPassword}
          value={password}
          about={{ email: known }}
          problem={action.problem}
          field="newPassword"
          shown={shown}
        />
        <GeneratePassword value={password} shown={shown} />
        <ProblemNote problem={action.problem} fields={['/newPassword']} />
        <button type="submit" class="primary wide" aria-disabled={action.busy}>
          {submit}
        </button>
      </Form>
    </Welcome>
  )
}

/** Opens the sign-in page; another user who is signed in on this browser stays so. */
async function leave(sentence: string, email = ''): Promise<void> {
  if (phase.peek() === 'signedIn' && (await refreshSession())) {
    goTo({ name: 'sessions' })
    showNotice(sentence)
  } else {
    recordSignOut(sentence)
    visitorEmail.value = email
  }
}
