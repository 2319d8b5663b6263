import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { type ListedSession, Problem, type User } from '../../client/index.ts'
import { sentenceOf } from '../action.ts'
import { endSession } from '../end-session.ts'
import { useHeartbeat } from '../heartbeat.ts'
import { useLiveSessions } from '../live-sessions.ts'
import { EndSession } from '../parts/end-session.tsx'
import { Heading } from '../parts/heading.tsx'
import { type PersonAction, PersonActions } from '../parts/person-actions.tsx'
import { PersonFacts } from '../parts/person-facts.tsx'
import { aliveOf, SessionList } from '../parts/session-list.tsx'
import { hrefOf } from '../place.ts'
import { ask, lookAfter } from '../service.ts'
import { text } from '../text.ts'
import { mayRevoke, mayWrite, type Viewer } from '../viewer.ts'

/** One user as an administrator sees them: who they are, and where they are signed in right now. */
export function Person({ userId, viewer }: { userId: string; viewer: Viewer }) {
  const params = { userId }
  const user = useSignal<User | undefined>(undefined)
  const problem = useSignal<Problem | undefined>(undefined)
  const ending = useSignal<ListedSession | undefined>(undefined)
  const asked = useSignal<PersonAction | undefined>(undefined)
  const live = useLiveSessions(userId, async () => {
    const { sessions } = await ask('GET /admin/users/{userId}/sessions', { params })
    return sessions
  })
  const reads = useRef(0)
  const read = async () => {
    const turn = ++reads.current
    try {
      const answer = await ask('GET /admin/users/{userId}', { params })
      if (turn !== reads.current) return // an older look than the newest tells nothing
      user.value = answer.user
      problem.value = undefined
    } catch (error) {
      if (error instanceof Problem && turn === reads.current) problem.value = error
      throw error
    }
  }
  useHeartbeat(read)

  const end = async (session: ListedSession) => {
    live.hold()
    const params = { userId, sessionId: session.id }
    await endSession(session, () => ask('DELETE /admin/users/{userId}/sessions/{sessionId}', { params }))
    if (session.id === viewer.session.id) await lookAfter()
    else await live.refresh()
    ending.value = undefined // last: what gets the focus back must be there, or known to be gone
  }

  const { back, gone, sessions, sessionsLive, noSessions, revokeAllSessions } = text.person
  if (problem.value?.code === 'not_found')
    return (
      <>
        <Back />
        <Heading>{text.people.title}</Heading>
        <p class="empty">{gone}</p>
      </>
    )
  const alive = aliveOf(live)
  return (
    <>
      <Back />
      {user.value ? (
        <>
          <Heading>{user.value.email}</Heading>
          <PersonFacts
            user={user.value}
            isYou={userId === viewer.user.id}
            onAsk={(action) => {
              asked.value = action
            }}
            mayChange={mayWrite.value}
          />
        </>
      ) : (
        <div class="card waiting" aria-busy="true">
          {problem.value && problem.value.code !== 'unauthenticated' && sentenceOf(problem.value)}
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
            class="grave"
            disabled={!user.value}
            onClick={() => {
              asked.value = 'end-all'
            }}
          >
            {revokeAllSessions}
          </button>
        )}
      </div>
      <SessionList
        live={live}
        label={sessions}
        empty={noSessions}
        onEnd={
          mayRevoke.value
            ? (session) => {
                ending.value = session
              }
            : undefined
        }
      />
      {ending.value && (
        <EndSession
          session={ending.value}
          isHere={ending.value.id === viewer.session.id}
          end={() => end(ending.value as ListedSession)}
          onClose={() => {
            ending.value = undefined
          }}
        />
      )}
      {asked.value && user.value && (
        <PersonActions
          asked={asked.value}
          user={user.value}
          isYou={userId === viewer.user.id}
          sessions={alive.length}
          onClose={() => {
            asked.value = undefined
          }}
          onStart={live.hold}
          onDone={async () => {
            asked.value = undefined
            await Promise.all([read().catch(() => {}), live.refresh()])
          }}
        />
      )}
    </>
  )

  function Back() {
    return (
      <p class="back">
        <a href={hrefOf({ name: 'people' })}>{back}</a>
      </p>
    )
  }
}
