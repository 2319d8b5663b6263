import { useSignal } from '@preact/signals'
import { useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { text } from '../text.ts'
import { CopyButton } from './copy-button.tsx'
import { Dialog } from './dialog.tsx'

interface ShownPasswordProps {
  readonly title: string
  readonly effect: string
  readonly password: string
  readonly onDone: () => void | Promise<void>
}

/** Shows a user's new password to the administrator, once. It closes only when the administrator says to have it. */
export function ShownPassword({ title, effect, password, onDone }: ShownPasswordProps) {
  const isKept = useSignal(false)
  const close = useAction(async () => {
    if (isKept.value) await onDone()
  })
  return (
    <Dialog title={title} submit={text.done} action={close} isBlocked={!isKept.value}>
      <p>{effect}</p>
      <p class="code shown-once">{password}</p>
      <CopyButton content={password} />
      <label class="check">
        <input
          type="checkbox"
          checked={isKept.value}
          onChange={({ currentTarget }) => {
            isKept.value = currentTarget.checked
          }}
        />
        {deskText.createUser.kept}
      </label>
    </Dialog>
  )
}
