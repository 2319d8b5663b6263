import { useSignal } from '@preact/signals'
import { type ListedSession, Problem } from '../../client/index.ts'
import { sessionName } from '../device.ts'
import { useEndReasons } from '../end-reasons.ts'
import { useLiveSessions } from '../live-sessions.ts'
import { goTo } from '../navigation.ts'
import { showNotice } from '../notice.ts'
import { activeSessions, DeviceList, endedIds } from '../parts/device-list.tsx'
import { Heading } from '../parts/heading.tsx'
import { RecentActivity } from '../parts/recent-activity.tsx'
import { type SessionDialog, SessionDialogs } from '../parts/session-dialogs.tsx'
import { Ticket } from '../parts/ticket.tsx'
import { revokeSession } from '../revoke-session.ts'
import { callService, refreshSession } from '../service.ts'
import { text } from '../text.ts'
import { recordSignOut, type Viewer } from '../viewer.ts'

/** The user’s security page: this device, the other ones, and what happened recently. */
export function SessionsView({ viewer }: { viewer: Viewer }) {
  const live = useLiveSessions(viewer.user.id, async () => (await callService('GET /auth/sessions')).sessions)
  const reasons = useEndReasons(endedIds(live), () =>
    callService('GET /auth/activity', { query: { event: 'session_expired', limit: '50' } }),
  )
  const dialog = useSignal<SessionDialog | undefined>(undefined)
  const selected = useSignal<ReadonlySet<string>>(new Set())
  const active = activeSessions(live)
  const current = active.find((session) => session.current)
  const others = active.filter((session) => !session.current)
  const chosen = others.filter(({ id }) => selected.value.has(id))
  const show = (next: SessionDialog) => {
    dialog.value = next
  }
  const close = () => {
    dialog.value = undefined
  }

  const revoke = async (session: ListedSession) => {
    live.suppressNotice()
    if (session.current) {
      // Not DELETE /auth/sessions/{id}: another tab may have replaced this session, and the new one must be revoked too.
      await callService('POST /auth/logout')
      return recordSignOut(text.navigation.signedOut)
    }
    const params = { sessionId: session.id }
    await revokeSession(session, () => callService('DELETE /auth/sessions/{sessionId}', { params }))
    live.markSignedOut([session.id])
    close() // last: the dialog returns the focus to its button, if that still exists
  }
  const secure = async (session: ListedSession) => {
    await revoke(session)
    goTo({ name: 'account', section: 'password' })
    showNotice(text.session.notMeDone(sessionName(session)))
  }
  const revokeSeveral = async (sessions: readonly ListedSession[]) => {
    live.suppressNotice()
    await Promise.all(sessions.map(({ id }) => revokeOne(id)))
    live.markSignedOut(sessions.map(({ id }) => id))
    selected.value = new Set()
    showNotice(text.sessions.revokeSelectedDone(sessions.length))
    close()
  }
  const revokeOthers = async () => {
    live.suppressNotice()
    const { revoked } = await callService('DELETE /auth/sessions', { query: { keep: 'current' } })
    showNotice(text.sessions.revokeOthersDone(revoked))
    await Promise.all([refreshSession(), live.refresh()])
    close()
  }

  const words = text.sessions
  return (
    <>
      <div>
        <Heading>{words.title}</Heading>
        <p class="lead">{words.lead}</p>
      </div>
      {current ? (
        <Ticket session={current} onSignOut={() => show({ kind: 'revoke', session: current })} />
      ) : (
        <div class="ticket waiting" />
      )}
      <section aria-labelledby="others">
        <div class="toolbar">
          <h2 id="others">{words.others}</h2>
          {chosen.length > 0 ? (
            <button type="button" onClick={() => show({ kind: 'revoke-several', sessions: chosen })}>
              {words.revokeSelected(chosen.length)}
            </button>
          ) : (
            <button type="button" disabled={others.length === 0} onClick={() => show({ kind: 'revoke-others' })}>
              {words.revokeOthers}
            </button>
          )}
        </div>
        <DeviceList
          live={live}
          label={words.label}
          empty={words.onlyThis}
          omitsCurrent
          selected={selected}
          reasons={reasons}
          onSignOut={(session) => show({ kind: 'revoke', session })}
          onNotMe={(session) => show({ kind: 'not-me', session })}
        />
      </section>
      {live.shown.value && <RecentActivity />}
      <SessionDialogs
        dialog={dialog.value}
        others={others.length}
        onClose={close}
        {...{ revoke, secure, revokeSeveral, revokeOthers }}
      />
    </>
  )
}

/** Signs out one of several: one that was signed out meanwhile is no failure. */
async function revokeOne(sessionId: string): Promise<void> {
  try {
    await callService('DELETE /auth/sessions/{sessionId}', { params: { sessionId } })
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'not_found')) throw error
  }
}
