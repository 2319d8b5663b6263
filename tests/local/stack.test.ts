import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { startStack } from '../../local/stack.ts'
import { freePort } from '../support/free-port.ts'
import { request } from '../support/http.ts'

test('another service receives the endpoint and the origin but not the pepper', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-stack-'))
  await writeFile(
    join(folder, 'serverless.yml'),
    'service: other\nprovider: { name: aws, runtime: nodejs24.x }\nfunctions: { it: { handler: it.handler, events: [{ httpApi: GET /it }] } }\n',
  )
  await writeFile(join(folder, 'it.ts'), 'export const handler = async () => process.env\n')
  const environment = {
    PORT: String(await freePort()),
    REGISTRATION: 'open',
    DYNAMODB_ENDPOINT: inject('endpoint'),
    PASSWORD_PEPPER: 'p'.repeat(40),
    CLIENT_IP_HEADER: 'x-client-ip', // invalid without ORIGIN_VERIFY_SECRET
    ORIGIN_VERIFY_SECRET: 's'.repeat(40),
  }
  const stack = await startStack({ environment, dataFolder: folder, services: ['.', folder], log: () => {} })
  try {
    const { json, text } = await request(stack.url, 'GET', '/it')
    expect(json).toMatchObject({ ORIGIN: stack.url, DYNAMODB_ENDPOINT: environment.DYNAMODB_ENDPOINT })
    expect(text).not.toMatch(/ppp|sss|x-client-ip/)
    const body = { email: 'pepper@example.com', password: 'correct horse battery staple' }
    expect([201, 409]).toContain((await request(stack.url, 'POST', '/auth/register', { body })).status)
  } finally {
    await stack.close()
    await rm(folder, { recursive: true, force: true })
  }
})

test('a pattern of trusted origins under a public suffix is refused, also in another service', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-stack-'))
  try {
    const yaml =
      "service: other\nprovider: { name: aws, runtime: nodejs24.x, environment: { TRUSTED_ORIGINS: 'https://*.pages.dev' } }\nfunctions: { it: { handler: it.handler } }\n"
    await writeFile(join(folder, 'serverless.yml'), yaml)
    const start = (environment: Record<string, string>, services: string[]) =>
      startStack({ environment, dataFolder: folder, services, log: () => {} })
    const own = { TRUSTED_ORIGINS: 'https://*.vercel.app, https://*.preview.example.com' }
    await expect(start(own, ['.'])).rejects.toThrow(
      /has a problem:\n- `TRUSTED_ORIGINS`: https:\/\/\*\.vercel\.app would/,
    )
    const engine = { DYNAMODB_ENDPOINT: inject('endpoint'), PORT: String(await freePort()) }
    await expect(start(engine, ['.', folder])).rejects.toThrow('https://*.pages.dev')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
