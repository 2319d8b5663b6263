import { useSignal } from '@preact/signals'
import { useAction } from '../action.ts'
import { asking } from '../confirmation.ts'
import { say } from '../notice.ts'
import { ask, doubt } from '../service.ts'
import { text } from '../text.ts'
import { signedIn, signedOut, type Viewer } from '../viewer.ts'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { PasswordField } from './password-field.tsx'

/** In front of everything when the session of the page has ended: what is behind stays, unseen, for who comes back. */
export function Ended({ viewer }: { viewer: Viewer }) {
  const email = useSignal(viewer.user.email)
  const password = useSignal('')
  const action = useAction(async () => {
    signedIn(await ask('POST /auth/login', { body: { email: viewer.user.email, password: password.value } }))
    say(text.ended.back)
    asking.value?.(true) // what waited for the password has it now
  })
  const { title, why, doubts, somebodyElse } = text.ended
  return (
    <Dialog
      title={title}
      submit={text.signIn.submit}
      action={action}
      covering
      besides={
        <button type="button" class="quiet" onClick={() => signedOut()}>
          {somebodyElse}
        </button>
      }
    >
      <p>{why}</p>
      {doubt.value === 'PUT /auth/password' && <p>{doubts.password}</p>}
      {doubt.value === 'DELETE /auth/account' && <p>{doubts.account}</p>}
      <Field label={text.fields.email} value={email} autocomplete="username" isFixed />
      <PasswordField label={text.fields.password} value={password} autocomplete="current-password" autofocus />
    </Dialog>
  )
}
