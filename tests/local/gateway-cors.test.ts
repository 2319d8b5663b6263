import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startFront } from '../../local/front.ts'
import { readService } from '../../local/service.ts'
import { exchange, fixture, headersOf, removeFolders, requestText, statusOf, temporaryFolder } from './support.ts'

// Coatcheck's place is taken by the gateway fixture, whose fallback answers everything with 200.

const TRUSTED = 'https://app.example.com'
const HANDLER = `export const handler = async () =>
  ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': 'https://backend.example', 'X-Own': '1' }, body: 'x' })`

const serviceIn = async (name: string, provider: string, path: string) => {
  const yaml = `service: ${name}
provider: { name: aws, runtime: nodejs24.x${provider} }
functions:
  list: { handler: list.handler, events: [{ httpApi: 'GET ${path}' }, { httpApi: 'POST ${path}' }] }
  any: { handler: list.handler, events: [{ httpApi: 'ANY ${path}/any' }] }
custom: { esbuild: { format: esm, outputFileExtension: .mjs } }`
  const folder = await temporaryFolder({ 'serverless.yml': yaml, 'list.ts': HANDLER })
  return readService(join(folder), { stage: 'local' })
}

let front: Awaited<ReturnType<typeof startFront>>
beforeAll(async () => {
  front = await startFront({
    services: [
      await readService(fixture('gateway'), { stage: 'local' }),
      await serviceIn('plain', '', '/plain/{id}'),
      await serviceIn('open', ', httpApi: { cors: true }', '/open'),
      await serviceIn(
        'closed',
        `, httpApi: { cors: { allowedOrigins: ['${TRUSTED}'], allowedHeaders: [X-Own], allowCredentials: true, exposedResponseHeaders: [X-Two], maxAge: 60 } }`,
        '/closed',
      ),
    ],
    environment: { TRUSTED_ORIGINS: TRUSTED, CORS_ALLOWED_HEADERS: 'X-Own' },
    port: 0,
    log: () => {},
  })
})
afterAll(async () => {
  await front.close()
  await removeFolders()
})

const send = (line: string, origin: string, requested?: string) =>
  exchange(
    front.port,
    requestText(line, [`Origin: ${origin}`, ...(requested ? [`Access-Control-Request-Method: ${requested}`] : [])]),
  )
const corsOf = (answer: string) =>
  headersOf(answer)
    .filter((header) => /^(access-control|vary)/i.test(header))
    .sort()

describe('a preflight on the shared local API', () => {
  test('of a route without CORS configuration is answered with 204, for TRUSTED_ORIGINS', async () => {
    const answer = await send('OPTIONS /plain/7', TRUSTED, 'POST')
    expect(statusOf(answer)).toBe(204)
    expect(corsOf(answer)).toEqual([
      'access-control-allow-credentials: true',
      expect.stringMatching(/^access-control-allow-headers: Authorization, .*sentry-trace, X-Own$/),
      'access-control-allow-methods: GET, POST',
      `access-control-allow-origin: ${TRUSTED}`,
      'access-control-expose-headers: Retry-After, WWW-Authenticate',
      'access-control-max-age: 600',
      'vary: Origin, Sec-Fetch-Site',
    ])
    const other = await send('OPTIONS /plain/7', 'https://evil.example', 'POST')
    expect([statusOf(other), corsOf(other)]).toEqual([204, ['vary: Origin, Sec-Fetch-Site']])
  })

  test('of a route that takes every method is left to its function', async () => {
    expect(statusOf(await send('OPTIONS /plain/7/any', TRUSTED, 'POST'))).toBe(200)
  })

  test('of another path, and another OPTIONS request, is left to the fallback', async () => {
    expect(statusOf(await send('OPTIONS /elsewhere', TRUSTED, 'POST'))).toBe(200)
    expect(statusOf(await send('OPTIONS /plain/7', TRUSTED))).toBe(200)
  })
})

describe('provider.httpApi.cors', () => {
  test('as true allows every origin, the framework’s headers and the service’s methods', async () => {
    const preflight = await send('OPTIONS /open', 'https://any.example', 'POST')
    expect(statusOf(preflight)).toBe(204)
    expect(corsOf(preflight)).toEqual([
      expect.stringMatching(/^access-control-allow-headers: Content-Type,X-Amz-Date,Authorization,/),
      'access-control-allow-methods: OPTIONS,GET,POST,PUT,PATCH,HEAD,DELETE',
      'access-control-allow-origin: *',
    ])
    expect(corsOf(await send('GET /open', 'https://any.example'))).toEqual(['access-control-allow-origin: *'])
  })

  test('as an object allows what it lists, and replaces the headers of the function', async () => {
    expect(corsOf(await send('OPTIONS /closed', TRUSTED, 'GET'))).toEqual([
      'access-control-allow-credentials: true',
      'access-control-allow-headers: X-Own',
      'access-control-allow-methods: OPTIONS,GET,POST,PUT,PATCH,HEAD,DELETE',
      `access-control-allow-origin: ${TRUSTED}`,
      'access-control-expose-headers: X-Two',
      'access-control-max-age: 60',
    ])
    const answer = await send('GET /closed', TRUSTED)
    expect(headersOf(answer)).toContain('x-own: 1')
    expect(corsOf(answer)).toEqual([
      'access-control-allow-credentials: true',
      `access-control-allow-origin: ${TRUSTED}`,
      'access-control-expose-headers: X-Two',
    ])
    for (const line of ['GET /closed', 'OPTIONS /closed'])
      expect(corsOf(await send(line, 'https://evil.example', 'GET'))).toEqual([])
    expect(corsOf(await send('GET /plain/7', TRUSTED))).toEqual([
      'access-control-allow-origin: https://backend.example',
    ])
  })

  test.each(['7', '[a]', '{ allowOrigins: [x] }'])('refuses the invalid value %s', async (value) => {
    await expect(serviceIn('bad', `, httpApi: { cors: ${value} }`, '/bad')).rejects.toThrow('provider.httpApi.cors')
  })
})
