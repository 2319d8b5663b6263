import { enrol } from './factors.ts'
import { deliver, tokenTo } from './mails.ts'
import { type Actor, PASSWORD, type World } from './world.ts'

// The routes of mailed codes, which work in the browser alone that asked for them.

const REQUEST = 'POST /auth/login/code'

export async function mailedCodes(world: World): Promise<void> {
  const { origin } = world
  const user = await world.register()
  const request = (expected: number, email: string) => world.ask(REQUEST, expected, { origin, body: { email } })
  const complete = (expected: number, { cookie, code }: Mailed, more: object = {}, bearer?: string) =>
    world.ask(`${REQUEST}/complete`, expected, {
      ...{ origin, cookie: `__Host-session-code=${cookie}`, ...(bearer && { bearer }) },
      body: { code, credential: 'bearer', ...more },
    })
  const mailed = async (to: Pick<Actor, 'email'>): Promise<Mailed> => {
    await world.setAttempts('none')
    await deliver(world)
    const { headers } = await request(202, to.email)
    const set = headers.flatMap(([name, value]) => (name.toLowerCase() === 'set-cookie' ? [value] : []))
    const [, cookie = ''] = /__Host-session-code=([\w-]{43});/.exec(set.join('\n')) ?? []
    return { cookie, code: tokenTo(world, to, await deliver(world)) }
  }
  await deliver(world)
  await request(202, 'nobody@example.com')
  world.expect((await deliver(world)).length === 0, 'send-mail: an address without an account got a code')
  await complete(410, { cookie: 'x', code: '00000000' })

  // The first proof of the address removes what another person may have set up before.
  const actor = await world.signIn(user)
  const first = await mailed(user)
  await complete(403, { ...first, code: first.code === '00000000' ? '00000001' : '00000000' })
  await complete(200, first)
  await complete(410, first)
  await world.ask('GET /auth/session', 401, { bearer: actor.token })
  world.expect((await deliver(world)).length === 1, 'send-mail: the removal of a password was not mailed')

  await world.interruptSweep(user.userId)
  const other = await world.newActor()
  const { json } = await complete(200, await mailed(user), {}, other.token)
  await world.ask('GET /auth/session', 401, { bearer: other.token }) // replaced

  const strong = await enrol(world, { ...user, sessionId: json?.session?.id ?? '', token: json?.token ?? '' })
  const waiting = await complete(403, await mailed(user), { scopes: ['account'], label: 'laptop' })
  const second = { challenge: waiting.json?.challenge, totp: strong.code(1), credential: 'bearer' }
  await world.ask('POST /auth/login/second-factor', 200, { body: second })

  await afterSetup(world, mailed, complete)
  const late = await mailed(user)
  await world.setAttempts('all')
  await request(429, user.email)
  await complete(429, late)
  await world.setAttempts('none')
}

interface Mailed {
  /** The secret in the cookie of the browser. */
  readonly cookie: string
  readonly code: string
}

/** A user who has set up a second factor before the first proof of the address loses it. */
async function afterSetup(
  world: World,
  mailed: (to: Pick<Actor, 'email'>) => Promise<Mailed>,
  complete: (expected: number, mailed: Mailed) => Promise<unknown>,
): Promise<void> {
  const actor = await world.newActor()
  await enrol(world, actor)
  await complete(200, await mailed(actor))
  const body = { email: actor.email, password: PASSWORD, credential: 'bearer' }
  await world.ask('POST /auth/login', 401, { body }) // the password is removed
}
