import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { type ListedSession, Problem, type User } from '../../client/index.ts'
import { problemMessage } from '../action.ts'
import { deskText } from '../desk-text.ts'
import { reload } from '../directory.ts'
import { useEndReasons } from '../end-reasons.ts'
import { useLiveSessions } from '../live-sessions.ts'
import { hrefOf } from '../navigation.ts'
import { DeskPage } from '../parts/desk-page.tsx'
import { activeSessions, DeviceList, endedIds } from '../parts/device-list.tsx'
import { Heading } from '../parts/heading.tsx'
import { RevokeSession } from '../parts/revoke-session.tsx'
import type { UserAction } from '../parts/user-action.ts'
import { UserActions } from '../parts/user-actions.tsx'
import { UserActivity, useUserActivity } from '../parts/user-activity.tsx'
import { UserFacts } from '../parts/user-facts.tsx'
import { usePolling } from '../polling.ts'
import { revokeSession } from '../revoke-session.ts'
import { callService, refreshSession } from '../service.ts'
import { mayRevoke, mayWrite, type Viewer } from '../viewer.ts'

/** One user for administrators: profile and live sessions. */
export function UserView({ userId, viewer }: { userId: string; viewer: Viewer }) {
  const params = { userId }
  const user = useSignal<User | undefined>(undefined)
  const problem = useSignal<Problem | undefined>(undefined)
  const revoking = useSignal<ListedSession | undefined>(undefined)
  const openAction = useSignal<UserAction | undefined>(undefined)
  const doneCount = useSignal(0)
  const live = useLiveSessions(userId, async () => {
    const { sessions } = await callService('GET /admin/users/{userId}/sessions', { params })
    return sessions
  })
  const reasons = useEndReasons(endedIds(live), () =>
    callService('GET /admin/users/{userId}/activity', { params, query: { event: 'session_expired', limit: '50' } }),
  )
  const activity = useUserActivity(userId, doneCount.value)
  const requests = useRef(0)
  const poll = async () => {
    const request = ++requests.current
    try {
      const body = await callService('GET /admin/users/{userId}', { params })
      if (request !== requests.current) return // a newer request is on its way
      user.value = body.user
      problem.value = undefined
    } catch (error) {
      if (error instanceof Problem && request === requests.current) problem.value = error
      throw error
    }
  }
  usePolling(poll)

  const revoke = async (session: ListedSession) => {
    live.suppressNotice()
    const params = { userId, sessionId: session.id }
    await revokeSession(session, () => callService('DELETE /admin/users/{userId}/sessions/{sessionId}', { params }))
    if (session.id === viewer.session.id) await refreshSession()
    else live.markSignedOut([session.id])
    revoking.value = undefined // last: the dialog returns the focus to its button, if that still exists
  }

  const { back, gone, sessions, sessionsLive, noSessions, revokeAll } = deskText.user
  if (problem.value?.code === 'not_found')
    return (
      <>
        <Back />
        <Heading>{deskText.users.title}</Heading>
        <p class="empty">{gone}</p>
      </>
    )
  const active = activeSessions(live)
  return (
    <DeskPage>
      <Back />
      {user.value ? (
        <>
          <Heading>{user.value.email}</Heading>
          <UserFacts
            user={user.value}
            isSelf={userId === viewer.user.id}
            onSelect={(action) => {
              openAction.value = action
            }}
            mayChange={mayWrite.value}
            activity={activity.entries}
          />
        </>
      ) : (
        <div class="card waiting" aria-busy="true">
          {problem.value && problem.value.code !== 'unauthenticated' && problemMessage(problem.value)}
        </div>
      )}
      <div class="head">
        <div>
          <h2>{sessions}</h2>
          <p class="lead">{sessionsLive}</p>
        </div>
        {mayRevoke.value && (
          <button
            type="button"
            class="danger"
            disabled={!user.value}
            onClick={() => {
              openAction.value = 'revoke-all'
            }}
          >
            {revokeAll}
          </button>
        )}
      </div>
      <DeviceList
        live={live}
        label={sessions}
        empty={noSessions}
        reasons={reasons}
        onSignOut={
          mayRevoke.value
            ? (session) => {
                revoking.value = session
              }
            : undefined
        }
      />
      <UserActivity userId={userId} entries={activity.entries} problem={activity.problem} />
      {revoking.value && (
        <RevokeSession
          session={revoking.value}
          isCurrent={revoking.value.id === viewer.session.id}
          revoke={() => revoke(revoking.value as ListedSession)}
          onClose={() => {
            revoking.value = undefined
          }}
        />
      )}
      {openAction.value && user.value && (
        <UserActions
          action={openAction.value}
          user={user.value}
          isSelf={userId === viewer.user.id}
          sessions={active.length}
          onClose={() => {
            openAction.value = undefined
          }}
          onStart={live.suppressNotice}
          onDone={async () => {
            openAction.value = undefined
            doneCount.value++
            reload()
            await Promise.all([poll().catch(() => {}), live.refresh()])
          }}
        />
      )}
    </DeskPage>
  )

  function Back() {
    return (
      <p class="back">
        <a href={hrefOf({ name: 'users' })}>{back}</a>
      </p>
    )
  }
}
