import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bodyOf, exchange, headersOf, requestText, startGateway, statusOf } from './support.ts'

let front: Awaited<ReturnType<typeof startGateway>>
beforeAll(async () => {
  front = await startGateway()
})
afterAll(() => front.close())

/** The response that a client receives for a function's result. */
async function answer(expression: string) {
  const headers = ['Content-Type: text/plain', `Content-Length: ${Buffer.byteLength(expression)}`]
  const received = await exchange(front.port, requestText('POST /answer', headers, expression))
  const sent = headersOf(received).filter((line) => !/^(date|connection|apigw-requestid):/i.test(line))
  return { status: statusOf(received), headers: sent, body: bodyOf(received), received }
}

const failure = {
  status: 500,
  headers: ['content-type: application/json', 'content-length: 35'],
  body: '{"message":"Internal Server Error"}',
}

describe('a result without a statusCode is the body', () => {
  test.each([
    ['({ a: 1, headers: { b: "c" }, cookies: ["d=e"] })', '{"a":1,"headers":{"b":"c"},"cookies":["d=e"]}'],
    ['"a \\"string\\""', 'a "string"'],
    ['[1, 2]', '[1,2]'],
    ['42', '42'],
    ['undefined', 'null'],
    ['null', 'null'],
    ['({})', '{}'],
  ])('as in %s', async (expression, body) => {
    const headers = ['content-type: application/json', `content-length: ${body.length}`]
    expect(await answer(expression)).toMatchObject({ status: 200, headers, body })
  })
})

describe('a result with a statusCode is the whole response', () => {
  const plain = 'content-type: text/plain;charset=UTF-8'
  test.each([
    ['{ statusCode: 201 }', 201, ['content-length: 0'], ''],
    ['{ statusCode: 200, body: "text" }', 200, [plain, 'content-length: 4'], 'text'],
    [
      '{ statusCode: 404, body: "{}", headers: { "Content-Type": "a/b" } }',
      404,
      ['content-type: a/b', 'content-length: 2'],
      '{}',
    ],
    ['{ statusCode: 200, body: null, headers: null, cookies: null }', 200, ['content-length: 0'], ''],
    [
      '{ statusCode: 200, headers: { A: 1, b: true, c: null, d: "" } }',
      200,
      ['a: 1', 'b: true', 'd: ', 'content-length: 0'],
      '',
    ],
    ['{ statusCode: 200, body: "dGV4dA==", isBase64Encoded: true }', 200, [plain, 'content-length: 4'], 'text'],
    ['{ statusCode: 200, body: "é" }', 200, [plain, 'content-length: 2'], Buffer.from('é').toString('latin1')],
    ['{ statusCode: 204, body: "text" }', 204, [plain], ''],
    ['{ statusCode: 304, headers: { etag: "x", "Content-Length": 9 } }', 304, ['etag: x'], ''],
    [
      '{ statusCode: 302, headers: { Location: "/", Connection: "x", "Transfer-Encoding": "chunked", "Content-Length": "9" } }',
      302,
      ['location: /', 'content-length: 0'],
      '',
    ],
  ])('as in %s', async (expression, status, headers, body) => {
    expect(await answer(`(${expression})`)).toMatchObject({ status, headers, body })
  })

  test('with cookies unchanged, in one header each', async () => {
    const cookies = [
      '__Host-session=v1.AbC-_~%3D; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000',
      'b="a,b;  c"; Expires=Wed, 09 Jun 2027 10:18:14 GMT',
      'b=again',
      'latin=é',
    ]
    const result = { statusCode: 200, headers: { 'Set-Cookie': 'a=b' }, cookies }
    const { headers } = await answer(`(${JSON.stringify(result)})`)
    expect(headers.filter((line) => line.startsWith('set-cookie'))).toEqual(
      ['a=b', ...cookies].map((cookie) => `set-cookie: ${cookie}`),
    )
  })
})

describe('a malformed result is a 500 without details', () => {
  test.each([
    '{ statusCode: "200" }',
    '{ statusCode: 200.5 }',
    '{ statusCode: 99 }',
    '{ statusCode: 101 }',
    '{ statusCode: 600 }',
    '{ statusCode: null }',
    '{ statusCode: 200, body: { a: 1 } }',
    '{ statusCode: 200, body: 1 }',
    '{ statusCode: 200, headers: [] }',
    '{ statusCode: 200, headers: "a: b" }',
    '{ statusCode: 200, headers: { a: ["b"] } }',
    '{ statusCode: 200, headers: { "a b": "c" } }',
    '{ statusCode: 200, headers: { "": "c" } }',
    '{ statusCode: 200, headers: { a: "b\\r\\nc: d" } }',
    '{ statusCode: 200, headers: { a: "☕" } }',
    '{ statusCode: 200, cookies: "a=b" }',
    '{ statusCode: 200, cookies: [1] }',
    '{ statusCode: 200, cookies: ["a=b\\nSet-Cookie: c=d"] }',
    '{ statusCode: 200, body: "not base64!", isBase64Encoded: true }',
    '{ statusCode: 200, get body() { throw new Error("secret") } }',
    '{ self: 1n }',
    '{ statusCode: 200, body: "x".repeat(6 * 1024 * 1024) }',
  ])('as in %s', async (expression) => {
    expect(await answer(`(${expression})`)).toMatchObject(failure)
  })

  test('as in a circular object', async () => {
    expect(await answer('(() => { const a = {}; return a.a = a })()')).toMatchObject(failure)
  })
})

test('every response has a request id and no Server header', async () => {
  const answers = await Promise.all(['1', '({ statusCode: 204 })', '({ statusCode: 0 })'].map(answer))
  for (const { received } of answers) {
    expect(received).toMatch(/^apigw-requestid: [\w+/]{15}=\r$/m)
    expect(received).not.toMatch(/^(server|x-powered-by):/im)
  }
})

test('a response to HEAD has a Content-Length and no body', async () => {
  const received = await exchange(front.port, requestText('HEAD /answer'))
  expect(statusOf(received)).toBe(200)
  expect(headersOf(received)).toEqual(expect.arrayContaining(['x-a: b', 'content-length: 4']))
  expect(bodyOf(received)).toBe('')
})
