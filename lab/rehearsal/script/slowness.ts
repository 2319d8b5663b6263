import { unknownAnswers } from '../../../tests/support/authenticator.ts'
import { eventOf } from '../../../tests/support/event-sources.ts'
import { changeRecord } from './events.ts'
import { ADMIN_SCOPES } from './factors.ts'
import type { Sent } from './gateway.ts'
import { outboxRecords } from './mails.ts'
import { bounceOf } from './notices.ts'
import { type Actor, PASSWORD, type World } from './world.ts'

// A DynamoDB that does not answer, or answers late. Every function must answer before its timeout: Lambda would kill it
// in the middle of an operation, and API Gateway would answer 500 instead of 503.

const NEW_PASSWORD = `${PASSWORD}!`
/** Just below the time limit of one attempt. */
const LATE_MS = 700

interface Request {
  readonly route: string
  readonly sent: Sent
}

/** One request to each function with a datastore call, by users of their own: they are sent at the same time. */
async function requestsOf(world: World): Promise<Request[]> {
  const target = await world.newActor()
  const { assertion, registration } = unknownAnswers(world.origin)
  const bodies: Readonly<Record<string, unknown>> = {
    'POST /auth/login': { email: target.email, password: PASSWORD, credential: 'bearer' },
    'POST /auth/session/reauthenticate': { password: PASSWORD },
    'PUT /auth/password': { currentPassword: PASSWORD, newPassword: NEW_PASSWORD },
    'POST /auth/introspect': 'token=x',
    'PATCH /admin/users/{userId}': { status: 'disabled' },
    'PUT /admin/users/{userId}/password': { password: NEW_PASSWORD },
    'POST /auth/register/complete': { token: 'x', password: NEW_PASSWORD },
    'POST /auth/password/reset': { email: target.email },
    'POST /auth/password/reset/complete': { token: 'x', newPassword: NEW_PASSWORD },
    'POST /auth/email/verify': { token: 'x' },
    'PUT /auth/email': { newEmail: world.newEmail() },
    'POST /auth/email/complete': { token: 'x' },
    'POST /auth/email/undo': { token: 'x' },
    'POST /auth/factors/totp/activate': { code: '000000' },
    'POST /auth/login/second-factor/options': { challenge: 'x' },
    'POST /auth/login/passkey': { response: assertion, credential: 'bearer' },
    'POST /auth/login/code': { email: target.email },
    'POST /auth/login/code/complete': { code: '00000000', credential: 'bearer' },
    'POST /auth/invitations/accept': { token: 'x', password: NEW_PASSWORD },
    'POST /admin/invitations': { email: world.newEmail(), scopes: [] },
    'POST /auth/passkeys': { response: registration, name: 'x' },
    'PATCH /auth/passkeys/{passkeyId}': { name: 'x' },
    'POST /auth/login/second-factor': { challenge: 'x', totp: '000000', credential: 'bearer' },
  }
  const isAsked = (route: string) =>
    !/^(HEAD|GET \/$|GET \/(health|assets|docs|link|openapi.json|.well-known))|^\$default$/.test(route) &&
    world.gateway.routes.includes(route)
  const requests: Request[] = []
  for (const route of world.gateway.routes.filter(isAsked)) {
    const actor = await world.copyActor(target, ADMIN_SCOPES)
    const code = { origin: world.origin, cookie: '__Host-session-code=x' }
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const created = { email: world.newEmail(), password: PASSWORD }
    const body = bodies[route] ?? (/^POST .*(register|users)$/.test(route) ? created : undefined)
    const sent = {
      bearer: actor.token,
      ip: '203.0.113.20',
      ...(body !== undefined && { body }),
      ...(route === 'POST /auth/introspect' && { headers: form }),
      ...(route.startsWith('POST /auth/login/code') && code),
    }
    requests.push({ route: withIds(route, target), sent })
  }
  return requests
}

const withIds = (route: string, { userId, sessionId }: Actor) =>
  route.replace('{userId}', userId).replace(/\{(session|passkey|invitation)Id\}/, sessionId)

/** Sends a request to every function at once. */
async function askAll(world: World, isRight: (status: number) => boolean, what: string): Promise<void> {
  const requests = await requestsOf(world)
  const actor = await world.newActor()
  await world.interruptSweep(actor.userId)
  await world.ask('POST /auth/password/reset', 202, { body: { email: actor.email } })
  const mail = { Records: await outboxRecords(world) }
  world.host.intercept = () => (what === 'silent' ? 'silent' : { delayMs: LATE_MS })
  const routes = requests.map(async ({ route, sent }) => {
    const [method = '', path = ''] = route.split(' ')
    const { status, functionName, outcome, text } = await world.gateway.request(method, path, sent)
    const isFine = outcome.kind === 'response' && isRight(status)
    world.expect(isFine, `${functionName}, DynamoDB ${what}: ${outcome.kind} ${status} ${text.slice(0, 200)}`)
  })
  const others: [name: string, event: unknown][] = [
    ['authorizer', eventOf('authorizer-http-api-2.0', { bearers: [actor.token] })],
    ['publish-events', { Records: [changeRecord('MODIFY', `user#${actor.userId}`, 2)] }],
    ['send-mail', mail],
    ['record-bounces', bounceOf(actor.email, 'Permanent')],
    ['finish-sweeps', { Records: [changeRecord('MODIFY', `user#${actor.userId}`, 1)] }],
  ]
  const events = others.map(async ([name, event]) => {
    const { kind, body } = await world.sandbox(name).invoke(event)
    world.expect(kind === 'response' || kind === 'error', `${name}, DynamoDB ${what}: ${kind} ${body.slice(0, 200)}`)
  })
  await Promise.all([...routes, ...events])
  world.host.intercept = undefined
}

export const silentDynamodb = (world: World): Promise<void> => askAll(world, (status) => status === 503, 'silent')

export const lateDynamodb = (world: World): Promise<void> =>
  askAll(world, (status) => status < 500 || status === 503, 'late')
