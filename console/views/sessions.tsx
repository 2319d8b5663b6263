import { useSignal } from '@preact/signals'
import type { ListedSession } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { endSession } from '../end-session.ts'
import { useLiveSessions } from '../live-sessions.ts'
import { say } from '../notice.ts'
import { Dialog } from '../parts/dialog.tsx'
import { EndSession } from '../parts/end-session.tsx'
import { Heading } from '../parts/heading.tsx'
import { aliveOf, SessionList } from '../parts/session-list.tsx'
import { ask, lookAfter } from '../service.ts'
import { text } from '../text.ts'
import { signedOut, type Viewer } from '../viewer.ts'

/** One's own sessions. */
export function Sessions({ viewer }: { viewer: Viewer }) {
  const live = useLiveSessions(viewer.user.id, async () => (await ask('GET /auth/sessions')).sessions)
  const ending = useSignal<ListedSession | undefined>(undefined)
  const endingOthers = useSignal(false)
  const others = aliveOf(live).filter(({ current }) => !current).length

  const end = async (session: ListedSession) => {
    live.hold()
    if (session.current) {
      // Whatever session the browser has by now: it may have been replaced in another tab.
      await ask('POST /auth/logout')
      return signedOut(text.navigation.signedOut)
    }
    const params = { sessionId: session.id }
    await endSession(session, () => ask('DELETE /auth/sessions/{sessionId}', { params }))
    await live.refresh()
    ending.value = undefined // last: what gets the focus back must be there, or known to be gone
  }
  const revokeOtherSessions = useAction(async () => {
    live.hold()
    const { revoked } = await ask('DELETE /auth/sessions', { query: { keep: 'current' } })
    say(text.sessions.othersEnded(revoked))
    await Promise.all([lookAfter(), live.refresh()])
    endingOthers.value = false
  })

  const { title, lead, label, onlyThis, endOthersTitle, endOthersWill, endOthersSubmit } = text.sessions
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
            endingOthers.value = true
          }}
        >
          {text.sessions.revokeOtherSessions}
        </button>
      </div>
      <SessionList
        live={live}
        label={label}
        empty={onlyThis}
        onEnd={(session) => {
          ending.value = session
        }}
      />
      <p class="foot" aria-live="polite">
        {live.shown.value && others === 0 ? onlyThis : ''}
      </p>
      {ending.value && (
        <EndSession
          session={ending.value}
          isHere={ending.value.current ?? false}
          end={() => end(ending.value as ListedSession)}
          onClose={() => {
            ending.value = undefined
          }}
        />
      )}
      {endingOthers.value && (
        <Dialog
          title={endOthersTitle}
          submit={endOthersSubmit}
          action={revokeOtherSessions}
          onClose={() => {
            endingOthers.value = false
          }}
          grave
        >
          <p>{endOthersWill(others)}</p>
        </Dialog>
      )}
    </>
  )
}
