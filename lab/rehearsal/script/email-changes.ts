import { holdExpired, userKey } from './held-address.ts'
import { loseClaim } from './lost.ts'
import { deliver, tokenTo } from './mails.ts'
import type { Actor, World } from './world.ts'

// Changes of email by mailed links, and their undo.

export async function emailChanges(world: World): Promise<void> {
  const actor = await world.newActor()
  const item = await world.get(world.tables.users, userKey(actor.userId))
  await world.put(world.tables.users, { ...item, emailVerified: { BOOL: true } })
  const complete = (expected: number, token: string, bearer: string) =>
    world.ask('POST /auth/email/complete', expected, { bearer, body: { token } })
  const undo = (expected: number, token: string) => world.ask('POST /auth/email/undo', expected, { body: { token } })
  const ask = async (email: string, bearer: string) => {
    await world.ask('PUT /auth/email', 202, { bearer, body: { newEmail: email } })
    const mails = await deliver(world)
    world.expect(mails.length === 2, `send-mail: ${mails.length} mails instead of two about a change of email`)
    return tokenTo(world, { email }, mails)
  }
  const email = world.newEmail()
  await world.ask('PUT /auth/email', 401, { body: { newEmail: email } })
  await world.age(actor)
  const link = await ask(email, actor.token)
  await complete(410, 'x', actor.token)
  const other = await world.register()
  await complete(409, await ask(other.email, actor.token), actor.token)
  await complete(410, link, actor.token) // a later link was mailed
  await holdExpired(world, email)
  await world.addSession(actor)
  const { json } = await complete(200, await ask(email, actor.token), actor.token)
  const undone = tokenTo(world, actor, await deliver(world))
  // The first undo stays; the address in between is released.
  const next = world.newEmail()
  const second = await ask(next, json?.token ?? '')
  await loseClaim(world, () => complete(200, second, json?.token ?? ''))
  await world.setAttempts('all')
  await undo(429, undone)
  await world.setAttempts('none')
  await undo(410, 'x')
  await setSince(world, actor)
  await undo(204, undone)
  await undo(410, undone)
  world.expect((await deliver(world)).length === 1, 'send-mail: the undo of a change of email was not mailed')
}

/** Every credential of a user counts as set since the change. */
async function setSince(world: World, { userId }: Pick<Actor, 'userId'>): Promise<void> {
  const item = await world.get(world.tables.users, userKey(userId))
  const since = { M: { passwordHash: { N: '99' }, totp: { N: '99' }, recoveryCodes: { N: '99' } } }
  const totp = { M: { id: { S: 'i' }, sealed: { S: '1.x' }, createdAt: { N: '1' } } }
  const texts = { credentialId: { S: 'c' }, publicKey: { S: 'k' }, name: { S: 'n' }, transports: { L: [] } }
  const numbers = { algorithm: { N: '-7' }, firstCount: { N: '0' }, createdAt: { N: '1' }, since: { N: '99' } }
  const passkeys = { M: { new: { M: { ...texts, ...numbers } } } }
  const uses = { passkeyCounts: { M: { new: { N: '1' } } }, passkeyUsedAt: { M: { new: { N: '1' } } } }
  const own = { since, totp, totpStep: { N: '1' }, recoveryCodes: { SS: ['x'.repeat(43)] } }
  await world.put(world.tables.users, { ...item, ...own, passkeys, ...uses })
}
