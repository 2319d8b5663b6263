import { newAdministrator } from './factors.ts'
import { holdExpired } from './held-address.ts'
import { loseClaim } from './lost.ts'
import { deliver, tokenTo } from './mails.ts'
import { PASSWORD, type World } from './world.ts'

// The routes of invitations, with the links of their mails.

const INVITATIONS = '/admin/invitations'

export async function invitations(world: World): Promise<void> {
  const admin = await newAdministrator(world)
  const bearer = admin.token
  const invite = (expected: number, email: string) =>
    world.ask(`POST ${INVITATIONS}`, expected, { bearer, body: { email, scopes: ['notes:read'], name: 'Ada' } })
  const accept = (expected: number, token: string, password = PASSWORD) =>
    world.ask('POST /auth/invitations/accept', expected, { body: { token, password } })
  const revoke = (expected: number, invitationId: string) =>
    world.ask(`DELETE ${INVITATIONS}/{invitationId}`, expected, { bearer }, { invitationId })
  /** Invites a new address. */
  const invited = async () => {
    const email = world.newEmail()
    await world.setAttempts('none')
    const { json } = await invite(201, email)
    const token = tokenTo(world, { email }, await deliver(world))
    return { email, token, id: json?.invitation?.id ?? '' }
  }
  await world.ask(`POST ${INVITATIONS}`, 401, { body: { email: world.newEmail(), scopes: [] } })
  await world.age(admin)
  const first = await invited()
  await accept(410, 'x')
  await accept(422, first.token, first.email)
  const { json } = await accept(201, first.token)
  world.expect(json?.user?.scopes?.includes('notes:read'), 'accept-invitation: the user lacks the scope')
  await accept(410, first.token)
  await invite(409, first.email)
  await revoke(409, first.id)
  await world.signIn({ email: first.email, userId: json?.user?.id ?? '' })

  const taken = await invited()
  await world.ask('POST /auth/register', 201, { body: { email: taken.email, password: PASSWORD }, ip: '203.0.113.12' })
  await accept(409, taken.token)
  const held = await invited()
  await holdExpired(world, held.email)
  await accept(201, held.token)
  const lost = await invited()
  await loseClaim(world, () => accept(201, lost.token))

  const revoked = await invited()
  for (const method of ['GET', 'HEAD']) await world.ask(`${method} ${INVITATIONS}?limit=1`, 200, { bearer })
  await world.age(admin)
  await revoke(204, revoked.id)
  await revoke(204, revoked.id)
  await revoke(404, 'n'.repeat(21))
  await accept(410, revoked.token)
  await world.setAttempts('all')
  await invite(429, world.newEmail())
  await accept(429, revoked.token)
  await world.setAttempts('none')
}
