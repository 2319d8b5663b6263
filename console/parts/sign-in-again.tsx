import { useSignal } from '@preact/signals'
import { useAction } from '../action.ts'
import { showNotice } from '../notice.ts'
import { pendingReauthentication } from '../reauthentication.ts'
import { callService, changeMade, uncertainRoute } from '../service.ts'
import { text } from '../text.ts'
import { interruption, recordSignIn, recordSignOut, type Viewer } from '../viewer.ts'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { PasswordField } from './password-field.tsx'

/**
 * Covers the page when the service no longer accepts its session. The page behind keeps its state, hidden, for the same user
 * to continue.
 */
export function SignInAgain({ viewer }: { viewer: Viewer }) {
  const email = useSignal(viewer.user.email)
  const password = useSignal('')
  const action = useAction(async () => {
    recordSignIn(
      await callService('POST /auth/login', { body: { email: viewer.user.email, password: password.value } }),
    )
    showNotice(text.signInAgain.done)
    pendingReauthentication.value?.(true) // the sign-in also counts as the reauthentication
  })
  const { causes, changes, uncertain, otherUser } = text.signInAgain
  const { title, why } = changeMade.value ? changes[changeMade.value] : causes[interruption.value]
  return (
    <Dialog
      title={title}
      submit={text.signIn.submit}
      action={action}
      covering
      extraButton={
        <button type="button" class="plain" onClick={() => recordSignOut()}>
          {otherUser}
        </button>
      }
    >
      <p>{why}</p>
      {uncertainRoute.value === 'PUT /auth/password' && <p>{uncertain.password}</p>}
      {uncertainRoute.value === 'DELETE /auth/account' && <p>{uncertain.account}</p>}
      <Field label={text.fields.email} value={email} autocomplete="username" isFixed />
      <PasswordField label={text.fields.password} value={password} autocomplete="current-password" autofocus />
    </Dialog>
  )
}
