import { markdownTable as table } from '../../shared/table.ts'
import { createGuest, createTables, type Guest, openCoatcheck, type Tables } from '../coatcheck.ts'
import { httpEvent } from '../http-event.ts'
import { guardedHandler, lambdaContext, plainClient } from '../lanes.ts'
import { openAuthJs } from '../peers/auth-js.ts'
import { openBetterAuth } from '../peers/better-auth.ts'
import { openExpressSession } from '../peers/express-session.ts'
import { ratioOf } from '../rounds.ts'
import { dataOf, type Finding, figure, type Part, spread, timesOf } from '../section.ts'
import { blocksOf, type Lane, type Measured, takeTurns } from '../turns.ts'
import { startWire, type Wire } from '../wire.ts'

const CHECK = 'Coatcheck: a check'
const EVENTUAL = 'Coatcheck: a check, eventually consistent'
const GUARDED = 'Coatcheck: a guarded handler'
const SESSION = 'Coatcheck: GET /auth/session, session and user'

/** How a peer authenticates a request, and the equivalent with Coatcheck. */
const PAIRS: [peer: string, ours: string][] = [
  ['express-session, its defaults', GUARDED],
  ['express-session, resave and saveUninitialized false', GUARDED],
  ['Auth.js, adapter.getSessionAndUser', CHECK],
  ['Auth.js, the whole GET /auth/session', GUARDED],
  ['better-auth, auth.api.getSession', GUARDED],
]
/** These two answer with the user as well: beside the one route of ours that reads the user too. */
const WITH_USER = ['Auth.js, the whole GET /auth/session', 'better-auth, auth.api.getSession']

const PEERS = [openExpressSession, openAuthJs, openBetterAuth]
const COUNTED = 20
/** Writes per check at one request a minute with the defaults, as counted by `work.ts`. */
const RENEWALS = 60 / 900
/** The on-demand price of a write unit, in read units. */
const WRITE_PRICE = 5

interface Units {
  readonly read: number
  readonly write: number
  readonly calls: Readonly<Record<string, number>>
}

/** Coatcheck beside peers that keep sessions in a datastore, each authenticating requests. */
export const measure: Part = async ({ endpoint, quick }, progress) => {
  const tables = await createTables(endpoint, 'peers')
  const guest = await createGuest(openCoatcheck(endpoint, tables))
  const timed = await openPeers(endpoint, 'peers-timed')
  const lanes = [...(await ourLanes(endpoint, tables, guest)), ...timed.flatMap((peer) => peer.lanes)]
  const turns = quick ? { rounds: 20, calls: 12, warmUp: 12 } : { rounds: 200, calls: 15, warmUp: 50 }
  const measured = await takeTurns(lanes, turns, progress)

  const wire = await startWire(endpoint)
  const peers = await openPeers(wire.endpoint, 'peers-counted')
  const counted = [...(await ourLanes(wire.endpoint, tables, guest)), ...peers.flatMap((peer) => peer.lanes)]
  const units = await unitsOf(counted, wire)
  await wire.close()
  return {
    title: 'Beside the others',
    findings: [
      ...PAIRS.flatMap(([peer, ours]) => [timeOf(peer, ours, measured, 'ahead'), unitsFound(peer, ours, units)]),
      ...WITH_USER.map((peer) => timeOf(peer, SESSION, measured)),
    ],
    text: `Each has a user with a session of the same facts on the same engine, over the same SDK with the same timeouts. Ours is the guarded handler of above, or a check where the peer was asked by a function of its adapter. Auth.js and better-auth answer with the user as well: for comparison the route \`GET /auth/session\` as it is deployed, which reads the user too, strongly consistent.\n\n${timed.map(({ text }) => `- ${text}`).join('\n')}\n\n${timesOf(measured)}\n\nOn the wire, ${COUNTED} requests each. To ours come ${figure(RENEWALS, 3)} write units for renewals where a session is seen once a minute; Auth.js and better-auth, not due for an update here, write once a day. In the verdict a unit of writing counts as ${WRITE_PRICE} of reading, as on-demand prices have it. Counted like that a check as it is by default, strongly consistent, costs ${figure(1 + WRITE_PRICE * RENEWALS, 2)} where Auth.js’s two eventually consistent reads cost 1: that is the price of an end that holds at once, and of an idle end that moves within a quarter of an hour and not a day.\n\n${unitsTable(units)}`,
    data: { times: dataOf(measured), units: Object.fromEntries(units) },
  }
}

