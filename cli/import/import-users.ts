import { setTimeout as sleep } from 'node:timers/promises'
import type { NewUser, Users } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { ConflictError, EmailTakenError, UnavailableError } from '../../lib/errors.ts'
import type { Email, User } from '../../lib/user.ts'
import { COMMAND_SECONDS } from '../open.ts'
import { LineFault } from './line-fault.ts'
import type { Line } from './lines.ts'
import type { Hashing } from './stored-hash.ts'
import { type Outcome, Tally } from './tally.ts'
import { type ReadLine, readUserLine } from './user-line.ts'

export interface ImportOptions {
  readonly users: Pick<Users, 'register' | 'findByEmail'>
  readonly hashing: Hashing
  /** Look, and write nothing. */
  readonly dryRun: boolean
  /** Once it is aborted no further line begins; those under way are finished. */
  readonly signal: AbortSignal
  readonly report: (outcome: Outcome, line: Line, tally: Tally) => void
  /** Before a line is tried again: a table on demand takes a while to grow to what is asked of it. */
  readonly pausesMs?: readonly number[]
}

/** Lines under way at once: enough to keep a datastore busy, and far from filling memory. */
const LANES = 32
const PAUSES_MS = [250, 1000, 4000, 15_000]

/**
 * Registers a user for each line. The email's pointer is the commit point, as in a registration: whatever interrupts it,
 * there is a whole user or none, and a line whose user is there already changes nothing. Two writes a new user; two
 * reads for one who is there, since those come in long rows when an import is run again.
 * @returns what was done, and why it ended early if the datastore or the file failed.
 */
export async function importUsers(
  lines: AsyncGenerator<Line>,
  { users, hashing, dryRun, signal, report, pausesMs = PAUSES_MS }: ImportOptions,
): Promise<{ tally: Tally; failure: unknown }> {
  const tally = new Tally()
  const underWay = new Map<Email, Promise<unknown>>()
  const failures: unknown[] = []
  let lookFirst = dryRun
  await Promise.all(Array.from({ length: LANES }, lane))
  return { tally, failure: failures[0] }

  async function lane(): Promise<void> {
    try {
      while (!signal.aborted && failures.length === 0) {
        const { value: line, done } = await lines.next()
        if (done) return
        const outcome = await take(line)
        tally.add(outcome)
        report(outcome, line, tally)
      }
    } catch (error) {
      if (!signal.aborted || error instanceof UnavailableError) failures.push(error)
    }
  }

  async function take(line: Line): Promise<Outcome> {
    let read: ReadLine
    try {
      if (line.text === undefined) throw new LineFault(line.fault)
      read = readUserLine(line.text, hashing)
    } catch (error) {
      if (!(error instanceof LineFault)) throw error
      return { line: line.number, outcome: 'refused', reason: error.message }
    }
    tally.addUnread(read.unread)
    return { line: line.number, ...(await inTurn(read)) }
  }

  /** Of two lines with one email the first has its way, not the faster. */
  async function inTurn({ user, note }: ReadLine) {
    const { email, passwordHash } = user
    const mine = (underWay.get(email) ?? Promise.resolve()).then(() => patiently(() => settle(user), pausesMs, signal))
    underWay.set(email, mine)
    try {
      const settled = await mine
      if (settled.outcome === 'existing') return settled
      if (passwordHash === undefined) tally.withoutPassword++
      return { ...settled, ...(note && { note }) }
    } finally {
      if (underWay.get(email) === mine) underWay.delete(email)
    }
  }

  async function settle(user: NewUser) {
    const deadline = startDeadline(COMMAND_SECONDS)
    const find = () => users.findByEmail(user.email, deadline)
    const existing = (found: User) => ({ outcome: 'existing' as const, userId: found.id })
    const found = lookFirst ? await find() : undefined
    lookFirst = dryRun || found !== undefined
    if (found) return existing(found)
    if (dryRun) return { outcome: 'importable' as const }
    try {
      return { outcome: 'created' as const, userId: (await users.register(user, deadline)).id }
    } catch (error) {
      if (!(error instanceof EmailTakenError)) throw error
    }
    lookFirst = true
    const holder = await find()
    if (!holder) throw new ConflictError() // deleted this very moment: look again
    return existing(holder)
  }
}

/** Tries again after what may pass; not after an interruption. */
async function patiently<Result>(
  work: () => Promise<Result>,
  pausesMs: readonly number[],
  signal: AbortSignal,
): Promise<Result> {
  for (let tries = 0; ; tries++)
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof UnavailableError || error instanceof ConflictError)) throw error
      const pause = pausesMs[tries]
      if (pause === undefined || signal.aborted) throw error
      await sleep(pause, undefined, { signal }).catch(() => {})
    }
}
