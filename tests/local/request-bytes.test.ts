import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exchange, requestText, startGateway, statusOf } from './support.ts'

let front: Awaited<ReturnType<typeof startGateway>>
beforeAll(async () => {
  front = await startGateway()
})
afterAll(() => front.close())

/** Sends bytes and ends the connection, since an incomplete request would keep it open. */
const throwIn = (bytes: Uint8Array): Promise<string> =>
  new Promise((done) => {
    let answer = ''
    const socket = connect(front.port, '127.0.0.1', () => socket.end(bytes))
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => done(answer))
  })

const documented = [200, 400, 413, 421, 431]
const raw = (options: { maxLength: number }) =>
  fc.uint8Array(options).map((bytes) => Buffer.from(bytes).toString('latin1'))
const inLine = (options: { maxLength: number }) => raw(options).map((text) => text.replace(/[\r\n]/g, ''))
const suspicious = fc.constantFrom(
  '%',
  '%2F',
  '%00',
  '..',
  '//',
  '?',
  '#',
  ';',
  ',',
  '=',
  '"',
  '\\',
  '{',
  '__proto__',
  '\u0000',
  'é',
  '\t',
)
const text = fc.oneof(
  inLine({ maxLength: 40 }),
  fc.array(suspicious, { maxLength: 8 }).map((parts) => parts.join('')),
)
const header = fc.oneof(
  text.map((value) => `Cookie: ${value}`),
  text.map((value) => `Authorization: ${value}`),
  text.map((value) => `X-Forwarded-For: ${value}`),
  text.map((value) => `Content-Type: ${value}`),
  text.map((value) => `Expect: ${value}`),
  fc.tuple(text, text).map(([name, value]) => `${name}: ${value}`),
)

async function stillThere() {
  expect(statusOf(await exchange(front.port, requestText('GET /literal')))).toBe(200)
}

test('the front gives a documented response to any request', async () => {
  const target = fc.oneof(
    text.map((path) => `/${path}`),
    text.map((path) => `/literal/${path}`),
    text,
  )
  const request = fc.record({ target, headers: fc.array(header, { maxLength: 6 }), body: raw({ maxLength: 60 }) })
  await fc.assert(
    fc.asyncProperty(request, async ({ target, headers, body }) => {
      const length = `Content-Length: ${Buffer.byteLength(body, 'latin1')}`
      const bytes = Buffer.from(requestText(`POST ${target}`, [...headers, length], body), 'latin1')
      expect(documented).toContain(statusOf(await exchange(front.port, bytes)))
    }),
    { numRuns: 400 },
  )
  await stillThere()
})

test('the front keeps running after any bytes', async () => {
  const starts = fc.constantFrom(
    '',
    'GET ',
    'GET / HTTP/1.1\r\n',
    'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n',
  )
  await fc.assert(
    fc.asyncProperty(starts, fc.uint8Array({ maxLength: 200 }), async (start, bytes) => {
      const answer = await throwIn(Buffer.concat([Buffer.from(start), bytes]))
      if (answer !== '') expect(documented).toContain(statusOf(answer))
    }),
    { numRuns: 300 },
  )
  await stillThere()
})
