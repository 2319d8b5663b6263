import { createAuthenticator } from '../../../tests/support/authenticator.ts'
import { newAdministrator } from './factors.ts'
import { loseFactor } from './lost.ts'
import { deliver } from './mails.ts'
import { type Actor, PASSWORD, type World } from './world.ts'

// The routes of passkeys, with an authenticator that counts its uses.

const ADD = 'POST /auth/passkeys'
const LOGIN = 'POST /auth/login/passkey'
const SECOND = 'POST /auth/login/second-factor'
const UNKNOWN = { challenge: 'AAAA' }

export async function passkeys(world: World): Promise<void> {
  const actor = await world.newActor()
  const key = countingKey(world, actor)
  const passkeyId = await addPasskey(world, actor, key)
  await passkeyLogins(world, actor, key)
  const current = await passkeyAsSecondFactor(world, actor, key)
  await changePasskeys(world, current, passkeyId)
  await resetPasskeys(world)
  world.expect((await deliver(world)).length >= 2, 'send-mail: a change of passkeys was not mailed')
}

/** A passkey whose every signature has the next count. */
function countingKey({ origin }: World, { userId }: Actor) {
  const authenticator = createAuthenticator({ origin })
  let count = 0
  return {
    register: authenticator.register,
    sign: (options: { challenge: string }) => authenticator.sign(options, userId, { count: ++count }),
    signAgain: (options: { challenge: string }) => authenticator.sign(options, userId, { count }),
  }
}

type Key = ReturnType<typeof countingKey>

/** @returns the id of the passkey */
async function addPasskey(world: World, actor: Actor, key: Key): Promise<string> {
  const bearer = actor.token
  await world.ask(`${ADD}/options`, 401)
  await world.age(actor)
  const { json: begun } = await world.ask(`${ADD}/options`, 200, { bearer })
  const add = (expected: number, response: object) =>
    world.ask(ADD, expected, { bearer, body: { response, name: 'phone' } })
  await add(410, key.register(UNKNOWN))
  await add(403, key.register(begun?.options, { origin: 'https://other.example' }))
  await world.addSession(actor)
  await world.age(actor)
  const { json } = await add(201, key.register(begun?.options))
  for (const code of json?.recoveryCodes ?? []) world.tokens.add(code)
  await world.ask('GET /auth/session', 401, { bearer })
  await world.ask('GET /auth/session', 200, { bearer: json?.token })
  return json?.passkey?.id ?? ''
}

/** The options of a sign-in with a passkey alone. */
const loginOptions = async (world: World): Promise<{ challenge: string }> =>
  (await world.ask(`${LOGIN}/options`, 200)).json?.options

async function passkeyLogins(world: World, actor: Actor, key: Key): Promise<void> {
  const login = (expected: number, response: object, bearer?: string) =>
    world.ask(LOGIN, expected, { ...(bearer && { bearer }), body: { response, credential: 'bearer' } })
  await login(410, key.sign(UNKNOWN))
  const options = await loginOptions(world)
  const response = key.sign(options)
  await loseFactor(world, () => login(200, response))
  await login(410, response)
  await login(403, key.signAgain(await loginOptions(world)))
  await world.interruptSweep(actor.userId)
  const other = await world.newActor()
  await login(200, key.sign(await loginOptions(world)), other.token)
  await world.ask('GET /auth/session', 401, { bearer: other.token }) // replaced
  const late = key.sign(await loginOptions(world))
  await world.setAttempts('all')
  await world.ask(`${LOGIN}/options`, 429)
  await login(429, late)
  await world.setAttempts('none')
}

/** @returns the session of the last proof */
async function passkeyAsSecondFactor(world: World, actor: Actor, key: Key): Promise<Actor> {
  const credentials = { email: actor.email, password: PASSWORD, credential: 'bearer' }
  const { json: first } = await world.ask('POST /auth/login', 403, { body: credentials })
  const body = { challenge: first?.challenge }
  const { json: asked } = await world.ask(`${SECOND}/options`, 200, { body })
  const passkey = key.sign(asked?.options)
  const { json } = await world.ask(SECOND, 200, { body: { ...body, passkey, credential: 'bearer' } })
  await world.ask(`${SECOND}/options`, 410, { body })
  const reauthenticate = (expected: number, response: object) =>
    world.ask('POST /auth/session/reauthenticate', expected, { bearer: json?.token, body: { passkey: response } })
  await reauthenticate(410, key.sign(UNKNOWN))
  const again = await reauthenticate(200, key.sign(await loginOptions(world)))
  return { ...actor, sessionId: again.json?.session?.id ?? '', token: again.json?.token ?? '' }
}

async function changePasskeys(world: World, current: Actor, passkeyId: string): Promise<void> {
  const bearer = current.token
  const rename = (expected: number, id: string) =>
    world.ask('PATCH /auth/passkeys/{passkeyId}', expected, { bearer, body: { name: 'key' } }, { passkeyId: id })
  const remove = (expected: number, id: string) =>
    world.ask('DELETE /auth/passkeys/{passkeyId}', expected, { bearer }, { passkeyId: id })
  await world.age(current)
  await rename(200, passkeyId)
  await rename(404, 'x')
  await remove(404, 'x')
  await world.addSession(current)
  await world.age(current)
  await remove(200, passkeyId)
  await world.ask('GET /auth/session', 401, { bearer })
  await world.signIn(current)
}

/** An administrator resets the factors of a user who has lost the device. */
async function resetPasskeys(world: World): Promise<void> {
  const admin = await newAdministrator(world)
  const actor = await world.newActor()
  await addPasskey(world, actor, countingKey(world, actor))
  await world.ask('DELETE /admin/users/{userId}/factors', 204, { bearer: admin.token }, { userId: actor.userId })
  await world.signIn(actor)
}
