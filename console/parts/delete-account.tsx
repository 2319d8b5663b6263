import { useSignal } from '@preact/signals'
import { useAction } from '../action.ts'
import { ask } from '../service.ts'
import { text } from '../text.ts'
import { signedOut } from '../viewer.ts'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'

/** Asks for the email address, so that no slip of a finger deletes anything. */
export function DeleteAccount({ email, onClose }: { email: string; onClose: () => void }) {
  const typed = useSignal('')
  const mismatch = useSignal(false)
  const { removeTitle, removeWill, removeConfirm, removeMismatch, removeFinally, removed } = text.account
  const action = useAction(async () => {
    mismatch.value = typed.value.trim().toLowerCase() !== email
    if (mismatch.value) return
    await ask('DELETE /auth/account')
    signedOut(removed)
  })
  return (
    <Dialog title={removeTitle} submit={removeFinally} action={action} onClose={onClose} grave>
      <p>{removeWill}</p>
      <Field
        label={removeConfirm(email)}
        value={typed}
        problem={mismatch.value ? removeMismatch : undefined}
        autocomplete="off"
      />
    </Dialog>
  )
}
