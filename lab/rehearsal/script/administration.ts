import { enrol, newAdministrator } from './factors.ts'
import { holdExpired } from './held-address.ts'
import { deliver } from './mails.ts'
import { type Actor, PASSWORD, type World } from './world.ts'

// The routes of administrators, who have a second factor: their scopes are strong ones.

export async function administration(world: World): Promise<void> {
  const admin = await newAdministrator(world)
  const target = await world.register()
  const bearer = admin.token
  const of = (actor: Partial<Actor>) => ({ userId: target.userId, sessionId: actor.sessionId ?? '' })
  for (const method of ['GET', 'HEAD']) {
    await world.ask(`${method} /admin/users?email=${target.email}`, 200, { bearer })
    await world.ask(`${method} /admin/users?limit=100`, 200, { bearer })
    await world.ask(`${method} /admin/users/{userId}`, 200, { bearer }, of({}))
    await world.ask(`${method} /admin/users/{userId}/sessions`, 200, { bearer }, of({}))
    await world.ask(`${method} /admin/users/{userId}/activity`, 200, { bearer }, of({}))
    await world.ask(`${method} /admin/activity`, 200, { bearer })
    await world.ask(`${method} /admin/users/{userId}/export`, 200, { bearer }, of({}))
  }
  const first = await world.signIn(target)
  await world.interruptSweep(target.userId, first.sessionId)
  await world.ask('GET /admin/users/{userId}/sessions', 200, { bearer }, of({}))
  const one = 'DELETE /admin/users/{userId}/sessions/{sessionId}'
  await world.age(admin)
  await world.interruptSweep(target.userId)
  await world.ask(one, 204, { bearer }, of(first))
  await world.ask(one, 404, { bearer }, of(first))
  await world.signIn(target)
  await world.age(admin)
  await world.ask('DELETE /admin/users/{userId}/sessions', 200, { bearer }, of({}))
}

export async function userAdministration(world: World): Promise<void> {
  const admin = await newAdministrator(world)
  const bearer = admin.token
  await world.age(admin)
  const body = { email: world.newEmail(), password: PASSWORD, name: 'Ada', scopes: ['notes:read'] }
  const created = await world.ask('POST /admin/users', 201, { bearer, body })
  await world.ask('POST /admin/users', 409, { bearer, body })
  const held = world.newEmail()
  await holdExpired(world, held)
  await world.ask('POST /admin/users', 201, { bearer, body: { ...body, email: held } })
  const user = { email: body.email, userId: created.json?.user?.id ?? created.json?.id ?? '' }
  const change = (to: object) => world.ask('PATCH /admin/users/{userId}', 200, { bearer, body: to }, user)
  await world.age(admin)
  await change({ name: 'Ada L.', scopes: ['notes:read'] })
  await world.signIn(user)
  await change({ scopes: [], status: 'disabled' })
  await world.ask('POST /auth/login', 401, { body: { email: user.email, password: PASSWORD, credential: 'bearer' } })
  await change({ status: 'active' })
  await world.signIn(user)
  await world.interruptSweep(user.userId)
  await change({ name: 'Ada' })
  await world.signIn(user)
  await world.age(admin)
  await world.ask('DELETE /admin/users/{userId}', 204, { bearer }, user)
  await world.ask('DELETE /admin/users/{userId}', 404, { bearer }, user)
  const erased = await world.register()
  await world.signIn(erased)
  await world.age(admin)
  await world.ask('POST /admin/users/{userId}/erase', 204, { bearer }, erased)
  await world.ask('POST /admin/users/{userId}/erase', 404, { bearer }, erased)
}

/** What an administrator does for a user who has lost the password or the second factor. */
export async function accountAdministration(world: World): Promise<void> {
  const admin = await newAdministrator(world)
  const bearer = admin.token
  const target = await world.register()
  const nobody = { userId: 'n'.repeat(21) }
  const newPassword = { password: 'five loud umbrellas at dusk' }
  const steps: readonly [route: string, body?: object][] = [
    ['POST /admin/users/{userId}/unlock'],
    ['DELETE /admin/users/{userId}/factors'],
    ['PUT /admin/users/{userId}/password', newPassword],
    ['POST /admin/users/{userId}/password-reset'],
  ]
  await deliver(world)
  await enrol(world, await world.signIn(target))
  for (const [route, body] of steps) {
    const ask = (status: number, to: object, by = bearer) =>
      world.ask(route, status, { bearer: by, ...(body && { body }) }, { ...to })
    await ask(401, target, '')
    await ask(404, nobody)
    await world.age(admin)
    await ask(route.endsWith('password-reset') ? 202 : 204, target)
    if (route.startsWith('DELETE')) await world.signIn(target)
  }
  await world.ask('PUT /admin/users/{userId}/password', 422, { bearer, body: { password: target.email } }, target)
  const body = { email: target.email, ...newPassword, credential: 'bearer' }
  await world.ask('POST /auth/login', 200, { body })
  await world.setAttempts('all')
  await world.ask('POST /admin/users/{userId}/password-reset', 429, { bearer }, target)
  await world.setAttempts('none')
  const mails = await deliver(world)
  const sent = mails.filter(({ Destination }) => Destination.ToAddresses[0] === target.email)
  world.expect(sent.length === 4, `send-mail: ${sent.length} mails to a user whose account an administrator changed`)

  await world.age(admin)
  const temporary = { password: 'a lighthouse made of paper' }
  const required = { bearer, body: { ...temporary, requireChange: true } }
  await world.ask('PUT /admin/users/{userId}/password', 204, required, target)
  const first = { email: target.email, ...temporary, credential: 'bearer' }
  await world.ask('POST /auth/login', 403, { body: first })
  await world.ask('POST /auth/login', 200, { body: { ...first, newPassword: 'velvet gravel under bicycles' } })
}
