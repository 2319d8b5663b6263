import { useSignal } from '@preact/signals'
import { useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'
import { GeneratePassword } from './generate-password.tsx'
import { NewPassword } from './new-password.tsx'
import { ShownPassword } from './shown-password.tsx'
import type { UserActionProps } from './user-action.ts'

/** Sets a user's password and shows it to the administrator. */
export function SetPassword({ user, sessions, onClose, onStart, onDone }: UserActionProps) {
  const password = useSignal('')
  const shown = useSignal(false)
  const requireChange = useSignal(true)
  const isSet = useSignal(false)
  const action = useAction(async () => {
    onStart()
    const body = { password: password.value, requireChange: requireChange.value }
    await callService('PUT /admin/users/{userId}/password', { params: { userId: user.id }, body })
    isSet.value = true
  })
  const { setPassword, setPasswordTitle, setPasswordEffect, setPasswordDone, setPasswordGive, setPasswordRequire } =
    deskText.user
  if (isSet.value)
    return (
      <ShownPassword
        key="set"
        title={setPasswordDone(user.email)}
        effect={setPasswordGive}
        password={password.value}
        onDone={onDone}
      />
    )
  return (
    <Dialog
      title={setPasswordTitle(user.email)}
      submit={setPassword}
      action={action}
      onClose={onClose}
      fields={['/password']}
      danger
    >
      <p>{setPasswordEffect(sessions)}</p>
      <NewPassword
        label={text.fields.newPassword}
        value={password}
        about={user}
        problem={action.problem}
        field="password"
        shown={shown}
      />
      <GeneratePassword value={password} shown={shown} />
      <label class="check">
        <input
          type="checkbox"
          checked={requireChange.value}
          onChange={({ currentTarget }) => {
            requireChange.value = currentTarget.checked
          }}
        />
        {setPasswordRequire}
      </label>
    </Dialog>
  )
}