const openPeers = (endpoint: string, name: string) =>
  Promise.all(PEERS.map((open, index) => open(plainClient(endpoint), `${name}-${index}`)))

async function ourLanes(endpoint: string, tables: Tables, guest: Guest): Promise<Lane[]> {
  const { sessions } = openCoatcheck(endpoint, tables)
  const guarded = guardedHandler({ sessions })
  const event = httpEvent('GET', '/notes', { cookie: `__Host-session=${guest.token}` })
  return [
    { name: CHECK, run: () => sessions.check(guest.token) },
    { name: EVENTUAL, run: () => sessions.check(guest.token, { consistency: 'eventual' }) },
    { name: GUARDED, run: () => guarded(event) },
    { name: SESSION, run: await sessionRoute(endpoint, tables, guest) },
  ]
}

/** The deployed route; it reads its configuration when it is imported, hence a module of its own for each engine. */
async function sessionRoute(endpoint: string, tables: Tables, guest: Guest) {
  Object.assign(process.env, {
    DYNAMODB_ENDPOINT: endpoint,
    SESSIONS_TABLE: tables.sessions,
    USERS_TABLE: tables.users,
  })
  const { handler } = await import(`../../../functions/get-session.ts?${encodeURIComponent(endpoint)}`)
  const event = httpEvent('GET', '/auth/session', { cookie: `__Host-session=${guest.token}` })
  return async () => {
    const answer = await handler(event, lambdaContext())
    if (answer.statusCode !== 200) throw new Error(JSON.stringify(answer))
  }
}

async function unitsOf(lanes: readonly Lane[], wire: Wire): Promise<Map<string, Units>> {
  const units = new Map<string, Units>()
  for (const { name, run } of lanes) {
    await run()
    wire.take()
    for (let call = 0; call < COUNTED; call++) await run()
    const { readUnits, writeUnits, calls } = wire.take()
    const each = Object.entries(calls).map(([operation, count]) => [operation, count / COUNTED])
    units.set(name, { read: readUnits / COUNTED, write: writeUnits / COUNTED, calls: Object.fromEntries(each) })
  }
  return units
}

function timeOf(peer: string, ours: string, measured: Measured, target?: 'ahead'): Finding {
  const time = ratioOf(blocksOf(measured, ours), blocksOf(measured, peer))
  return {
    what: target ? `time, against ${peer}` : `for comparison: ${ours}, against ${peer}`,
    target: target ?? '–',
    result: `${spread(time)} of its time`,
    ...(target && { met: time.median < 1 }),
  }
}

function unitsFound(peer: string, ours: string, units: ReadonlyMap<string, Units>): Finding {
  const theirs = unitsIn(units, peer)
  const own = { ...unitsIn(units, ours), write: RENEWALS }
  // Read through an index, or eventually, for which there is no promise: then ours counts as if it read like that.
  const isEventual = theirs.read < (theirs.calls.GetItem ?? 0) + (theirs.calls.Query ?? 0)
  const eventually = { ...own, read: unitsIn(units, EVENTUAL).read }
  const weigh = ({ read, write }: Units) => read + WRITE_PRICE * write
  return {
    what: `units, against ${peer}`,
    target: 'ahead',
    result: isEventual
      ? `${pair(eventually)} against ${pair(theirs)}, both eventually consistent; by default ours reads strongly: ${pair(own)}`
      : `${pair(own)} against ${pair(theirs)}`,
    met: weigh(isEventual ? eventually : own) < weigh(theirs),
  }
}

function unitsIn(units: ReadonlyMap<string, Units>, name: string): Units {
  const found = units.get(name)
  if (!found) throw new RangeError(`${name} was not counted`)
  return found
}

const pair = ({ read, write }: Units) => `${figure(read, 2)} read and ${figure(write, 2)} write`

function unitsTable(units: ReadonlyMap<string, Units>): string {
  const rows = [...units].map(([name, { read, write, calls }]) => [
    name,
    Object.entries(calls)
      .map(([operation, count]) => `${figure(count, count % 1 === 0 ? 0 : 2)} ${operation}`)
      .join(', '),
    figure(read, 1),
    figure(write, 1),
  ])
  return table(['a request to', 'calls', 'read units', 'write units'], rows)
}
