import type { SentMail } from '../machine/simple-email.ts'
import { changeRecord } from './events.ts'
import { holdExpired } from './held-address.ts'
import { loseClaim } from './lost.ts'
import { type Actor, PASSWORD, type World } from './world.ts'

// The routes of mailed links, with the links of the mails that send-mail has sent.

const NEW_PASSWORD = 'five loud umbrellas at dusk'

export async function mailedLinks(world: World): Promise<void> {
  await deliver(world) // what earlier routes have requested
  await passwordReset(world)
  await mailedRegistration(world)
  await emailVerification(world)
  for (const action of [
    'forgotten-password',
    'reset-password',
    'complete-registration',
    'verify-email',
    'change-email',
    'undo-email-change',
    'accept-invitation',
    'login-code',
  ])
    for (const method of ['GET', 'HEAD']) await world.ask(`${method} /link/{action}`, 200, {}, { action })
}

async function passwordReset(world: World): Promise<void> {
  const actor = await world.newActor()
  const request = 'POST /auth/password/reset'
  const body = { email: actor.email }
  await world.ask(request, 202, { body })
  await world.ask(request, 202, { body: { email: 'nobody@example.com' } })
  const mails = await deliver(world)
  world.expect(mails.length === 1, `send-mail: ${mails.length} mails instead of one for an account and none for nobody`)
  const token = tokenTo(world, actor, mails)
  const complete = (expected: number, values: object) =>
    world.ask('POST /auth/password/reset/complete', expected, { body: { newPassword: NEW_PASSWORD, ...values } })
  await complete(410, { token: 'x' })
  await complete(422, { token, newPassword: actor.email })
  await complete(204, { token })
  await complete(410, { token })
  await world.ask('GET /auth/session', 401, { bearer: actor.token })
  await world.ask('POST /auth/login', 200, {
    body: { email: actor.email, password: NEW_PASSWORD, credential: 'bearer' },
  })
  world.expect((await deliver(world)).length === 1, 'send-mail: the change of a password was not mailed')
  await world.setAttempts('all')
  await world.ask(request, 429, { body })
  await complete(429, { token })
  await world.setAttempts('none')
}

/** Registration is open here, and by mail in a copy of its function. */
async function mailedRegistration(world: World): Promise<void> {
  const register = world.sandbox('register').copy({ REGISTRATION: 'mail' })
  const request = async (address: string) => {
    const { event } = world.gateway.event('POST', '/auth/register', { body: { email: address } })
    const { kind, body } = await register.invoke(event)
    const isAccepted = kind === 'response' && JSON.parse(body).statusCode === 202
    world.expect(isAccepted, `register, REGISTRATION=mail: ${kind} ${body.slice(0, 200)}`)
  }
  const known = await world.register()
  const email = world.newEmail()
  await request(email)
  await request(known.email)
  const mails = await deliver(world)
  world.expect(mails.length === 2, `send-mail: ${mails.length} mails instead of a link and a note for a known address`)
  const token = tokenTo(world, { email }, mails)
  const complete = (expected: number, values: object) =>
    world.ask('POST /auth/register/complete', expected, { body: { password: PASSWORD, name: 'Ada', ...values } })
  await complete(410, { token: 'x' })
  await complete(422, { token, password: email })
  const { json } = await complete(201, { token })
  await complete(410, { token })
  await world.signIn({ email, userId: json?.user?.id ?? '' })

  const taken = world.newEmail()
  await request(taken)
  const late = tokenTo(world, { email: taken }, await deliver(world))
  await world.ask('POST /auth/register', 201, { body: { email: taken, password: PASSWORD }, ip: '203.0.113.11' })
  await complete(409, { token: late })
  const lost = world.newEmail()
  await request(lost)
  const link = tokenTo(world, { email: lost }, await deliver(world))
  await holdExpired(world, lost)
  await loseClaim(world, () => complete(201, { token: link }))
  await world.setAttempts('all')
  await complete(429, { token })
  await world.setAttempts('none')
  await register.stop()
}

async function emailVerification(world: World): Promise<void> {
  const actor = await world.newActor()
  const sent = { bearer: actor.token }
  const ask = () => world.ask('POST /auth/email/verification', 202, sent)
  const verify = (expected: number, token: string) =>
    world.ask('POST /auth/email/verify', expected, { ...sent, body: { token } })
  await world.ask('POST /auth/email/verification', 401)
  await ask()
  const token = tokenTo(world, actor, await deliver(world))
  await verify(410, 'x')
  await world.age(actor)
  await verify(204, token)
  await verify(410, token)
  await world.age(actor)
  await ask() // nothing is left to prove
  world.expect((await deliver(world)).length === 0, 'send-mail: a proven address got another link')
}

/**
 * Delivers what is in the outbox, and once more, as a stream may.
 * @param retries how often a delivery may fail, which Lambda then repeats
 * @returns the mails of that
 */
export async function deliver(world: World, retries = 0): Promise<SentMail[]> {
  const { mails } = world.host
  const before = mails.length
  const Records = await outboxRecords(world)
  for (let times = 0; times < 2; times++)
    for (let failures = 0; ; failures++) {
      const { kind, body } = await world.sandbox('send-mail').invoke({ Records })
      const isDone = kind === 'response' && JSON.parse(body).batchItemFailures.length === 0
      if (!isDone && failures < retries) continue
      world.expect(isDone, `send-mail: ${kind} ${body.slice(0, 200)}`)
      break
    }
  const items = await world.scan(world.tables.outbox)
  const left = items.filter(({ id }) => !id?.S?.startsWith('invitation#')) // which stay until they expire
  world.expect(left.length === 0, `send-mail: ${left.length} requests are left in the outbox`)
  return mails.slice(before)
}

/** The records of the outbox's stream: of its keys alone. */
export async function outboxRecords(world: World): Promise<object[]> {
  const items = (await world.scan(world.tables.outbox)).filter(({ isSettled }) => !isSettled)
  return items.map(({ id }, index) => {
    const { dynamodb, ...record } = changeRecord('INSERT', '', index)
    return { ...record, dynamodb: { ...dynamodb, Keys: { id } } }
  })
}

/** A code of so few digits may be a part of any number in a log. */
const SHORT = 8

/** The secret of the link in the mail to an address. */
export function tokenTo(world: World, { email }: Pick<Actor, 'email'>, mails: readonly SentMail[]): string {
  const mail = mails.findLast(({ Destination }) => Destination.ToAddresses[0] === email)
  const [, token = ''] = /#([\w-]+)/.exec(mail?.Content.Simple.Body.Text.Data ?? '') ?? []
  world.expect(token !== '', `send-mail: no mail to ${email} has a link with a secret`)
  if (token.length > SHORT) world.tokens.add(token)
  return token
}
