import { setTimeout as sleep } from 'node:timers/promises'
import { eventOf } from '../../../tests/support/event-sources.ts'
import type { Disturbance } from '../machine/dynamodb-host.ts'
import { deliver } from './mails.ts'
import { PASSWORD, type World } from './world.ts'

// What Lambda does to a process besides invoking it.

const DISTURBANCES: readonly Disturbance[] = ['closed', 'reset', 'silent']
const FROZEN_MS = 300

/** The connections to DynamoDB end while the functions are frozen: the next request is answered as if nothing was. */
export async function disturbConnections(world: World): Promise<void> {
  const actor = await world.newActor(['sessions:introspect'])
  const ask = async () => {
    await world.ask('GET /auth/session', 200, { bearer: actor.token })
    await world.ask('GET /auth/sessions', 200, { bearer: actor.token })
    await world.signIn(actor)
    await world.ask('POST /auth/password/reset', 202, { body: { email: actor.email } })
    // A mail is one attempt: Lambda repeats the delivery whose connection was lost.
    world.expect((await deliver(world, 1)).length > 0, 'send-mail: sent no mail')
    await world.setAttempts('none')
    const { kind, body } = await world.sandbox('authorizer').invoke(authorizerEvent(actor.token))
    const isAdmitted = kind === 'response' && JSON.parse(body).isAuthorized === true
    world.expect(isAdmitted, `authorizer: refused a valid session (${kind} ${body.slice(0, 200)})`)
  }
  for (const disturbance of DISTURBANCES) {
    await ask()
    const open = world.host.disturb(disturbance)
    world.expect(open >= 4, `${disturbance}: only ${open} connections were open`)
    await sleep(FROZEN_MS)
    await ask()
  }
}

const authorizerEvent = (bearer: string) => eventOf('authorizer-http-api-2.0', { bearers: [bearer] })

/** DynamoDB refuses credentials that expired: 503, never 401, and another process with new ones works. */
export async function rotateCredentials(world: World): Promise<void> {
  const actor = await world.newActor()
  const bearer = actor.token
  const cookie = `__Host-session=${actor.token}`
  const functions = ['get-session', 'authorizer']
  const authorizer = world.sandbox('authorizer')
  await world.ask('GET /auth/session', 200, { bearer })
  for (const name of functions) world.host.expire(name)
  world.host.expectsRefusals = true
  const refused = await world.ask('GET /auth/session', 503, { cookie })
  const setsCookie = refused.headers.some(([name]) => name.toLowerCase() === 'set-cookie')
  world.expect(!setsCookie, 'get-session: the response to expired credentials changes the cookie')
  const { kind, body } = await authorizer.invoke(authorizerEvent(bearer))
  world.expect(kind === 'error', `authorizer: a denial instead of an error for expired credentials (${kind} ${body})`)
  world.host.expectsRefusals = false
  // Lambda replaces a process before its credentials expire. Both are valid for a while.
  for (const name of functions) world.sandbox(name).kill()
  await world.ask('GET /auth/session', 200, { bearer })
  const after = await authorizer.invoke(authorizerEvent(bearer))
  world.expect(JSON.parse(after.body).isAuthorized === true, 'authorizer: refused with new credentials')
}

/** A process that stops in the middle, and its successor. */
export async function killProcesses(world: World): Promise<void> {
  const actor = await world.newActor()
  for (const name of ['get-session', 'login', 'authorizer']) world.sandbox(name).kill()
  await world.ask('GET /auth/session', 200, { bearer: actor.token })
  await world.signIn(actor)
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

/** What the functions have written names no credential. */
export async function readLogs(world: World): Promise<void> {
  const pepper = world.sandbox('login').definition.environment.PASSWORD_PEPPER ?? ''
  const secrets = [...world.tokens, PASSWORD, pepper].filter((secret) => secret !== '')
  for (const [name, { output }] of world.sandboxes)
    for (const secret of secrets)
      world.expect(!output.includes(secret), `${name}: the log contains a credential: ${secret.slice(0, 8)}…`)
  world.expect(world.tokens.size > 10, 'the rehearsal knows too few tokens to look for')
  const lines = world.sandbox('login').output.split('\n')
  world.expect(
    lines.some((line) => line.includes('authn_login_success')),
    'login: no line about a successful login',
  )
}
