import { createGuest, createTables, openCoatcheck } from '../coatcheck.ts'
import { BARE_READ, BARE_SDK, CHECK, FLOOR, GUARDED, READ, readingLanes, SDK } from '../lanes.ts'
import { ratioOf } from '../rounds.ts'
import { dataOf, type Finding, type Part, spread, timesOf } from '../section.ts'
import { blocksOf, takeTurns } from '../turns.ts'

/** The cost of a check beyond its read. */
export const measure: Part = async ({ endpoint, quick }, progress) => {
  const tables = await createTables(endpoint, 'check')
  const coatcheck = openCoatcheck(endpoint, tables)
  const guest = await createGuest(coatcheck)
  const lanes = readingLanes(endpoint, tables, coatcheck, guest)
  for (const { name, run } of lanes)
    if (!JSON.stringify(await run()).includes(guest.user.id)) throw new Error(`${name} does not find the row`)
  const turns = quick ? { rounds: 30, calls: 20, warmUp: 15 } : { rounds: 300, calls: 25, warmUp: 60 }
  const measured = await takeTurns(lanes, turns, progress)

  const compare = (what: string, lane: string, to: string, limit?: number): Finding => {
    const time = ratioOf(blocksOf(measured, lane), blocksOf(measured, to))
    const cpu = ratioOf(blocksOf(measured, lane), blocksOf(measured, to), 'cpuUs')
    return {
      what,
      target: limit === undefined ? '–' : `≤ ${limit.toFixed(2)}`,
      result: `${spread(time)}; of CPU ${cpu.median.toFixed(2)}`,
      ...(limit !== undefined && { met: time.median <= limit }),
    }
  }
  return {
    title: 'A check beside its read',
    findings: [
      compare('a full check against the SDK’s GetItem of the same row', CHECK, SDK, 1.05),
      compare('a full check against the hand-signed floor', CHECK, FLOOR, 1.3),
      compare('guarded handler against the bare handler with the SDK’s GetItem', GUARDED, BARE_SDK, 1.1),
      compare('guarded handler against the bare handler with Coatcheck’s own read', GUARDED, BARE_READ, 1.1),
      compare('for comparison: the SDK’s GetItem against the floor', SDK, FLOOR),
      compare('for comparison: Coatcheck’s read against the floor', READ, FLOOR),
    ],
    text: `All lanes read the same row, strongly consistent, on connections that stay open. The floor is \`node:http\` with a signature made by hand, no retries and no timeouts. The SDK has the timeouts of \`lib/dynamodb/client.ts\`. A full check parses the token, reads, compares and decides. The guarded handler is Middy, \`requireSession\` and a handler that answers with the user’s id, called with an HTTP API’s event; the bare handlers do the read themselves and believe whatever they are asked, without Middy. ${turns.rounds} rounds of ${turns.calls} calls a lane.\n\n${timesOf(measured)}`,
    data: dataOf(measured),
  }
}
