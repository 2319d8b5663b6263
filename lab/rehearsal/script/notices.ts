import { deliver } from './mails.ts'
import { PASSWORD, type World } from './world.ts'

// Mails about sign-ins on new devices, and addresses that refuse mail.

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

export async function signInNotices(world: World): Promise<void> {
  await deliver(world)
  const actor = await world.newActor()
  const signIn = async (ip: string) => {
    const body = { email: actor.email, password: PASSWORD, credential: 'bearer' }
    await world.ask('POST /auth/login', 200, { body, ip, headers: { 'user-agent': BROWSER } })
    return (await deliver(world)).length
  }
  world.expect((await deliver(world)).length === 0, 'send-mail: the first sign-in of a user was mailed')
  world.expect((await signIn('198.18.0.1')) === 1, 'send-mail: a sign-in on a new device was not mailed')
  world.expect((await signIn('198.18.0.1')) === 0, 'send-mail: a sign-in on a known device was mailed')
}

/** A notification of Amazon SES, as SNS delivers it. */
export function bounceOf(email: string, bounceType: 'Permanent' | 'Transient'): object {
  const bounce = { bounceType, bouncedRecipients: [{ emailAddress: email }] }
  return { Records: [{ EventSource: 'aws:sns', Sns: { Message: JSON.stringify({ eventType: 'Bounce', bounce }) } }] }
}

export async function bounces(world: World): Promise<void> {
  const user = await world.register()
  for (const [type, mails] of [
    ['Transient', 1],
    ['Permanent', 0],
  ] as const) {
    const { kind, body } = await world.sandbox('record-bounces').invoke(bounceOf(user.email, type))
    world.expect(kind === 'response', `record-bounces: ${kind} ${body.slice(0, 200)}`)
    await world.ask('POST /auth/password/reset', 202, { body: { email: user.email } })
    const sent = (await deliver(world)).filter(({ Destination }) => Destination.ToAddresses[0] === user.email)
    world.expect(sent.length === mails, `send-mail: ${sent.length} mails after a ${type} bounce instead of ${mails}`)
  }
}
