import { setTimeout as sleep } from 'node:timers/promises'
import type { NewUser, Users } from '../../lib/accounts/users.ts'
import { type Deadline, startDeadline } from '../../lib/deadline.ts'
import { ConflictError, EmailTakenError, UnavailableError } from '../../lib/errors.ts'
import type { Email, User } from '../../lib/user.ts'
import { COMMAND_SECONDS } from '../stack.ts'
import { LineFault } from './line-fault.ts'
import type { Line } from './lines.ts'
import { type Outcome, Tally } from './tally.ts'
import { type LineRules, type ReadLine, readUserLine } from './user-line.ts'

export interface ImportOptions {
  readonly users: Pick<Users, 'register' | 'findByEmail' | 'addPasswordHash'>
  readonly rules: LineRules
  /** Validates the lines and writes nothing. */
  readonly dryRun: boolean
  /** Aborting it starts no further line; lines in progress are completed. */
  readonly signal: AbortSignal
  readonly report: (outcome: Outcome, line: Line, tally: Tally) => void
  /** Pauses between the attempts of a line: an on-demand table takes a while to scale. */
  readonly pausesMs?: readonly number[]
}

/** Lines in progress at the same time: enough to keep the datastore busy with little memory. */
const CONCURRENCY = 32
const PAUSES_MS = [250, 1000, 4000, 15_000]

/**
 * Registers a user for each line. As in a registration, the pointer of the email is the commit point: an interruption
 * leaves a complete user or none. A line with an existing user changes nothing, except that a user without a password
 * gets the hash of the line. A new user costs two writes, an existing one two reads, and a write if it gets a hash: after
 * one existing user the next line is looked up first, since existing users come in long runs when an import is repeated.
 * @returns the counts, and the error if the datastore or the file failed
 */
export async function importUsers(
  lines: AsyncGenerator<Line>,
  { users, rules, dryRun, signal, report, pausesMs = PAUSES_MS }: ImportOptions,
): Promise<{ tally: Tally; failure: unknown }> {
  const tally = new Tally()
  const inProgress = new Map<Email, Promise<unknown>>()
  const failures: unknown[] = []
  let findFirst = dryRun
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  return { tally, failure: failures[0] }

  async function work(): Promise<void> {
    try {
      while (!signal.aborted && failures.length === 0) {
        const { value: line, done } = await lines.next()
        if (done) return
        const outcome = await importLine(line)
        tally.add(outcome)
        report(outcome, line, tally)
      }
    } catch (error) {
      if (!signal.aborted || error instanceof UnavailableError) failures.push(error)
    }
  }

  async function importLine(line: Line): Promise<Outcome> {
    let read: ReadLine
    try {
      if (line.text === undefined) throw new LineFault(line.fault)
      read = readUserLine(line.text, rules)
    } catch (error) {
      if (!(error instanceof LineFault)) throw error
      return { line: line.number, outcome: 'refused', reason: error.message }
    }
    tally.addUnread(read.unread)
    return { line: line.number, ...(await settleInOrder(read)) }
  }

  /** Of two lines with the same email, the first is imported. */
  async function settleInOrder({ user, note }: ReadLine) {
    const { email, passwordHash } = user
    const settling = (inProgress.get(email) ?? Promise.resolve()).then(() =>
      retry(() => settle(user), pausesMs, signal),
    )
    inProgress.set(email, settling)
    try {
      const settled = await settling
      if (settled.outcome === 'existing') return settled
      if (passwordHash === undefined) tally.withoutPassword++
      return { ...settled, ...(note && { note }) }
    } finally {
      if (inProgress.get(email) === settling) inProgress.delete(email)
    }
  }

  async function settle(user: NewUser) {
    const deadline = startDeadline(COMMAND_SECONDS)
    const find = () => users.findByEmail(user.email, deadline)
    const found = findFirst ? await find() : undefined
    findFirst = dryRun || found !== undefined
    if (found) return settleExisting(found, user, deadline)
    if (dryRun) return { outcome: 'importable' as const }
    try {
      return { outcome: 'created' as const, userId: (await users.register(user, deadline)).id }
    } catch (error) {
      if (!(error instanceof EmailTakenError)) throw error
    }
    findFirst = true
    const holder = await find()
    if (!holder) throw new ConflictError() // the user was deleted in between: retry
    return settleExisting(holder, user, deadline)
  }

  /** A line that says `disabled` adds no password: the existing user, who is active, could then sign in. */
  async function settleExisting(found: User, { passwordHash, status }: NewUser, deadline: Deadline) {
    const userId = found.id
    const isComplete = found.passwordHash !== undefined || passwordHash === undefined
    if (isComplete || (status === 'disabled' && found.status !== 'disabled'))
      return { outcome: 'existing' as const, userId }
    if (dryRun) return { outcome: 'passwordAddable' as const, userId }
    if (!(await users.addPasswordHash(found, passwordHash, deadline))) throw new ConflictError() // changed: read again
    return { outcome: 'passwordAdded' as const, userId }
  }
}

/** Retries after transient errors, until the signal is aborted. */
async function retry<Result>(
  attempt: () => Promise<Result>,
  pausesMs: readonly number[],
  signal: AbortSignal,
): Promise<Result> {
  for (let retries = 0; ; retries++)
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof UnavailableError || error instanceof ConflictError)) throw error
      const pause = pausesMs[retries]
      if (pause === undefined || signal.aborted) throw error
      await sleep(pause, undefined, { signal }).catch(() => {})
    }
}
