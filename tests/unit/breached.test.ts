import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createBreachCheck } from '../../lib/passwords/breached.ts'
import type { LogEntry } from '../../lib/ports.ts'
import { Secret } from '../../lib/secret.ts'

const URL = 'https://breaches.example.com/range/'
const PASSWORD = new Secret('correct horse battery staple')
const SHA1 = createHash('sha1').update(PASSWORD.reveal()).digest('hex').toUpperCase()

/** The outcome of a check: what it asked, how it ended, what it logged. */
async function check(answer: () => Promise<Response>, breachUrl: string | undefined = URL) {
  const asked: [unknown, RequestInit | undefined][] = []
  const logged: LogEntry[] = []
  const request = (async (input, init) => {
    asked.push([input, init])
    return answer()
  }) as typeof fetch
  const outcome = await createBreachCheck({ breachFile: undefined, breachUrl }, request)(
    PASSWORD,
    (entry) => void logged.push(entry),
  ).then(
    () => 'accepted',
    ({ rule }) => rule,
  )
  return { asked, outcome, events: logged.map(({ event }) => event) }
}
const range = (...lines: string[]) => check(async () => new Response(lines.join('\r\n')))
const OTHER = `${'0'.repeat(35)}:7`

test('refuses a password that the service knows, and sends it five digits of the hash alone', async () => {
  const { asked, outcome, events } = await range(OTHER, `${SHA1.slice(5)}:12`)
  expect([outcome, events]).toEqual(['breached', []])
  expect(asked).toEqual([
    [`${URL}${SHA1.slice(0, 5)}`, { headers: { 'add-padding': 'true' }, redirect: 'error', signal: expect.anything() }],
  ])
})

test('accepts a password that the service does not know, or lists as padding', async () => {
  for (const lines of [[OTHER], [], [`${SHA1.slice(5)}:0`], [SHA1.slice(5)], [`${SHA1.slice(5, 39)}:3`]])
    expect(await range(...lines)).toMatchObject({ outcome: 'accepted', events: [] })
})

test('fails open and says so, and asks nothing without a URL', async () => {
  const failures = [
    async () => new Response('', { status: 503 }),
    () => Promise.reject(new TypeError('fetch failed')),
    async () => new Response(new ReadableStream({ start: (controller) => controller.error(new Error('cut')) })),
  ]
  for (const failure of failures)
    expect(await check(failure)).toMatchObject({ outcome: 'accepted', events: ['breach_check_missed'] })
  const idle = createBreachCheck({ breachFile: undefined, breachUrl: undefined }, () => Promise.reject('asked'))
  await idle(PASSWORD, () => Promise.reject('logged'))
})
