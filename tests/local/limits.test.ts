import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bodyOf, exchange, requestText, startGateway, statusOf } from './support.ts'

let front: Awaited<ReturnType<typeof startGateway>>
beforeAll(async () => {
  front = await startGateway()
})
afterAll(() => front.close())

const get = (path: string, headers?: string[]) => exchange(front.port, requestText(`GET ${path}`, headers))

describe('limits of the front', () => {
  const limit = 10 * 1024 * 1024
  const tooLarge = [413, '{"message":"Request Entity Too Large"}']

  test('reject a too large Content-Length without reading the body', async () => {
    const answer = await exchange(front.port, requestText('POST /x', [`Content-Length: ${limit + 1}`], 'some'))
    expect([statusOf(answer), bodyOf(answer)]).toEqual(tooLarge)
  })

  test('reject a body that grows too large with 413', async () => {
    const answer = await fetch(`${front.url}/x`, {
      method: 'POST',
      body: endless(limit + 1),
      duplex: 'half',
    } as RequestInit)
    expect([answer.status, await answer.text()]).toEqual(tooLarge)
  })

  test('accept a body of exactly the limit', async () => {
    const answer = await fetch(`${front.url}/x`, { method: 'POST', body: Buffer.alloc(limit) })
    // The body has reached the function, whose echo of it exceeds Lambda's limit.
    expect(answer.status).toBe(500)
    expect(front.lines.findLast((line) => line.startsWith('{'))).toContain('6 MB')
  })

  const withHeaders = (size: number) => {
    const fixed = 'GET /x HTTP/1.1'.length + 'localhost'.length + 'close'.length
    return exchange(front.port, requestText('GET /x', [`X-Large: ${'x'.repeat(size - fixed)}`]))
  }

  test('reject a too large request line or headers with 431', async () => {
    expect(statusOf(await withHeaders(10_240))).toBe(200)
    for (const size of [10_241, 100_000]) {
      const answer = await withHeaders(size)
      expect([statusOf(answer), bodyOf(answer)]).toEqual([431, '{"message":"Request Header Fields Too Large"}'])
    }
  })

  test('accept many small headers', async () => {
    const headers = Array.from({ length: 2500 }, (_, index) => `h${index}: x`)
    expect(Object.keys((await JSON.parse(bodyOf(await get('/x', headers)))).event.headers)).toContain('h2499')
  })
})

/** A stream, whose length is not known in advance. */
const endless = (size: number) =>
  new ReadableStream({
    start(controller) {
      for (let left = size; left > 0; left -= 65_536) controller.enqueue(new Uint8Array(Math.min(left, 65_536)))
      controller.close()
    },
  })
