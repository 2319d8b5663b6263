import { hash } from 'bcryptjs'
import { accountAdministration, administration, userAdministration } from './administration.ts'
import { mailedCodes } from './codes.ts'
import { emailChanges } from './email-changes.ts'
import { newAdministrator, secondFactors } from './factors.ts'
import { holdExpired } from './held-address.ts'
import { invitations } from './invitations.ts'
import { loseClaim } from './lost.ts'
import { mailedLinks } from './mails.ts'
import { bounces, signInNotices } from './notices.ts'
import { passkeys } from './passkeys.ts'
import { signedTokens } from './tokens.ts'
import { PASSWORD, type World } from './world.ts'

// Every route of Coatcheck, in the situations in which it makes a datastore call of its own.

export async function driveRoutes(world: World): Promise<void> {
  await publicRoutes(world)
  await registration(world)
  await signIn(world)
  await passwords(world)
  await ownSessions(world)
  await mailedLinks(world)
  await emailChanges(world)
  await secondFactors(world)
  await passkeys(world)
  await mailedCodes(world)
  await invitations(world)
  await signInNotices(world)
  await bounces(world)
  await introspection(world)
  await signedTokens(world)
  await administration(world)
  await userAdministration(world)
  await accountAdministration(world)
  await lostAnswers(world)
  for (const route of world.gateway.routes)
    world.expect(route === '$default' || world.asked.has(route), `The rehearsal did not ask the route ${route}.`)
}

async function publicRoutes(world: World): Promise<void> {
  for (const method of ['GET', 'HEAD']) {
    await world.ask(`${method} /health`, 200)
    await world.ask(`${method} /`, 200)
    await world.ask(`${method} /docs`, 200)
    await world.ask(`${method} /openapi.json`, 200)
    await world.ask(`${method} /.well-known/webauthn`, 200)
    await world.ask(`${method} /.well-known/change-password`, 303)
    await world.ask(`${method} /auth/session`, 401)
    await world.ask(`${method} /auth/sessions`, 401)
  }
  const { text } = await world.ask('GET /', 200)
  const [file = ''] = /\/?assets\/([\w.-]+)/.exec(text)?.slice(1) ?? []
  world.expect(file !== '', 'console: the page names no file of /assets.')
  for (const method of ['GET', 'HEAD']) await world.ask(`${method} /assets/{file}`, 200, {}, { file })
  await world.ask('GET /nowhere', 404)
  await world.ask('PUT /auth/login', 405)
  await world.ask('OPTIONS /auth/login', 204)
}

async function registration(world: World): Promise<void> {
  const { email } = await world.register()
  const ip = '203.0.113.9'
  await world.ask('POST /auth/register', 409, { body: { email, password: PASSWORD }, ip })
  const held = world.newEmail()
  await holdExpired(world, held)
  await world.ask('POST /auth/register', 201, { body: { email: held, password: PASSWORD }, ip })
  await world.setAttempts('all')
  await world.ask('POST /auth/register', 429, { body: { email, password: PASSWORD }, ip })
  await world.setAttempts('none')
}

async function signIn(world: World): Promise<void> {
  const { tables } = world
  const actor = await world.newActor()
  const body = { email: actor.email, password: PASSWORD, credential: 'bearer' }
  const again = await world.ask('POST /auth/login', 200, { body, bearer: actor.token }) // replaces the session
  await world.ask('POST /auth/login', 401, { body: { ...body, password: 'wrong wrong wrong' } })
  await world.ask('POST /auth/login', 401, { body: { ...body, email: 'nobody@example.com' } })
  const cookie = await world.ask('POST /auth/login', 200, {
    body: { email: actor.email, password: PASSWORD },
    headers: { 'sec-fetch-site': 'same-origin' },
  })
  const sent = cookie.headers.findLast(([name]) => name.toLowerCase() === 'set-cookie')?.[1].split(';')[0] ?? ''
  world.expect(sent.startsWith('__Host-session='), `login: the cookie is ${sent.slice(0, 20)}.`)
  await world.ask('GET /auth/session', 200, { cookie: sent })
  await world.interruptSweep(actor.userId)
  await world.ask('POST /auth/login', 200, { body })
  const item = await world.get(tables.users, { pk: { S: `user#${actor.userId}` } })
  await world.put(tables.users, { ...item, passwordHash: { S: await hash(PASSWORD, 4) } }) // of before the pepper
  const last = await world.ask('POST /auth/login', 200, { body })
  await world.ask('POST /auth/login', 401, { body: { ...body, password: 'wrong wrong wrong' } })
  await world.setAttempts('all')
  await world.ask('POST /auth/login', 429, { body })
  await world.setAttempts('none')

  await world.ask('POST /auth/logout', 204, { bearer: last.json?.token })
  await world.ask('POST /auth/logout', 204, { bearer: last.json?.token })
  await world.ask('POST /auth/logout', 204)
  await world.ask('GET /auth/session', 401, { bearer: last.json?.token })
  await world.ask('GET /auth/session', 401, { bearer: again.json?.token })
  const before = await world.signIn(actor)
  const after = await world.ask('POST /auth/session/reauthenticate', 200, {
    bearer: before.token,
    body: { password: PASSWORD },
  })
  await world.ask('POST /auth/logout', 204, { bearer: before.token }) // ends the session that replaced it
  await world.ask('GET /auth/session', 401, { bearer: after.json?.token })
}

