import { type ReadonlySignal, signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { type ListedSession, Problem } from '../client/index.ts'
import { nameOf } from './device.ts'
import { useHeartbeat } from './heartbeat.ts'
import { say } from './notice.ts'
import { text } from './text.ts'

export interface ShownSession extends ListedSession {
  /** It was in the list, and is no longer. It keeps its place: nothing jumps under a finger. */
  readonly isEnded: boolean
}

export interface LiveSessions {
  /** Undefined until there is an answer. */
  readonly shown: ReadonlySignal<readonly ShownSession[] | undefined>
  /** Why there is none. */
  readonly problem: ReadonlySignal<Problem | undefined>
  /** From here to the next answer what is missing has ended by what is being done here: it is no news. */
  hold(): void
  /** Looks again, after something was done. */
  refresh(): Promise<void>
}

/** A list of a user's sessions that shows by itself which have ended and which have come. */
export function useLiveSessions(userId: string, list: () => Promise<readonly ListedSession[]>): LiveSessions {
  const live = useMemo(() => createLiveSessions(userId, list), [])
  useHeartbeat(live.look)
  return live
}

function createLiveSessions(userId: string, list: () => Promise<readonly ListedSession[]>) {
  const shown = signal<readonly ShownSession[] | undefined>(undefined)
  const problem = signal<Problem | undefined>(undefined)
  let asked = 0
  let isOurs = false

  async function update(): Promise<void> {
    const turn = ++asked
    try {
      const sessions = await list()
      if (turn !== asked) return // an older look than the newest tells nothing
      if (sessions.some((session) => session.userId !== userId)) return // another has just signed in here
      problem.value = undefined
      const before = shown.peek()
      shown.value = merged(before ?? [], sessions)
      if (before && !isOurs) announce(before, shown.value)
      isOurs = false
    } catch (error) {
      if (turn === asked && error instanceof Problem) problem.value = error
      throw error
    }
  }

  const hold = () => {
    isOurs = true
  }
  const refresh = () => {
    hold()
    return update().catch(() => {})
  }
  return { shown, problem, look: update, hold, refresh }
}

/** Says what others have changed: the one thing that matters most, since there is one sentence. */
function announce(before: readonly ShownSession[], after: readonly ShownSession[]): void {
  const ended = after.find(({ id, isEnded }) => isEnded && before.some((old) => old.id === id && !old.isEnded))
  const fresh = after.find(({ id, current }) => !current && before.every((old) => old.id !== id))
  // A device that gave its password once more goes on as a new session: nothing has come and nothing has ended.
  if (fresh && ended && nameOf(fresh) === nameOf(ended)) return
  if (fresh) say(text.session.appeared(nameOf(fresh)))
  else if (ended) say(text.session.endedElsewhere(nameOf(ended)))
}

/** Those that were shown in their places, the ended ones too, and new ones after them. */
function merged(before: readonly ShownSession[], sessions: readonly ListedSession[]): ShownSession[] {
  const now = sessions.map((session): ShownSession => ({ ...session, isEnded: false }))
  const current = now.find((session) => session.current)
  const stay = before.map((old): ShownSession => {
    // This device's own may have been replaced, which is no end.
    const same = now.find(({ id }) => id === (old.current && current && !old.isEnded ? current.id : old.id))
    return same ?? { ...old, isEnded: true }
  })
  const fresh = now
    .filter(({ id }) => !stay.some((old) => old.id === id))
    .sort((a, b) => Number(b.current ?? false) - Number(a.current ?? false) || b.lastSeenAt.localeCompare(a.lastSeenAt))
  const all = [...stay, ...fresh]
  return all.filter(({ id }, index) => all.findIndex((other) => other.id === id) === index)
}
