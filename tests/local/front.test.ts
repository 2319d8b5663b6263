import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { bodyOf, echoOf, exchange, headersOf, requestText, startGateway, statusOf } from './support.ts'

let front: Awaited<ReturnType<typeof startGateway>>
beforeAll(async () => {
  front = await startGateway()
})
afterAll(() => front.close())

const post = (path: string, body: string) =>
  exchange(
    front.port,
    requestText(`POST ${path}`, ['Content-Type: text/plain', `Content-Length: ${body.length}`], body),
  )
const get = (path: string, headers?: string[]) => exchange(front.port, requestText(`GET ${path}`, headers))
const read = async (path: string) => JSON.parse(bodyOf(await get(path)))

describe('a function that fails', () => {
  test.each([
    ['throw', 500, 'Internal Server Error', 'RangeError'],
    ['throw a string', 500, 'Internal Server Error', 'string'],
    ['throw later', 500, 'Internal Server Error', 'RangeError'],
    ['exit', 500, 'Internal Server Error', 'Runtime.ExitError'],
    ['hang', 503, 'Service Unavailable', 'Sandbox.Timedout'],
  ])(
    '%s: the client learns nothing of it, the log everything, and the next call is fine',
    async (way, status, message, errorType) => {
      const answer = await post('/fail', way)
      expect(statusOf(answer)).toBe(status)
      expect(headersOf(answer)).toContain('content-type: application/json')
      expect(bodyOf(answer)).toBe(JSON.stringify({ message }))
      expect(answer).not.toContain('secret')
      const logged = front.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
      expect(logged.at(-1)).toMatchObject({ function: 'gateway-local-fail', errorType })
      expect(answer).toContain(`apigw-requestid: ${logged.at(-1).requestId}\r\n`)
      expect(statusOf(await post('/fail', ''))).toBe(200)
    },
  )
})

test('a function receives the context of Lambda', async () => {
  const { context, event } = await echoOf(front.port, 'GET /literal')
  expect(context).toEqual({
    functionName: 'gateway-local-echo',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:gateway-local-echo',
    memoryLimitInMB: '256',
    awsRequestId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    logGroupName: '/aws/lambda/gateway-local-echo',
    logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    callbackWaitsForEmptyEventLoop: true,
    remaining: expect.any(Number),
  })
  expect(context.remaining).toBeGreaterThan(0)
  expect(context.remaining).toBeLessThanOrEqual(5000)
  expect(context.awsRequestId).not.toBe(event.requestContext.requestId)
})

describe('the environment of a function', () => {
  test('contains only the variables of serverless.yml and the front', async () => {
    vi.stubEnv('OF_THE_MACHINE', 'must not be seen')
    expect(await read('/environment/a')).toEqual({
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'gateway-local-environment-a',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      SHARED: 'provider',
      OVERRIDDEN: 'function',
      OWN_A: 'a',
      COUNT: '4',
      GIVEN: 'by the front',
    })
  })

  test('is not visible to another function in the same worker', async () => {
    const seen = []
    for (const name of ['a', 'b', 'a', 'b', 'a', 'b']) seen.push(await read(`/environment/${name}`))
    expect(seen.map(({ OWN_A, OWN_B, OVERRIDDEN }) => [OWN_A, OWN_B, OVERRIDDEN])).toEqual(
      [1, 2, 3].flatMap(() => [
        ['a', undefined, 'function'],
        [undefined, 'b', 'provider'],
      ]),
    )
  })
})

test('a burst of heavy requests is answered completely and does not delay a check', async () => {
  await get('/light') // excludes the start of a worker from the comparison
  let landed = 0
  const heavy = Array.from({ length: 200 }, async () => {
    const answer = await get('/heavy')
    landed += 1
    return [statusOf(answer), JSON.parse(bodyOf(answer)).together]
  })
  await heavy[0]
  expect(statusOf(await get('/light'))).toBe(200)
  expect(landed).toBeLessThan(100) // if the check waited, nearly all would have ended
  expect(await Promise.all(heavy)).toEqual(Array(200).fill([200, 1]))
})

describe('the front routes the method', () => {
  test.each([
    ['OPTIONS /only-get', '$default'],
    ['HEAD /only-get', '$default'],
    ['DELETE /any/x', 'ANY /any/{name}'],
    ['GET /only-get', 'GET /only-get'],
  ])('of %s', async (line, routeKey) => {
    const answer = await exchange(front.port, requestText(line))
    expect(statusOf(answer)).toBe(200)
    if (line.startsWith('HEAD')) expect(bodyOf(answer)).toBe('')
    else expect(JSON.parse(bodyOf(answer)).event.routeKey).toBe(routeKey)
  })

  test('and answers 400 to bytes that are not HTTP', async () => {
    const answer = await exchange(front.port, 'HELLO\r\n\r\n')
    expect([statusOf(answer), bodyOf(answer)]).toEqual([400, '{"message":"Bad Request"}'])
  })
})

test('the log names the route and never the path', async () => {
  front.lines.length = 0
  await get('/literal/a-secret?token=another-secret', ['Cookie: third=secret'])
  await get('/a-secret')
  await get('/%')
  expect(front.lines.map((line) => line.replace(/\d+ ms$/, 'ms'))).toEqual([
    'GET /literal/{name} 200 ms',
    'GET $default 200 ms',
    'GET - 400 ms',
  ])
})

describe('the front survives a client that disconnects', () => {
  const abort = (text: string) =>
    new Promise<void>((done) => {
      const socket = connect(front.port, '127.0.0.1', () =>
        socket.write(text, () => setImmediate(() => socket.destroy())),
      )
      socket.on('close', () => done())
    })

  test.each([
    ['disconnecting within the headers', 'POST /x HTTP/1.1\r\nHost: loc', undefined],
    ['disconnecting within the body', requestText('POST /x', ['Content-Length: 100'], 'half'), 'POST $default aborted'],
    [
      'disconnecting before the response',
      requestText('POST /fail', ['Content-Length: 4', 'Content-Type: text/plain'], 'hang'),
      'POST /fail 503',
    ],
  ])('%s', async (_where, text, line) => {
    front.lines.length = 0
    await abort(text)
    if (line) await vi.waitFor(() => expect(front.lines.some((logged) => logged.startsWith(line))).toBe(true), 30_000)
    expect(statusOf(await get('/literal'))).toBe(200)
  })
})
