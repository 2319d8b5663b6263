import { useAction } from '../action.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'

interface RevokeSeveralProps {
  readonly names: readonly string[]
  readonly revoke: () => Promise<void>
  readonly onClose: () => void
}

/** Asks before the selected sessions are revoked. */
export function RevokeSeveral({ names, revoke, onClose }: RevokeSeveralProps) {
  const action = useAction(revoke)
  const { revokeSelected, revokeSelectedTitle, revokeSelectedEffect } = text.sessions
  const n = names.length
  return (
    <Dialog title={revokeSelectedTitle(n)} submit={revokeSelected(n)} action={action} onClose={onClose} danger>
      <p>
        <bdi>{text.list(names)}</bdi>
      </p>
      <p>{revokeSelectedEffect(n)}</p>
    </Dialog>
  )
}
