import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Front, startFront } from '../../local/front.ts'
import { bodyOf, exchange, gateway, statusOf } from './support.ts'

let front: Front
beforeAll(async () => {
  const services = [await gateway()]
  front = await startFront({ services, environment: {}, port: 0, hosts: ['auth.example.test'], log: () => {} })
})
afterAll(() => front.close())

const ask = (host: string) =>
  exchange(front.port, `GET /literal HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)

describe('the local front', () => {
  test.each([
    'localhost',
    'localhost:4000',
    'LOCALHOST',
    'app.localhost:4000',
    '127.0.0.1:4000',
    '[::1]:4000',
    'auth.example.test',
  ])('answers requests for the host %s', async (host) => {
    expect(statusOf(await ask(host))).toBe(200)
  })

  test.each([
    'evil.example',
    'evil.example:4000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost:x',
    '10.0.0.1',
    '',
  ])('refuses a request for the host %o with 421, as a page that rebinds its domain sends it', async (host) => {
    const answer = await ask(host)
    expect(statusOf(answer)).toBe(421)
    expect(bodyOf(answer)).toContain('this address serves localhost and the host of ORIGIN only')
  })
})
