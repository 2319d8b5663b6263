import { createGuest, createTables, openCoatcheck } from '../coatcheck.ts'
import { httpEvent } from '../http-event.ts'
import { guardedHandler } from '../lanes.ts'
import { figure, type Part } from '../section.ts'
import { startWire, type Traffic } from '../wire.ts'

const MINUTE = 60
const MOST_WRITES = 0.07

/** The datastore calls of a session in steady use, counted on the wire. */
export const measure: Part = async ({ endpoint, quick }, progress) => {
  const wire = await startWire(endpoint)
  let now = Math.floor(Date.now() / 1000)
  const tables = await createTables(endpoint, 'work')
  const coatcheck = openCoatcheck(wire.endpoint, tables, () => now)
  const guest = await createGuest(coatcheck)
  const handler = guardedHandler(coatcheck)
  const event = httpEvent('GET', '/notes', { cookie: `__Host-session=${guest.token}` })

  wire.take()
  const checks = 100
  for (let check = 0; check < checks; check++) await coatcheck.sessions.check(guest.token)
  const alone = wire.take()

  const days = quick ? 1 : 7
  const requests = days * 24 * 60
  for (let request = 0; request < requests; request++) {
    now += MINUTE
    const answer = await handler(event)
    if (!('statusCode' in answer) || answer.statusCode !== 200) throw new Error(JSON.stringify(answer))
    if (request % 50 === 0) progress((request + 50) / requests)
  }
  const used = wire.take()
  await wire.close()

  const writes = (used.calls.UpdateItem ?? 0) / requests
  return {
    title: 'Datastore work',
    findings: [
      {
        what: 'datastore work of a check',
        target: 'exactly 1 strongly consistent read',
        result: `${callsOf(alone, checks)}, ${figure(alone.readUnits / checks, 2)} read units, ${figure(alone.writeUnits / checks, 2)} write units`,
        met: alone.strongReads === checks && totalOf(alone) === checks && alone.readUnits === checks,
      },
      {
        what: 'writes of a check at one request a minute, with the defaults',
        target: `≤ ${MOST_WRITES}`,
        result: `${figure(writes, 4)}, as many write units, and ${figure(used.readUnits / requests, 2)} read units`,
        met: writes <= MOST_WRITES && totalOf(used) === requests + (used.calls.UpdateItem ?? 0),
      },
    ],
    text: `${checks} calls of \`sessions.check\`; then ${requests.toLocaleString('en')} requests to a handler behind \`requireSession\`, one for every minute of ${days} ${days === 1 ? 'day' : 'days'}, with a clock that is set on. In all ${callsOf(used, 1)}, ${figure(used.readUnits)} read units and ${figure(used.writeUnits)} write units.`,
    data: { check: { checks, ...alone }, requests: { requests, ...used } },
  }
}

const totalOf = ({ calls }: Traffic) => Object.values(calls).reduce((sum, each) => sum + each, 0)

/** `1.00 GetItem (1.00 strongly consistent)`, for each of so many requests. */
function callsOf({ calls, strongReads }: Traffic, requests: number): string {
  const digits = requests === 1 ? 0 : 2
  const each = Object.entries(calls).map(([operation, count]) => `${figure(count / requests, digits)} ${operation}`)
  return `${each.join(', ')} (${figure(strongReads / requests, digits)} reads strongly consistent)`
}