async function passwords(world: World): Promise<void> {
  const actor = await world.newActor()
  const right = { password: PASSWORD }
  const reauthenticate = 'POST /auth/session/reauthenticate'
  await world.ask(reauthenticate, 403, { bearer: actor.token, body: { password: 'wrong wrong wrong' } })
  const { json } = await world.ask(reauthenticate, 200, { bearer: actor.token, body: right })
  const bearer: string = json?.token ?? ''
  const body = { currentPassword: PASSWORD, newPassword: 'five loud umbrellas at dusk' }
  await world.ask('PUT /auth/password', 403, { bearer, body: { ...body, currentPassword: 'wrong wrong wrong' } })
  await world.setAttempts('all')
  await world.ask('PUT /auth/password', 429, { bearer, body })
  await world.ask(reauthenticate, 429, { bearer, body: right })
  await world.setAttempts('none')
  await world.signIn(actor)
  await world.ask('PUT /auth/password', 200, { bearer, body })
  await world.ask('GET /auth/session', 401, { bearer })
}

async function ownSessions(world: World): Promise<void> {
  const user = await world.register()
  const own = await world.signIn(user)
  await world.age(own)
  for (const method of ['GET', 'HEAD']) {
    await world.ask(`${method} /auth/session`, 200, { bearer: own.token })
    await world.ask(`${method} /auth/sessions`, 200, { bearer: own.token })
    await world.ask(`${method} /auth/activity`, 200, { bearer: own.token })
  }
  await world.interruptSweep(user.userId, own.sessionId)
  await world.ask('GET /auth/sessions', 200, { bearer: own.token })
  const one = 'DELETE /auth/sessions/{sessionId}'
  const other = await world.signIn(user)
  await world.age(own)
  await world.ask(one, 204, { bearer: own.token }, { sessionId: other.sessionId })
  await world.ask(one, 404, { bearer: own.token }, { sessionId: other.sessionId })
  const swept = await world.signIn(user)
  await world.interruptSweep(user.userId, own.sessionId)
  await world.ask(one, 204, { bearer: own.token }, { sessionId: swept.sessionId })
  await world.signIn(user)
  const kept = await world.ask('DELETE /auth/sessions?keep=current', 200, { bearer: own.token })
  await world.ask('DELETE /auth/sessions', 200, { bearer: kept.json?.token })
  const leaving = await world.newActor()
  await world.ask('DELETE /auth/account', 204, { bearer: leaving.token })
  await world.ask('GET /auth/session', 401, { bearer: leaving.token })
}

async function introspection(world: World): Promise<void> {
  const service = await newAdministrator(world)
  const actor = await world.newActor()
  const ask = (active: boolean) =>
    world
      .ask('POST /auth/introspect', 200, {
        bearer: service.token,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `token=${actor.token}`,
      })
      .then(({ json }) => world.expect(json?.active === active, `introspect: active is ${json?.active}.`))
  await ask(true)
  await world.age(service)
  await ask(true)
  await world.ask('POST /auth/logout', 204, { bearer: actor.token })
  await ask(false)
}

/** DynamoDB claims an email, but the answer is lost: the functions read the claim to learn the outcome. */
async function lostAnswers(world: World): Promise<void> {
  const admin = await newAdministrator(world)
  for (const route of ['POST /auth/register', 'POST /admin/users']) {
    const body = { email: world.newEmail(), password: PASSWORD, name: 'Ada' }
    await loseClaim(world, () => world.ask(route, 201, { bearer: admin.token, body, ip: '203.0.113.10' }))
  }
}
