import { useSignal } from '@preact/signals'
import { useAction } from '../action.ts'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { recordSignOut } from '../viewer.ts'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'

/** Requires the email address, so that an accidental click deletes nothing. */
export function DeleteAccount({ email, onClose }: { email: string; onClose: () => void }) {
  const typed = useSignal('')
  const mismatch = useSignal(false)
  const { deleteTitle, deleteEffect, deleteConfirm, deleteMismatch, deleteFinal, deleted } = text.account
  const action = useAction(async () => {
    mismatch.value =
      typed.value
        .replace(/[\u2066-\u2069]/g, '')
        .trim()
        .toLowerCase() !== email
    if (mismatch.value) return
    await callService('DELETE /auth/account')
    recordSignOut(deleted)
  })
  return (
    <Dialog title={deleteTitle} submit={deleteFinal} action={action} onClose={onClose} danger>
      <p>{deleteEffect}</p>
      <Field
        label={deleteConfirm(email)}
        value={typed}
        problem={mismatch.value ? deleteMismatch : undefined}
        autocomplete="off"
      />
    </Dialog>
  )
}
