import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Front, startFront } from '../../local/front.ts'
import { readService, type Service } from '../../local/service.ts'
import { request } from '../support/http.ts'
import { removeFolders, temporaryFolder } from './support.ts'

// Handlers as they are written without a bundler, in each format of events, and edited while the front runs.

const files = {
  'package.json': '{ "type": "module" }',
  'a.mjs':
    "import { shared } from './shared.cjs'\nexport const handler = async () => ({ statusCode: 200, body: shared })",
  'b.cjs':
    "const { basename } = require('node:path')\nexports.handler = async () => ({ statusCode: 200, body: basename(__filename) })",
  'c.js': 'await null\nexport const handler = async () => ({ statusCode: 200, body: "version 1" })',
  'd.ts': 'export const handler = async (event: { version: string }) => event',
  'e.mjs': `export const handler = async (event) => ({
    statusCode: 201,
    headers: { 'content-type': 'application/json' },
    multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], 'X-Many': ['1', '2'] },
    body: JSON.stringify(event),
  })`,
  'f.mjs': 'export const handler = async () => "not a response in payload 1.0"',
  'guard.mjs': 'export const handler = async () => ({ isAuthorized: true, context: { who: "ann" } })',
  'shared.cjs': "exports.shared = 'shared'",
  'serverless.yml': `service: handlers
provider:
  name: aws
  runtime: nodejs24.x
  httpApi: { authorizers: { guard: { type: request, functionName: guard, enableSimpleResponses: true, resultTtlInSeconds: 0 } } }
functions:
  a: { handler: a.handler, events: [{ httpApi: GET /a }] }
  b: { handler: b.handler, events: [{ httpApi: GET /b }] }
  c: { handler: c.handler, events: [{ httpApi: GET /c }] }
  d: { handler: d.handler, events: [{ httpApi: GET /d }] }
  e: { handler: e.handler, httpApi: { payload: '1.0' }, events: [{ httpApi: { method: POST, path: '/e/{id}', authorizer: guard } }] }
  f: { handler: f.handler, httpApi: { payload: '1.0' }, events: [{ httpApi: GET /f }] }
  guard: { handler: guard.handler }
`,
}

let folder: string
let service: Service
let front: Front
beforeAll(async () => {
  folder = await temporaryFolder(files)
  service = await readService(folder, { stage: 'local' })
  front = await startFront({ services: [service], environment: {}, port: 0, log: () => {} })
})
afterAll(async () => {
  await front.close()
  await removeFolders()
})
const get = (path: string) => request(front.url, 'GET', path)

describe('a service without a bundler', () => {
  test('runs handlers in .mjs, .cjs, .js and .ts, with top-level await and CommonJS names', async () => {
    expect((await get('/a')).text).toBe('shared')
    expect((await get('/b')).text).toMatch(/^b\.\w+$/)
    expect((await get('/c')).text).toBe('version 1')
    expect((await get('/d')).json.version).toBe('2.0')
  })

  test('runs the code of a reload from the next request on, and keeps the old code if it cannot be bundled', async () => {
    await writeFile(join(folder, 'c.js'), files['c.js'].replace('version 1', 'version 2'))
    await front.reload(service)
    expect((await get('/c')).text).toBe('version 2')
    await writeFile(join(folder, 'c.js'), 'export const handler = ')
    await expect(front.reload(service)).rejects.toThrow('Function c cannot be bundled: c.js:1:')
    expect((await get('/c')).text).toBe('version 2')
    await writeFile(join(folder, 'c.js'), files['c.js'])
  })
})

describe('payload 1.0', () => {
  test('has every field, with lists of headers and query parameters, and the authorizer’s context', async () => {
    const answer = await request(front.url, 'POST', '/e/7?x=1&x=2', {
      headers: { 'x-list': ['1', '2'], 'content-type': 'text/plain' },
      cookie: 'k=v',
      body: 'sent',
    })
    expect([answer.status, answer.setCookie, answer.headers['x-many']]).toEqual([201, ['a=1', 'b=2'], '1, 2'])
    expect(answer.json).toMatchObject({
      version: '1.0',
      resource: '/e/{id}',
      path: '/e/7',
      httpMethod: 'POST',
      headers: { 'x-list': '2', cookie: 'k=v' },
      multiValueHeaders: { 'x-list': ['1', '2'], cookie: ['k=v'], 'content-type': ['text/plain'] },
      queryStringParameters: { x: '1' },
      multiValueQueryStringParameters: { x: ['1', '2'] },
      pathParameters: { id: '7' },
      stageVariables: null,
      body: 'sent',
      isBase64Encoded: false,
      requestContext: {
        authorizer: { who: 'ann' },
        httpMethod: 'POST',
        identity: { sourceIp: expect.any(String), user: null },
        path: '/e/7',
        resourcePath: '/e/{id}',
        stage: '$default',
        requestTimeEpoch: expect.any(Number),
      },
    })
    expect(answer.json).not.toHaveProperty('cookies')
  })

  test('answers 500 for a result without a statusCode, which only payload 2.0 infers', async () => {
    expect((await get('/f')).status).toBe(500)
  })
})

test.each([['"3.0"', "function it: invalid payload \"3.0\"; expected '1.0' or '2.0'."]])(
  'refuses payload %s',
  async (payload, message) => {
    const home = await temporaryFolder({
      'serverless.yml': `service: s\nprovider: { name: aws, runtime: nodejs24.x, httpApi: { payload: ${payload} } }\nfunctions: { it: { handler: a.b } }\n`,
    })
    await expect(readService(home, { stage: 'local' })).rejects.toThrow(message)
  },
)
