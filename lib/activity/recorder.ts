import { logEntry, SESSION_IDS } from '../audit.ts'
import type { AuditEvent } from '../audit-events.ts'
import type { Deadline } from '../deadline.ts'
import { defined } from '../defined.ts'
import type { Log, LogEntry } from '../ports.ts'
import type { SessionId } from '../session.ts'
import { type RandomText, systemRandomText, wallMilliseconds } from '../system.ts'
import { type ActivityEvent, isActivityEvent } from './activity-events.ts'
import type { ActivityEntry, ActivityFact, ActivityStore, ActivitySubject, Actor } from './activity-store.ts'

/** The most sessions that a fact names: about ten kilobytes. */
const MAX_SESSION_IDS = 400
/** 48 random bits: the entries of a subject in the same millisecond keep apart. */
const ID_SUFFIX_LENGTH = 8
/** Roles may name hundreds of scopes. */
const LONGEST_TEXT = 1024

/** Where a request came from. */
interface Source {
  readonly ip?: string | undefined
  readonly userAgent?: string | undefined
}

/** `sweep_finished` is recorded as the end of the sessions that the sweep has found. */
const RECORDED_AS: Partial<Record<AuditEvent, ActivityEvent>> = { sweep_finished: 'session_expired' }

/** The log's `authn_login_lock` is about a throttled request, of which nothing is kept. */
function isRecorded(entry: LogEntry): boolean {
  if (entry.event === 'sweep_finished') return entry.sessions !== 0
  return isActivityEvent(entry.event) && entry.event !== 'authn_login_lock'
}

/** Records what requests do; see `createRecorder`. */
export type Recorder = ReturnType<typeof createRecorder>

/**
 * Creates a recorder, which keeps the audit entries of each request until the request ends, and then writes those that
 * are activity: one item for each user that the request concerned, which is one for a password verification.
 */
export function createRecorder({
  store,
  log: writtenLog,
  now = wallMilliseconds,
  randomText = systemRandomText,
}: {
  store: Pick<ActivityStore, 'record'>
  log: Log
  now?: () => number
  randomText?: RandomText
}) {
  const pending = new Map<string, LogEntry[]>()

  return {
    /** The log of the process, which the requests' logs are bound to; keeps the entries that name their request. */
    log: ((entry) => {
      writtenLog(entry)
      const requestId = entry.function_request_id
      if (typeof requestId !== 'string' || !isRecorded(entry)) return
      const entries = pending.get(requestId)
      if (entries) entries.push(entry)
      else pending.set(requestId, [entry])
    }) satisfies Log,

    /**
     * Writes what a request did, within its deadline; never throws. If the store fails, the log receives
     * `activity_missed`. One write for each user concerned, in parallel; none if nothing happened.
     */
    async flush(requestId: string, source: Source, deadline: Deadline): Promise<void> {
      const kept = pending.get(requestId)
      pending.delete(requestId)
      if (!kept) return
      const at = now()
      const id = `${new Date(at).toISOString()}#${randomText(ID_SUFFIX_LENGTH)}`
      const entries = entriesOf(kept, { at, id, ...source })
      try {
        await store.record(entries, deadline)
      } catch (error) {
        const { ip } = source
        const fields = { function_request_id: requestId, ip, entries: entries.length, error }
        writtenLog(logEntry('activity_missed', defined(fields)))
      }
    },
  }
}

/** Groups the facts of a request by the subject that they concern. */
function entriesOf(
  logged: readonly LogEntry[],
  shared: Pick<ActivityEntry, 'at' | 'id'> & Source,
): readonly ActivityEntry[] {
  const entries = new Map<string, ActivityEntry & { facts: ActivityFact[] }>()
  for (const entry of logged) {
    const subject = subjectOf(entry)
    if (!subject) continue
    const known = entries.get(subject)
    if (known) known.facts.push(...factsOf(entry))
    else {
      const by = subject === `user#${entry.actor}` ? undefined : (textOf(entry.actor) as Actor | undefined)
      const { ip, userAgent, ...moment } = shared
      entries.set(subject, { subject, ...moment, ...defined({ by, ip, userAgent }), facts: factsOf(entry) })
    }
  }
  return [...entries.values()]
}

/** A failed sign-in belongs to the address that was typed, whether or not it has an account. */
function subjectOf({ event, account, target, actor }: LogEntry): ActivitySubject | undefined {
  if (event === 'authn_login_fail' && typeof account === 'string') return `account#${account}`
  const userId = textOf(target) ?? textOf(actor)
  return userId === undefined ? undefined : `user#${userId}`
}

/** A failed verification that was the last one of the budget has locked the account. */
function factsOf(entry: LogEntry): ActivityFact[] {
  const until = textOf(entry.lockedUntil)
  return [factOf(entry), ...(until === undefined ? [] : [{ event: 'authn_login_lock' as const, until }])]
}

/** Only these fields: an entry of the log may have others. */
function factOf(entry: LogEntry): ActivityFact {
  const { event, sessionId, reason, action, from, to, status, by } = entry
  const listed = (entry as { [SESSION_IDS]?: readonly SessionId[] })[SESSION_IDS]
  const isAboutSession = event === 'session_created' || event === 'authn_login_success'
  const sessionIds = listed ?? (isAboutSession && typeof sessionId === 'string' ? [sessionId as SessionId] : undefined)
  return {
    event: RECORDED_AS[event] ?? (event as ActivityEvent),
    ...defined({
      reason: textOf(reason),
      sessionIds: sessionIds?.slice(0, MAX_SESSION_IDS),
      sessions: sessionIds && sessionIds.length > MAX_SESSION_IDS ? sessionIds.length : undefined,
      action: textOf(action),
      from: textOf(from),
      to: textOf(to),
      status: textOf(status),
      by: textOf(by) as Actor | undefined,
    }),
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : undefined
