import { setTimeout as sleep } from 'node:timers/promises'
import type { Disturbance } from '../machine/dynamodb-host.ts'
import type { World } from './world.ts'

// What Lambda does to a process besides invoking it.

const DISTURBANCES: readonly Disturbance[] = ['closed', 'reset', 'silent']
const FROZEN_MS = 300

/** The connections to DynamoDB end while the functions are frozen: the next request is answered as if nothing was. */
export async function disturbConnections(world: World): Promise<void> {
  const actor = await world.newActor()
  const { bearer } = { bearer: actor.token }
  for (const disturbance of DISTURBANCES) {
    const routes = ['GET /auth/session', 'GET /auth/sessions']
    for (const route of routes) await world.ask(route, 200, { bearer })
    const open = world.host.disturb(disturbance)
    world.expect(open > 0, `${disturbance}: no connection was open`)
    await sleep(FROZEN_MS)
    for (const route of routes) await world.ask(route, 200, { bearer })
    await world.signIn(actor)
  }
}

/** DynamoDB refuses credentials that expired: 503, never 401, and another process with new ones works. */
export async function rotateCredentials(world: World): Promise<void> {
  const actor = await world.newActor()
  const bearer = actor.token
  await world.ask('GET /auth/session', 200, { bearer })
  world.host.expire('get-session')
  world.host.expectsRefusals = true
  const cookie = `__Host-session=${actor.token}`
  const refused = await world.ask('GET /auth/session', 503, { cookie })
  const setsCookie = refused.headers.some(([name]) => name.toLowerCase() === 'set-cookie')
  world.expect(!setsCookie, 'get-session: the response to expired credentials changes the cookie')
  world.host.expectsRefusals = false
  world.sandbox('get-session').kill() // Lambda replaces a process before its credentials expire
  await world.ask('GET /auth/session', 200, { bearer })
}

/** A process that stops in the middle, and its successor. */
export async function killProcesses(world: World): Promise<void> {
  const actor = await world.newActor()
  for (const name of ['get-session', 'login', 'authorizer']) world.sandbox(name).kill()
  await world.ask('GET /auth/session', 200, { bearer: actor.token })
  await world.signIn(actor)
}

/** DynamoDB does not answer: 503 before the function's timeout, so that Lambda never kills it. */
export async function silenceDynamodb(world: World): Promise<void> {
  const actor = await world.newActor()
  const bearer = actor.token
  world.host.intercept = () => 'silent'
  for (const route of ['GET /auth/session', 'DELETE /auth/sessions', 'POST /auth/logout'])
    await world.ask(route, 503, { bearer })
  world.host.intercept = undefined
  await world.ask('GET /auth/session', 200, { bearer })
}

/** Configurations with which a function must not start, and what it says. */
export async function breakConfigurations(world: World): Promise<void> {
  const broken: [name: string, environment: Record<string, string | undefined>, expected: RegExp][] = [
    ['get-session', { STAGE: 'local' }, /`STAGE`: expected a deployed stage/],
    ['login', { PASSWORD_PEPPER: '' }, /`PASSWORD_PEPPER`: required/],
    ['login', { BCRYPT_COST: '4' }, /`BCRYPT_COST`/],
    ['authorizer', { DYNAMODB_ENDPOINT: 'http://localhost:8000' }, /`DYNAMODB_ENDPOINT`: expected an https URL/],
  ]
  for (const [name, environment, expected] of broken) {
    const sandbox = world.sandbox(name).copy(environment)
    const { kind, body } = await sandbox.invoke({})
    const what = `${name} with ${JSON.stringify(environment)}: ${kind} ${body.slice(0, 300)}`
    world.expect(kind === 'init-error' || kind === 'error', `${what}, and started`)
    world.expect(expected.test(body), `${what}, which does not name the variable`)
    await sandbox.stop()
  }
}

/** The platform kills a function at its timeout; the next invocation gets a new process. */
export async function exceedTimeout(world: World): Promise<void> {
  const actor = await world.newActor()
  const sandbox = world.sandbox('get-session').copy({ DATASTORE_TIMEOUT_MS: '' }, 1)
  const { event } = world.gateway.event('GET', '/auth/session', { bearer: actor.token })
  world.host.intercept = () => 'silent'
  const cut = await sandbox.invoke(event)
  world.host.intercept = undefined
  world.expect(
    cut.kind === 'timeout',
    `get-session with a timeout of one second: ${cut.kind} ${cut.body.slice(0, 200)}`,
  )
  const after = await sandbox.invoke(event)
  world.expect(
    after.kind === 'response' && JSON.parse(after.body).statusCode === 200,
    `after a timeout: ${after.body.slice(0, 200)}`,
  )
  world.expect(
    sandbox.initMs.length === 2,
    `after a timeout ${sandbox.initMs.length} processes had started instead of 2`,
  )
  await sandbox.stop()
}
