import { readFileSync } from 'node:fs'
import { createAuthorizerEvent } from '../../../local/authorizer-event.ts'
import { EVENT_SOURCES, eventOf } from '../../../tests/support/event-sources.ts'
import type { Outcome } from '../machine/runtime-api.ts'
import type { World } from './world.ts'

// Events that reach functions past the routes: of every authorizer event source, of the stream, and `null`.

/** Whether an outcome of the authorizer lets the request through. */
function admits({ kind, body }: Outcome): boolean {
  if (kind !== 'response') return false
  const { isAuthorized, policyDocument } = JSON.parse(body) ?? {}
  return isAuthorized === true || policyDocument?.Statement[0].Effect === 'Allow'
}

export async function driveAuthorizer(world: World): Promise<void> {
  const authorizer = world.sandbox('authorizer')
  const actor = await world.newActor()
  const sources = EVENT_SOURCES.filter((name) => name.startsWith('authorizer-'))
  world.expect(sources.length >= 5, `Only ${sources.length} authorizer event sources have a fixture.`)
  const check = async (name: string, bearer: string, expected: boolean) => {
    const outcome = await authorizer.invoke(eventOf(name, { bearers: bearer ? [bearer] : [] }))
    world.expect(
      admits(outcome) === expected,
      `authorizer, ${name}: ${expected ? 'refused' : 'admitted'} (${outcome.kind} ${outcome.body.slice(0, 200)})`,
    )
    const knows = outcome.kind === 'response' || /"errorMessage":"Unauthorized"/.test(outcome.body)
    world.expect(knows, `authorizer, ${name}: ${outcome.kind} ${outcome.body.slice(0, 200)}`)
  }
  for (const name of sources) {
    await check(name, actor.token, true)
    await check(name, '', false)
    await check(name, `${actor.token.slice(0, -1)}${actor.token.endsWith('x') ? 'y' : 'x'}`, false)
  }
  // The event that the local front makes of a request, with an unsafe method: the renewal is due.
  await world.age(actor)
  const event = world.gateway.event('DELETE', '/auth/sessions', { bearer: actor.token }).event as Parameters<
    typeof createAuthorizerEvent
  >[0]
  const arn = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/$default/DELETE/auth/sessions'
  const made = createAuthorizerEvent(
    event,
    { payloadVersion: '2.0' } as Parameters<typeof createAuthorizerEvent>[1],
    [],
    arn,
  )
  world.expect(admits(await authorizer.invoke(made)), 'authorizer: refused the session whose renewal was due')
  await world.ask('POST /auth/logout', 204, { bearer: actor.token })
  for (const name of sources) await check(name, actor.token, false)
}

/** A record of a stream of keys in AWS's documented shape. */
export function changeRecord(
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE',
  pk: string,
  index: number,
  ApproximateCreationDateTime?: number,
) {
  const { event } = JSON.parse(readFileSync('tests/fixtures/aws/stream-records.json', 'utf8'))
  const [inserted] = event.Records
  const SequenceNumber = `4421584500000000017450${index}`
  const written = {
    Keys: { pk: { S: pk } },
    SequenceNumber,
    ...(ApproximateCreationDateTime && { ApproximateCreationDateTime }),
  }
  return { ...inserted, eventName, dynamodb: { ...inserted.dynamodb, ...written } }
}

export async function driveStream(world: World): Promise<void> {
  const record = changeRecord
  const finish = async (records: object[], failed: string[]) => {
    const { kind, body } = await world.sandbox('finish-sweeps').invoke({ Records: records })
    const reported = kind === 'response' ? JSON.parse(body).batchItemFailures : undefined
    const ids = reported?.map(({ itemIdentifier }: { itemIdentifier: string }) => itemIdentifier)
    world.expect(JSON.stringify(ids) === JSON.stringify(failed), `finish-sweeps: ${kind} ${body.slice(0, 200)}`)
  }
  const user = await world.register()
  const actor = await world.signIn(user)
  await world.interruptSweep(actor.userId)
  const changed = record('MODIFY', `user#${actor.userId}`, 1)
  await finish([record('INSERT', `email#${actor.email}`, 0), changed, record('REMOVE', `user#${actor.userId}`, 2)], [])
  const { sweepPending } = await world.get(world.tables.users, { pk: { S: `user#${actor.userId}` } })
  world.expect(!sweepPending?.BOOL, 'finish-sweeps: the sweep is still pending')
  await world.ask('GET /auth/session', 401, { bearer: actor.token })
  await finish([changed, changed], []) // delivered twice
  await finish([record('MODIFY', 'user#malformed', 3)], [])
}

/** Answers every caller; a null event is a request without a body. */
const PUBLIC = ['console', 'health', 'begin-passkey-login']

/** Lambda invokes a function with `null` when it is tested without an event: nothing may be admitted, changed or hang. */
export async function driveNull(world: World): Promise<void> {
  const callsOfOthers = () => world.host.calls.filter(({ functionName }) => !PUBLIC.includes(functionName)).length
  const before = callsOfOthers()
  for (const [name, sandbox] of world.sandboxes) {
    const { kind, body } = await sandbox.invoke(null)
    const status = kind === 'response' ? (JSON.parse(body)?.statusCode ?? 0) : 500
    const isPublic = PUBLIC.includes(name)
    const isRefused =
      kind === 'error' || status >= 400 || (kind === 'response' && JSON.parse(body)?.isAuthorized === false)
    const harmless = isRefused || isPublic || (name === 'logout' && status === 204)
    world.expect(harmless, `${name}: event null gave ${kind} ${body.slice(0, 200)}`)
    world.expect(kind !== 'timeout' && kind !== 'exit', `${name}: event null gave ${kind}`)
  }
  world.expect(callsOfOthers() === before, 'event null caused datastore calls')
}
