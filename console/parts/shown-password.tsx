import { useAction } from '../action.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'

interface ShownPasswordProps {
  readonly title: string
  readonly effect: string
  readonly password: string
  readonly onDone: () => void | Promise<void>
}

/** Shows a user's new password to the administrator, once. */
export function ShownPassword({ title, effect, password, onDone }: ShownPasswordProps) {
  const close = useAction(async () => onDone())
  return (
    <Dialog title={title} submit={text.done} action={close}>
      <p>{effect}</p>
      <p class="code shown-once">{password}</p>
    </Dialog>
  )
}
