import { useSignal } from '@preact/signals'
import type { ListedSession } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { useLiveSessions } from '../live-sessions.ts'
import { showNotice } from '../notice.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Heading } from '../parts/heading.tsx'
import { RevokeSession } from '../parts/revoke-session.tsx'
import { activeSessions, SessionList } from '../parts/session-list.tsx'
import { revokeSession } from '../revoke-session.ts'
import { callService, refreshSession } from '../service.ts'
import { text } from '../text.ts'
import { recordSignOut, type Viewer } from '../viewer.ts'

/** The user’s own sessions. */
export function SessionsView({ viewer }: { viewer: Viewer }) {
  const live = useLiveSessions(viewer.user.id, async () => (await callService('GET /auth/sessions')).sessions)
  const revoking = useSignal<ListedSession | undefined>(undefined)
  const revokingOthers = useSignal(false)
  const others = activeSessions(live).filter(({ current }) => !current).length

  const revoke = async (session: ListedSession) => {
    live.suppressNotice()
    if (session.current) {
      // Not DELETE /auth/sessions/{id}: another tab may have replaced this session, and the new one must be revoked too.
      await callService('POST /auth/logout')
      return recordSignOut(text.navigation.signedOut)
    }
    const params = { sessionId: session.id }
    await revokeSession(session, () => callService('DELETE /auth/sessions/{sessionId}', { params }))
    await live.refresh()
    revoking.value = undefined // last: the dialog returns the focus to its button, if that still exists
  }
  const revokeOthers = useAction(async () => {
    live.suppressNotice()
    const { revoked } = await callService('DELETE /auth/sessions', { query: { keep: 'current' } })
    showNotice(text.sessions.revokeOthersDone(revoked))
    await Promise.all([refreshSession(), live.refresh()])
    revokingOthers.value = false
  })

  const { title, lead, label, onlyThis, revokeOthersTitle, revokeOthersEffect, revokeOthersSubmit } = text.sessions
  return (
    <>
      <div class="head">
        <div>
          <Heading>{title}</Heading>
          <p class="lead">{lead}</p>
        </div>
        <button
          type="button"
          disabled={others === 0}
          onClick={() => {
            revokingOthers.value = true
          }}
        >
          {text.sessions.revokeOthers}
        </button>
      </div>
      <SessionList
        live={live}
        label={label}
        empty={onlyThis}
        onSignOut={(session) => {
          revoking.value = session
        }}
      />
      <p class="foot" aria-live="polite">
        {live.shown.value && others === 0 ? onlyThis : ''}
      </p>
      {revoking.value && (
        <RevokeSession
          session={revoking.value}
          isCurrent={revoking.value.current ?? false}
          revoke={() => revoke(revoking.value as ListedSession)}
          onClose={() => {
            revoking.value = undefined
          }}
        />
      )}
      {revokingOthers.value && (
        <Dialog
          title={revokeOthersTitle}
          submit={revokeOthersSubmit}
          action={revokeOthers}
          onClose={() => {
            revokingOthers.value = false
          }}
          danger
        >
          <p>{revokeOthersEffect(others)}</p>
        </Dialog>
      )}
    </>
  )
}
