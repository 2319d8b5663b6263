import { fromSessionItem } from '../../../lib/dynamodb/session-item.ts'
import type { SessionRow } from '../../../lib/session.ts'
import { systemClock } from '../../../lib/system.ts'
import { sessionRecord } from '../../../tests/support/session-stream.ts'
import { changeRecord } from './events.ts'
import type { Actor, World } from './world.ts'

/** The types of events that the records below lead to. */
const TYPES = ['session.created', 'session.revoked', 'session.expired', 'user.disabled']

/** Records of both tables' streams: sessions that began, were revoked or have timed out, and a disabled user. */
export async function driveEvents(world: World): Promise<void> {
  const send = async (name: string, ...Records: object[]) => {
    const { kind, body } = await world.sandbox(name).invoke({ Records })
    const isDone = kind === 'response' && JSON.parse(body).batchItemFailures.length === 0
    world.expect(isDone, `${name}: ${kind} ${body.slice(0, 200)}`)
  }
  const [actor, other] = [await world.newActor(), await world.newActor()]
  const [first, second] = [await rowOf(world, actor), await rowOf(world, other)]
  const at = systemClock()
  const disabled = { epoch: 1, changeId: 'c'.repeat(21), reason: 'user_disabled', at }
  await send(
    'publish-events',
    sessionRecord('INSERT', first, { at }),
    sessionRecord('INSERT', second, { at, index: 1 }),
  )
  await world.ask('POST /auth/logout', 204, { bearer: actor.token }) // the reason is in the activity
  await send('publish-events', sessionRecord('REMOVE', first, { at: systemClock() }))
  await world.delete(world.tables.sessions, { userId: { S: other.userId }, sessionId: { S: other.sessionId } })
  await send('publish-events', sessionRecord('REMOVE', second, { at: systemClock() })) // nothing knows the reason
  const user = await world.get(world.tables.users, { pk: { S: `user#${other.userId}` } })
  await world.put(world.tables.users, { ...user, lastChanges: { L: [{ M: toMap(disabled) }] } })
  await send('publish-events', changeRecord('MODIFY', `user#${other.userId}`, 0, at))

  const timedOut = { ...second, expiresAt: at - 60 }
  const deletion = sessionRecord('REMOVE', timedOut, { at, isExpiry: true })
  for (const name of ['publish-events', 'finish-sweeps', 'finish-sweeps']) await send(name, deletion)
  const kept = (await world.scan(world.tables.activity)).filter(({ facts }) => facts?.S?.includes('idle_timeout'))
  world.expect(kept.length === 1, `finish-sweeps: ${kept.length} entries of a timeout instead of one`)

  const { published } = world.host
  for (const type of TYPES)
    world.expect(
      published.some(({ DetailType }) => DetailType === type),
      `publish-events: published no ${type}`,
    )
  const details = published.map(({ Detail }) => Detail).join()
  for (const { secretHash } of [first, second])
    world.expect(!details.includes(Buffer.from(secretHash).toString('base64')), 'publish-events: an event has a hash')
  world.expect(details.includes('"reason":"logout"'), 'publish-events: no event has the reason of the activity')
}

async function rowOf(world: World, { userId, sessionId }: Actor): Promise<SessionRow> {
  const key = { userId: { S: userId }, sessionId: { S: sessionId } }
  const row = fromSessionItem(await world.get(world.tables.sessions, key))
  if (!row) throw new Error('The session of an actor is not stored.')
  return row
}

const toMap = (change: Record<string, string | number>) =>
  Object.fromEntries(
    Object.entries(change).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  ) as Record<string, { N: string } | { S: string }>
