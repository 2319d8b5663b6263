import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bodyOf, echoOf, exchange, requestText, startGateway, statusOf } from './support.ts'

let front: Awaited<ReturnType<typeof startGateway>>
beforeAll(async () => {
  front = await startGateway()
})
afterAll(() => front.close())

describe('the request target', () => {
  test.each([
    ['/a//b/', '/a//b/', ''],
    ['/a/./../b', '/a/./../b', ''],
    ['/a%2Fb%3Fc%23', '/a/b?c#', ''],
    ['/%E2%98%95?%E2%98%95=%E2%98%95', '/☕', '%E2%98%95=%E2%98%95'],
    ['/a?', '/a', ''],
    ['/a?b?c=d', '/a', 'b?c=d'],
    ['http://elsewhere.example/a?b', '/a', 'b'],
    ['http://elsewhere.example', '/', ''],
  ])('%s becomes path and query of the event', async (target, rawPath, rawQueryString) => {
    const { event } = await echoOf(front.port, `GET ${target}`)
    expect(event).toMatchObject({ rawPath, rawQueryString, requestContext: { http: { path: rawPath } } })
  })

  test.each([
    ['a&b=&=c&a=1', { a: ',1', b: '', '': 'c' }],
    ['a=b+c%2B', { a: 'b c+' }],
  ])('with the query %s becomes queryStringParameters', async (query, parameters) => {
    expect((await echoOf(front.port, `GET /x?${query}`)).event.queryStringParameters).toEqual(parameters)
  })

  test.each(['/%', '/%zz', '/a%2', '/%ff', '/a?b=%', '/a?b=%c3%28'])('%s is rejected with 400', async (target) => {
    const answer = await exchange(front.port, requestText(`GET ${target}`))
    expect([statusOf(answer), bodyOf(answer)]).toEqual([400, '{"message":"Bad Request"}'])
  })
})
