import { setTimeout as sleep } from 'node:timers/promises'
import { TOTP } from 'otpauth'
import { loseFactor } from './lost.ts'
import { deliver } from './mails.ts'
import { type Actor, PASSWORD, type World } from './world.ts'

// The routes of second factors. A code works once: each is of another step of the authenticator app.

const ACTIVATE = 'POST /auth/factors/totp/activate'
const SECOND = 'POST /auth/login/second-factor'
const REAUTHENTICATE = 'POST /auth/session/reauthenticate'
const WRONG = '000000'
const STEP_MS = 30_000

/** A user with a second factor. */
export interface StrongActor extends Actor {
  readonly recoveryCodes: readonly string[]
  /** The code of a step, counted from the present one. */
  code(step: number): string
}

export async function secondFactors(world: World): Promise<void> {
  const user = await world.register()
  const plain = await world.signIn(user)
  const bearer = plain.token
  await world.ask('GET /auth/factors', 401)
  for (const method of ['GET', 'HEAD']) await world.ask(`${method} /auth/factors`, 200, { bearer })
  await world.ask('POST /auth/factors/totp', 401)
  await world.ask(ACTIVATE, 409, { bearer, body: { code: WRONG } }) // no app is shown
  await world.ask('POST /auth/factors/recovery-codes', 409, { bearer }) // belong to a second factor
  await world.signIn(user)
  await beginningOfStep()
  const strong = await enrol(world, plain, -1)
  await world.ask('GET /auth/session', 401, { bearer })
  const left = await signInByFactors(world, strong)
  await changeFactors(world, strong, left)
  world.expect((await deliver(world)).length >= 4, 'send-mail: a change of factors was not mailed')
}

/** Codes of the step before are good for the rest of the present step alone. */
async function beginningOfStep(): Promise<void> {
  const passed = Date.now() % STEP_MS
  if (passed > STEP_MS / 2) await sleep(STEP_MS - passed)
}

/** Sets up an authenticator app. @param step the step whose code counts as used then, from the present one */
export async function enrol(world: World, actor: Actor, step = 0): Promise<StrongActor> {
  await world.age(actor)
  const { json: shown } = await world.ask('POST /auth/factors/totp', 201, { bearer: actor.token })
  const totp = new TOTP({ secret: shown?.secret })
  const code = (later: number) => totp.generate({ timestamp: Date.now() + later * STEP_MS })
  world.tokens.add(shown?.secret)
  await world.ask(ACTIVATE, 403, { bearer: actor.token, body: { code: WRONG } })
  await world.age(actor)
  const { json } = await world.ask(ACTIVATE, 200, { bearer: actor.token, body: { code: code(step) } })
  const recoveryCodes: string[] = json?.recoveryCodes ?? []
  for (const each of recoveryCodes) world.tokens.add(each)
  return { ...actor, sessionId: json?.session?.id ?? '', token: json?.token ?? '', recoveryCodes, code }
}

export const ADMIN_SCOPES = ['admin:read', 'admin:revoke', 'admin:write', 'sessions:introspect']

/** An administrator, whose scopes need a session of two factors. */
export const newAdministrator = async (world: World): Promise<StrongActor> =>
  await enrol(world, await world.newActor(ADMIN_SCOPES))

/** @returns the caller's last token */
async function signInByFactors(world: World, strong: StrongActor): Promise<string> {
  const credentials = { email: strong.email, password: PASSWORD, credential: 'bearer' }
  const challenge = async (more: object = {}): Promise<string> => {
    const { json } = await world.ask('POST /auth/login', 403, { body: { ...credentials, ...more } })
    return json?.challenge ?? ''
  }
  const second = (expected: number, values: object, bearer?: string) =>
    world.ask(SECOND, expected, { ...(bearer && { bearer }), body: { credential: 'bearer', ...values } })
  const first = await challenge({ scopes: ['account'], label: 'laptop' })
  await second(410, { challenge: 'x', totp: strong.code(0) })
  await second(403, { challenge: first, totp: WRONG })
  const used = strong.code(0)
  await loseFactor(world, () => second(200, { challenge: first, totp: used }))
  await second(410, { challenge: first, totp: strong.code(1) })
  const late = await challenge()
  await second(403, { challenge: late, totp: used })
  await world.setAttempts('all')
  await second(429, { challenge: late, totp: strong.code(1) })
  await world.setAttempts('none')
  await world.interruptSweep(strong.userId)
  const other = await world.newActor()
  const [code, next, last] = strong.recoveryCodes
  const { json } = await second(200, { challenge: await challenge(), recoveryCode: code }, other.token)
  await world.ask('GET /auth/session', 401, { bearer: other.token }) // replaced

  const reauthenticate = (expected: number, bearer: string, body: object) =>
    world.ask(REAUTHENTICATE, expected, { bearer, body })
  await reauthenticate(403, json?.token, { totp: WRONG })
  const again = await reauthenticate(200, json?.token, { totp: strong.code(1) })
  const byRecovery = await reauthenticate(200, again.json?.token, { recoveryCode: next })
  const both = await reauthenticate(200, byRecovery.json?.token, { password: PASSWORD, recoveryCode: last })
  return both.json?.token ?? ''
}

async function changeFactors(world: World, strong: StrongActor, token: string): Promise<void> {
  const change = async (route: string, bearer: string): Promise<string> => {
    await world.ask(route, 401)
    await world.addSession(strong)
    const [userId = '', sessionId = ''] = bearer.slice('cct_'.length).split('.')
    await world.age({ ...strong, userId, sessionId })
    return (await world.ask(route, 200, { bearer })).json?.token ?? ''
  }
  const kept = await change('POST /auth/factors/recovery-codes', token)
  for (const method of ['GET', 'HEAD']) await world.ask(`${method} /auth/factors`, 200, { bearer: kept })
  const plain = await change('DELETE /auth/factors/totp', kept)
  await world.ask('GET /auth/session', 401, { bearer: kept })
  await world.ask('GET /auth/session', 200, { bearer: plain })
  await world.signIn(strong)
}
