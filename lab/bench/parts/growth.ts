import { startDeadline } from '../../../lib/deadline.ts'
import type { SessionRow } from '../../../lib/session.ts'
import { formatToken, parseToken } from '../../../lib/sessions/session-token.ts'
import { createGuest, createTables, openCoatcheck } from '../coatcheck.ts'
import { fillTable } from '../filling.ts'
import { ratioOf } from '../rounds.ts'
import { dataOf, figure, type Part, spread, timesOf } from '../section.ts'
import { blocksOf, type Lane, takeTurns } from '../turns.ts'

const FEW = 1000
const LIMIT = 1.1
/** So many rows of each table are checked, one after the other. */
const SAMPLES = 1000

/** Whether a check takes longer when there are more sessions. */
export const measure: Part = async ({ endpoint, quick, rows }, progress) => {
  const few = await openTable(endpoint, 'few', FEW, () => {})
  const many = await openTable(endpoint, 'many', rows, (share) => progress(share * 0.9))
  const turns = quick ? { rounds: 40, calls: 20, warmUp: 30 } : { rounds: 400, calls: 25, warmUp: 100 }
  const measured = await takeTurns([few.lane, many.lane], turns, (share) => progress(0.9 + share * 0.1))
  const ratio = ratioOf(blocksOf(measured, many.lane.name), blocksOf(measured, few.lane.name))
  return {
    title: 'Growth',
    findings: [
      {
        what: `a check against ${figure(rows)} rows, and against ${figure(FEW)}`,
        target: `≤ ${LIMIT} times`,
        result: `${spread(ratio)} times`,
        met: ratio.median <= LIMIT,
      },
    ],
    text: `Two tables on one engine, each row another user’s session, and full checks of ${figure(SAMPLES)} rows from all over each. Filling the large one took ${figure(many.seconds)} s, by BatchWriteItem: ${figure(rows / many.seconds)} rows a second. ${turns.rounds} rounds of ${turns.calls} calls a lane.\n\n${timesOf(measured)}`,
    data: { rows: [FEW, rows], secondsToFill: many.seconds, ...dataOf(measured) },
  }
}

async function openTable(
  endpoint: string,
  name: string,
  rows: number,
  progress: (share: number) => void,
): Promise<{ lane: Lane; seconds: number }> {
  const tables = await createTables(endpoint, `growth-${name}`)
  const coatcheck = openCoatcheck(endpoint, tables)
  const guest = await createGuest(coatcheck)
  const token = parseToken(guest.token)
  const row: SessionRow | undefined = await coatcheck.store.get(guest.user.id, guest.session.id, startDeadline())
  if (!token || !row) throw new Error('the guest has no session')
  // All have the guest's secret; the guest's own row is one more.
  const samples = { rows: rows - 1, samples: Math.min(SAMPLES, rows - 1) }
  const begun = performance.now()
  const keys = await fillTable(endpoint, tables.sessions, row, samples, progress)
  const seconds = (performance.now() - begun) / 1000
  const texts = keys.map(({ userId, id }) => formatToken({ ...token, userId, sessionId: id }).reveal())
  let next = 0
  const run = async () => {
    const text = texts[next++ % texts.length] ?? ''
    if (!(await coatcheck.sessions.check(text))) throw new Error('a row that was written is not found')
  }
  return { lane: { name: `a check against ${figure(rows)} rows`, run }, seconds }
}
