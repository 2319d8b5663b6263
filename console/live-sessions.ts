import { type ReadonlySignal, signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { type ListedSession, Problem } from '../client/index.ts'
import { sessionName } from './device.ts'
import { showNotice } from './notice.ts'
import { usePolling } from './polling.ts'
import { text } from './text.ts'

export interface ShownSession extends ListedSession {
  /** The session is gone from the service's list. */
  readonly isSignedOut: boolean
  /** The session has begun since the page was opened. */
  readonly isFresh: boolean
}

export interface LiveSessions {
  /** `undefined` until the first response. */
  readonly shown: ReadonlySignal<readonly ShownSession[] | undefined>
  /** Why the latest request failed. */
  readonly problem: ReadonlySignal<Problem | undefined>
  /** Call before an action of this page that revokes sessions: the next update then shows no notice about them. */
  suppressNotice(): void
  /** Marks sessions that an action of this page has revoked, without another request. */
  markSignedOut(ids: readonly string[]): void
  /** Updates the list after such an action. */
  refresh(): Promise<void>
}

/** A user's sessions, polled: revoked and new ones show without a reload. */
export function useLiveSessions(userId: string, list: () => Promise<readonly ListedSession[]>): LiveSessions {
  const live = useMemo(() => createLiveSessions(userId, list), [])
  usePolling(live.poll)
  return live
}

function createLiveSessions(userId: string, list: () => Promise<readonly ListedSession[]>) {
  const shown = signal<readonly ShownSession[] | undefined>(undefined)
  const problem = signal<Problem | undefined>(undefined)
  let requests = 0
  let isNoticeSuppressed = false

  async function poll(): Promise<void> {
    const request = ++requests
    try {
      const sessions = await list()
      if (request !== requests) return // a newer request is on its way
      if (sessions.some((session) => session.userId !== userId)) return // another user has just signed in
      problem.value = undefined
      const before = shown.peek()
      shown.value = mergeSessions(before ?? [], sessions)
      if (before && !isNoticeSuppressed) announceChange(before, shown.value)
      isNoticeSuppressed = false
    } catch (error) {
      if (request === requests && error instanceof Problem) problem.value = error
      throw error
    }
  }

  const suppressNotice = () => {
    isNoticeSuppressed = true
  }
  const refresh = () => {
    suppressNotice()
    return poll().catch(() => {})
  }
  const markSignedOut = (ids: readonly string[]) => {
    requests++ // a response that is on its way may still have them
    shown.value = shown
      .peek()
      ?.map((session) => (ids.includes(session.id) ? { ...session, isSignedOut: true } : session))
  }
  return { shown, problem, poll, suppressNotice, markSignedOut, refresh }
}

/** Shows the most important change: a new session before a session that was signed out. */
function announceChange(before: readonly ShownSession[], after: readonly ShownSession[]): void {
  const gone = after.find(
    ({ id, isSignedOut }) => isSignedOut && before.some((old) => old.id === id && !old.isSignedOut),
  )
  const fresh = after.find(({ id, current }) => !current && before.every((old) => old.id !== id))
  // A reauthentication or a password change replaces a device's session: the device neither came nor went.
  if (fresh && gone && sessionName(fresh) === sessionName(gone)) return
  if (fresh) showNotice(text.session.appeared(sessionName(fresh)), fresh.id)
  else if (gone) showNotice(text.session.signedOutElsewhere(sessionName(gone)))
}

/** Keeps the order of the sessions shown before, signed out or not, and puts new ones on top. */
function mergeSessions(before: readonly ShownSession[], sessions: readonly ListedSession[]): ShownSession[] {
  const isFirst = before.length === 0
  const now = sessions.map((session): ShownSession => {
    const old = before.find(({ id }) => id === session.id)
    return { ...session, isSignedOut: false, isFresh: old?.isFresh ?? (!isFirst && !session.current) }
  })
  const current = now.find((session) => session.current)
  const kept = before.map((old): ShownSession => {
    // A replacement of this device's own session takes over its row.
    const same = now.find(({ id }) => id === (old.current && current && !old.isSignedOut ? current.id : old.id))
    return same ?? { ...old, isSignedOut: true }
  })
  const fresh = now
    .filter(({ id }) => !kept.some((old) => old.id === id))
    .sort((a, b) => Number(b.current ?? false) - Number(a.current ?? false) || b.lastSeenAt.localeCompare(a.lastSeenAt))
  const all = [...kept.filter((each) => each.current), ...fresh, ...kept.filter((each) => !each.current)]
  return all.filter(({ id }, index) => all.findIndex((other) => other.id === id) === index)
}
