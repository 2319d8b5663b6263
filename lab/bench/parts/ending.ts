import { createAccounts } from '../../../lib/accounts/accounts.ts'
import { startDeadline } from '../../../lib/deadline.ts'
import { summaryOf } from '../../shared/statistics.ts'
import { type Coatcheck, createGuest, createTables, IP, openCoatcheck, USER_AGENT } from '../coatcheck.ts'
import { figure, type Part } from '../section.ts'
import { startWire } from '../wire.ts'

const SESSIONS = 1000
const BATCH = 25

/** The cost of revoking all sessions of a user with many. */
export const measure: Part = async ({ endpoint, quick }, progress) => {
  const wire = await startWire(endpoint)
  const tables = await createTables(endpoint, 'ending')
  const coatcheck = openCoatcheck(wire.endpoint, tables)
  const direct = openCoatcheck(endpoint, tables)
  const counted = await endMany(
    coatcheck,
    () => wire.take(),
    (share) => progress(share / 2),
  )
  await wire.close()

  const times: number[] = []
  const tries = quick ? 2 : 7
  for (let tried = 0; tried < tries; tried++) {
    const { ms } = await endMany(
      direct,
      () => undefined,
      (share) => progress((tried + share) / tries / 2 + 0.5),
    )
    times.push(ms)
  }
  const { calls, batched, readUnits, writeUnits } = counted.ending
  const isAsNeeded = readUnits <= counted.query.readUnits + counted.empty.readUnits + counted.user.readUnits
  const queries = (counted.query.calls.Query ?? 0) + (counted.empty.calls.Query ?? 0)
  return {
    title: 'Ending all sessions of a user',
    findings: [
      {
        what: `ending ${figure(SESSIONS)} sessions of one user: deletes`,
        target: `${figure(SESSIONS)} in ${SESSIONS / BATCH} batches`,
        result: `${figure(batched)} in ${figure(calls.BatchWriteItem ?? 0)}`,
        met: batched === SESSIONS && calls.BatchWriteItem === SESSIONS / BATCH,
      },
      {
        what: `ending ${figure(SESSIONS)} sessions of one user: reads`,
        target: 'no more than Query needs',
        result: `${figure(calls.Query ?? 0)} pages of Query where ${queries} are needed, and ${figure(calls.GetItem ?? 0)} GetItem; ${figure(readUnits, 1)} read units where ${figure(counted.query.readUnits, 1)} + ${figure(counted.empty.readUnits, 1)} + ${figure(counted.user.readUnits, 1)} are needed`,
        met: isAsNeeded && calls.Query === queries && calls.GetItem === 1,
      },
    ],
    text: `\`revocations.revokeAllSessions\`, counted on the wire. What Query needs was counted as well: once over the same ${figure(SESSIONS)} rows, strongly consistent, and once over none, for success is reported only when a full Query shows none left; and one read of the user. Besides ${figure(calls.UpdateItem ?? 0)} UpdateItem on the user, and ${figure(writeUnits, 0)} write units in all, the deletes’ among them. It takes ${figure(summaryOf(times).median)} ms here.`,
    data: { ...counted, milliseconds: times },
  }
}

/** Creates a user with many sessions, revokes them, and records the calls of each step. */
async function endMany<Taken>(coatcheck: Coatcheck, take: () => Taken, progress: (share: number) => void) {
  const { sessions, store, userStore, users } = coatcheck
  const { user, session } = await createGuest(coatcheck)
  for (let count = 1; count < SESSIONS; count++) {
    await sessions.create({ user, scopes: session.scopes, ip: IP, userAgent: USER_AGENT }, { get: async () => user })
    if (count % 20 === 0) progress(count / SESSIONS)
  }
  const step = async (run: () => Promise<unknown>) => {
    take()
    await run()
    return take()
  }
  const query = await step(() => store.list(user.id, startDeadline()))
  const ofUser = await step(() => users.get(user.id, startDeadline()))
  const { revokeAllSessions } = createAccounts({ store: userStore, sessions }).revocations
  const begun = performance.now()
  const ending = await step(() => revokeAllSessions(user.id))
  const ms = performance.now() - begun
  const empty = await step(() => store.list(user.id, startDeadline()))
  return { query, user: ofUser, ending, empty, ms }
}
