import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bodyOf, type Echo, echoOf, exchange, requestText, startGateway } from './support.ts'

let front: Awaited<ReturnType<typeof startGateway>>
beforeAll(async () => {
  front = await startGateway()
})
afterAll(() => front.close())

const echo = (line: string, headers?: string[], body?: string) => echoOf(front.port, line, headers, body)

test('createEvent sets every field of payload format 2.0', async () => {
  const before = Date.now()
  const headers = [
    'User-Agent: agent/1',
    'Header1: value1',
    'Header2: value1',
    'Cookie: cookie1=a; cookie2=b',
    'HEADER2: value2',
    'cookie: cookie3="c=d"',
    'Content-Type: text/plain',
  ]
  const { event } = await echo(
    'POST /literal/a%20b?parameter1=value1&parameter1=value2&parameter2=v%26',
    headers,
    'Hello',
  )
  const { time, timeEpoch, requestId } = event.requestContext

  expect(event).toEqual({
    version: '2.0',
    routeKey: 'POST /literal/{name}',
    rawPath: '/literal/a b',
    rawQueryString: 'parameter1=value1&parameter1=value2&parameter2=v%26',
    cookies: ['cookie1=a', 'cookie2=b', 'cookie3="c=d"'],
    headers: {
      host: 'localhost',
      'user-agent': 'agent/1',
      header1: 'value1',
      header2: 'value1,value2',
      'content-type': 'text/plain',
      'content-length': '5',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': String(front.port),
      'x-forwarded-proto': 'http',
    },
    queryStringParameters: { parameter1: 'value1,value2', parameter2: 'v&' },
    requestContext: {
      accountId: '123456789012',
      apiId: 'local',
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: {
        method: 'POST',
        path: '/literal/a b',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'agent/1',
      },
      requestId: expect.stringMatching(/^[\w+/]{15}=$/),
      routeKey: 'POST /literal/{name}',
      stage: '$default',
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    },
    pathParameters: { name: 'a b' },
    body: 'Hello',
    isBase64Encoded: false,
  })
  expect(timeEpoch).toBeGreaterThanOrEqual(before)
  expect(timeEpoch).toBeLessThanOrEqual(Date.now())
  expect(Date.parse(time.replace(':', ' ').replaceAll('/', ' '))).toBe(Math.floor(timeEpoch / 1000) * 1000)
  expect(requestId).not.toBe((await echo('GET /literal')).event.requestContext.requestId)
})

test('createEvent omits fields without a value', async () => {
  const { event } = await echo('GET /nowhere')
  expect(Object.keys(event)).toEqual([
    'version',
    'routeKey',
    'rawPath',
    'rawQueryString',
    'headers',
    'requestContext',
    'isBase64Encoded',
  ])
  expect(event).toMatchObject({ routeKey: '$default', rawPath: '/nowhere', rawQueryString: '', isBase64Encoded: false })
  expect(event.requestContext.http.userAgent).toBe('')
})

describe('headers of an event', () => {
  test('keep duplicates that Node would drop', async () => {
    const { event } = await echo('GET /x', [
      'Authorization: one',
      'Authorization: two',
      'X-A: 1',
      'x-a:   2  ',
      'X-Empty:',
    ])
    expect(event.headers).toMatchObject({ authorization: 'one,two', 'x-a': '1,2', 'x-empty': '' })
  })

  test('have no hop-by-hop headers', async () => {
    const { event } = await echo('GET /x', [
      'TE: trailers',
      'Keep-Alive: 5',
      'Proxy-Connection: x',
      'Upgrade: websocket',
    ])
    expect(Object.keys(event.headers)).toEqual([
      'host',
      'content-length',
      'x-amzn-trace-id',
      'x-forwarded-for',
      'x-forwarded-port',
      'x-forwarded-proto',
    ])
  })

  test("append to or replace the client's forwarding headers and never change the source IP", async () => {
    const claims = [
      'X-Forwarded-For: 9.9.9.9, 8.8.8.8',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Port: 1',
      'X-Amzn-Trace-Id: mine',
    ]
    const { event } = await echo('GET /x', claims)
    expect(event.headers).toMatchObject({
      'x-forwarded-for': '9.9.9.9, 8.8.8.8, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(front.port),
      'x-amzn-trace-id': expect.stringMatching(/^Root=/),
    })
    expect(event.requestContext.http.sourceIp).toBe('127.0.0.1')
  })

  test('accept names of JavaScript properties', async () => {
    const { event } = await echo('GET /x?__proto__=a&constructor=b', ['__proto__: c', 'constructor: d'])
    expect(Object.entries(event.headers)).toContainEqual(['__proto__', 'c'])
    expect(Object.entries(event.queryStringParameters ?? {})).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })
})

describe('cookies of an event are as they were sent', () => {
  test.each([
    ['a=b;c=d ;  e=f', ['a=b', 'c=d', 'e=f']],
    ['a="x; y"', ['a="x', 'y"']],
    ['; a=b;;', ['a=b']],
    ['a=%20+\t,!\\', ['a=%20+\t,!\\']],
    ['a', ['a']],
    [' ; ', undefined],
  ])('for %j', async (line, cookies) => {
    const { event } = await echo('GET /x', [`Cookie: ${line}`])
    expect(event.cookies).toEqual(cookies)
    expect(event.headers).not.toHaveProperty('cookie')
  })
})

describe('the body of an event is text or base64', () => {
  test.each([
    ['text/plain', true],
    ['text/html; charset=utf-8', true],
    ['application/json', true],
    ['Application/JSON;charset=utf-8', true],
    ['application/xml', true],
    ['application/javascript', true],
    ['application/problem+json', false],
    ['application/jsonp', false],
    ['application/x-www-form-urlencoded', false],
    ['application/octet-stream', false],
    ['', false],
  ])('for the type %s', async (type, text) => {
    const { event } = await echo('POST /x', type ? [`Content-Type: ${type}`] : [], '{"é":1}')
    const body = text ? '{"é":1}' : Buffer.from('{"é":1}').toString('base64')
    expect(event).toMatchObject({ body, isBase64Encoded: !text })
  })

  test('for a chunked request', async () => {
    const headers = ['Transfer-Encoding: chunked', 'Content-Type: text/plain']
    const answer = await exchange(front.port, requestText('POST /x', headers, '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'))
    const { event }: Echo = JSON.parse(bodyOf(answer))
    expect(event.body).toBe('abcde')
    expect(event.headers).toMatchObject({ 'content-length': '5' })
    expect(event.headers).not.toHaveProperty('transfer-encoding')
  })
})
