import { computed, signal } from '@preact/signals'
import { type Activity, type ActivityEvent, Problem } from '../client/index.ts'
import { callService } from './service.ts'

// The recent activity of all users, as an administrator looks at it after an incident. It outlives the view, and so does
// the job that ends sessions.

export const EVENTS = [
  ...(['authn_login_success', 'authn_login_fail', 'authn_login_lock', 'authn_password_change'] as const),
  ...(['session_expired', 'authz_change', 'authz_admin', 'user_created', 'user_deleted'] as const),
] satisfies readonly ActivityEvent[]

export const HOURS = [1, 24, 168] as const

export const eventFilter = signal<ActivityEvent | ''>('')
export const hours = signal<number>(24)
export const address = signal('')
export const actor = signal('')

export const entries = signal<readonly Activity[] | undefined>(undefined)
export const cursor = signal<string | undefined>(undefined)
export const problem = signal<Problem | undefined>(undefined)
export const isLoading = signal(false)
let request = 0

/** What the filters leave; those of the event and the time are the service's. */
export const shown = computed(() => {
  const [ip, id] = [address.value.trim(), actor.value.trim()]
  return entries.value?.filter(
    (entry) =>
      entry.event !== 'session_created' &&
      (ip === '' || entry.ip?.startsWith(ip)) &&
      (id === '' || entry.userId === id || entry.by === id),
  )
})

/** The instant that the chosen time begins at. */
const since = () => new Date(Date.now() - hours.peek() * 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z')

/** Reads the first page anew. */
export function restart(): void {
  request++
  entries.value = undefined
  cursor.value = undefined
  isLoading.value = false
  void load()
}

/** Reads the next page. A page may be empty: the service looks at a number of days for each. */
export async function load(): Promise<void> {
  if (isLoading.peek()) return
  const own = request
  isLoading.value = true
  problem.value = undefined
  try {
    const page = await callService('GET /admin/activity', {
      query: {
        ...{ since: since(), limit: '100' },
        ...(eventFilter.peek() && { event: eventFilter.peek() as ActivityEvent }),
        ...(cursor.peek() && { cursor: cursor.peek() }),
      },
    })
    if (own !== request) return
    entries.value = [...(entries.peek() ?? []), ...page.activity]
    cursor.value = page.cursor
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    problem.value = error
  } finally {
    if (own === request) isLoading.value = false
  }
}

export interface EndingJob {
  readonly ip: string
  /** How many sessions were found, how many of them were still there and have been ended, and how many were looked at. */
  readonly found: number
  readonly ended: number
  readonly done: number
  readonly isRunning: boolean
  readonly problem?: Problem
}

export const job = signal<EndingJob | undefined>(undefined)

/** Ends every session that was created from an address in the chosen time, as far as activity knows them. */
export async function endFromAddress(ip: string): Promise<void> {
  let state: EndingJob = { ip, found: 0, ended: 0, done: 0, isRunning: true }
  const update = (change: Partial<EndingJob>) => {
    state = { ...state, ...change }
    job.value = state
  }
  update({})
  try {
    const known = await sessionsFrom(ip)
    update({ found: known.length })
    for (const { userId, sessionId } of known) {
      const isEnded = await endSession(userId, sessionId)
      update({ done: state.done + 1, ended: state.ended + (isEnded ? 1 : 0) })
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    update({ problem: error })
  } finally {
    update({ isRunning: false })
  }
}

/** The sessions of sign-ins from an address, those of an IPv6 network too. */
async function sessionsFrom(ip: string) {
  const from = since()
  const found: { userId: string; sessionId: string }[] = []
  for (let after: string | undefined; ; ) {
    const query = { since: from, event: 'authn_login_success', limit: '100', ...(after && { cursor: after }) } as const
    const page = await callService('GET /admin/activity', { query })
    for (const { userId, sessionIds = [], ...entry } of page.activity)
      if (userId && entry.ip === ip) for (const sessionId of sessionIds) found.push({ userId, sessionId })
    after = page.cursor
    if (after === undefined) return found
  }
}

async function endSession(userId: string, sessionId: string): Promise<boolean> {
  try {
    await callService('DELETE /admin/users/{userId}/sessions/{sessionId}', { params: { userId, sessionId } })
    return true
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') return false
    throw error
  }
}
