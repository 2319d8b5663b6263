import type { ListedSession } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { sessionName } from '../device.ts'
import { text } from '../text.ts'
import { Dialog } from './dialog.tsx'
import { NotMe } from './not-me.tsx'
import { RevokeSession } from './revoke-session.tsx'
import { RevokeSeveral } from './revoke-several.tsx'

export type SessionDialog =
  | { readonly kind: 'revoke' | 'not-me'; readonly session: ListedSession }
  | { readonly kind: 'revoke-several'; readonly sessions: readonly ListedSession[] }
  | { readonly kind: 'revoke-others' }

interface SessionDialogsProps {
  readonly dialog: SessionDialog | undefined
  /** The number of other sessions. */
  readonly others: number
  readonly onClose: () => void
  readonly revoke: (session: ListedSession) => Promise<void>
  readonly secure: (session: ListedSession) => Promise<void>
  readonly revokeSeveral: (sessions: readonly ListedSession[]) => Promise<void>
  readonly revokeOthers: () => Promise<void>
}

/** The dialogs of the security page: each says what will happen before it does. */
export function SessionDialogs({ dialog, others, onClose, ...actions }: SessionDialogsProps) {
  if (!dialog) return null
  if (dialog.kind === 'revoke-others')
    return <RevokeOthers others={others} revoke={actions.revokeOthers} onClose={onClose} />
  if (dialog.kind === 'revoke-several') {
    const { sessions } = dialog
    return (
      <RevokeSeveral
        names={sessions.map(sessionName)}
        revoke={() => actions.revokeSeveral(sessions)}
        onClose={onClose}
      />
    )
  }
  const { session } = dialog
  return dialog.kind === 'not-me' ? (
    <NotMe session={session} revoke={() => actions.secure(session)} onClose={onClose} />
  ) : (
    <RevokeSession
      session={session}
      isCurrent={session.current ?? false}
      revoke={() => actions.revoke(session)}
      onClose={onClose}
    />
  )
}

interface RevokeOthersProps {
  readonly others: number
  readonly revoke: () => Promise<void>
  readonly onClose: () => void
}

function RevokeOthers({ others, revoke, onClose }: RevokeOthersProps) {
  const action = useAction(revoke)
  const { revokeOthersTitle, revokeOthersEffect, revokeOthersSubmit } = text.sessions
  return (
    <Dialog title={revokeOthersTitle} submit={revokeOthersSubmit} action={action} onClose={onClose} danger>
      <p>{revokeOthersEffect(others)}</p>
    </Dialog>
  )
}
