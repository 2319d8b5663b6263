import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Context, ExitCode } from '../../cli/command.ts'
import { explainError } from '../../cli/explain-error.ts'
import { createStream } from '../../cli/signals/create-stream.ts'
import { configurationAddress } from '../../cli/signals/transmitter.ts'
import { verifyStream } from '../../cli/signals/verify-stream.ts'
import { removeFolders, temporaryFolder } from '../local/support.ts'

// A transmitter of the Shared Signals Framework, as far as a stream by push needs it.

const ORIGIN = 'https://auth.example.com'
const STREAM = { stream_id: 's-1', delivery: { endpoint_url: `${ORIGIN}/auth/oidc/idp/events` } }
let issuer: string
let providers: string
const requests: { line: string; token: string | undefined; body: unknown }[] = []
let answer: (line: string) => { status?: number; body?: unknown; location?: string } | undefined
const server = createServer(async (request, response) => {
  const line = `${request.method} ${request.url}`
  requests.push({ line, token: request.headers.authorization, body: await read(request) })
  const { status = 404, body, location } = answer(line) ?? {}
  response.writeHead(status, location ? { location } : {}).end(body === undefined ? '' : JSON.stringify(body))
})
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const file = { providers: [{ id: 'idp', name: 'A', issuer, clientId: 'c' }] }
  providers = join(await temporaryFolder({ 'providers.json': JSON.stringify(file) }), 'providers.json')
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await removeFolders()
})
beforeEach(() => {
  requests.length = 0
  answer = (line) => {
    if (line === 'GET /.well-known/ssf-configuration')
      return {
        status: 200,
        body: {
          issuer,
          jwks_uri: `${issuer}/keys`,
          configuration_endpoint: `${issuer}/streams`,
          verification_endpoint: `${issuer}/verify`,
        },
      }
    if (line === 'POST /streams') return { status: 201, body: { ...STREAM, iss: issuer, aud: ORIGIN } }
    if (line === 'GET /streams') return { status: 200, body: [{ stream_id: 'other' }, STREAM] }
    return line === 'POST /verify' ? { status: 204 } : undefined
  }
})

async function read(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const part of request) text += part
  return text === '' ? undefined : JSON.parse(text)
}

async function invoke<Options>(
  command: (context: Context, id: string, options: Options) => Promise<ExitCode>,
  options: Options,
  environment: Record<string, string> = { ORIGIN, SIGNALS_TOKEN: 'management' },
  id = 'idp',
) {
  const printed: string[] = []
  const keep = (text: string) => void printed.push(text.trimEnd())
  const terminal = { deliver: async (text: string) => keep(text), complain: keep }
  const code = await command({ environment, terminal } as unknown as Context, id, options).catch((error: unknown) => {
    const known = explainError(error)
    if (!known) throw error
    keep(known.text)
    return known.exitCode
  })
  return { code, printed: printed.join('\n') }
}

test('signals create-stream creates the stream by push and prints the settings that belong to it', async () => {
  const { code, printed } = await invoke(createStream, { providers })
  expect(code).toBe(0)
  expect(printed).toContain(`  "signals": {"audience":["${ORIGIN}"],"keys":"${issuer}/keys"}`)
  const [configuration, created] = requests
  expect(configuration?.token).toBeUndefined() // it is public, and the token is for the endpoints alone
  expect(created).toEqual({
    line: 'POST /streams',
    token: 'Bearer management',
    body: {
      delivery: { method: 'urn:ietf:rfc:8935', endpoint_url: `${ORIGIN}/auth/oidc/idp/events` },
      events_requested: expect.arrayContaining([
        'https://schemas.openid.net/secevent/caep/event-type/session-revoked',
        'https://schemas.openid.net/secevent/risc/event-type/account-disabled',
      ]),
      description: 'Coatcheck',
    },
  })
  const json = await invoke(createStream, { providers, json: true })
  expect(JSON.parse(json.printed)).toMatchObject({ streamId: 's-1', signals: { audience: [ORIGIN] } })
})

test('signals verify asks for an event with a state, for the stream that leads to the service', async () => {
  const { code, printed } = await invoke(verifyStream, { providers })
  const body = requests.at(-1)?.body as { state: string }
  expect([code, body]).toEqual([0, { stream_id: 's-1', state: expect.stringMatching(/^[\w-]{12}$/) }])
  expect(printed).toContain(body.state)
  await invoke(verifyStream, { providers, stream: 'given' })
  expect(requests.at(-1)?.body).toMatchObject({ stream_id: 'given' })
  answer = (
    (given) => (line) =>
      line === 'GET /streams' ? { status: 200, body: [] } : given(line)
  )(answer)
  expect((await invoke(verifyStream, { providers })).printed).toContain('No stream leads to')
})

test('signals says what is missing or wrong, and sends the token nowhere else', async () => {
  const missing = await invoke(createStream, { providers }, {})
  expect([missing.code, missing.printed]).toEqual([2, 'ORIGIN is not set. Set it to the origin of the service.'])
  expect((await invoke(createStream, { providers }, { ORIGIN })).printed).toContain('SIGNALS_TOKEN is not set')
  expect((await invoke(createStream, { providers }, undefined, 'other')).printed).toContain('has no provider "other"')
  expect((await invoke(createStream, { providers: '/nowhere' })).code).toBe(2)
  const given = answer
  const wrong: [string, ReturnType<typeof answer>][] = [
    ['GET /.well-known/ssf-configuration', { status: 200, body: { issuer: 'https://evil.example' } }],
    [
      'GET /.well-known/ssf-configuration',
      { status: 200, body: { issuer, configuration_endpoint: 'http://evil.example/' } },
    ],
    ['GET /.well-known/ssf-configuration', { status: 302, location: 'https://evil.example' }],
    ['POST /streams', { status: 307, location: 'https://evil.example' }],
    ['POST /streams', { status: 403, body: { error: 'forbidden' } }],
  ]
  for (const [concerned, response] of wrong) {
    answer = (line) => (line === concerned ? response : given(line))
    expect((await invoke(createStream, { providers })).code).toBe(1)
  }
})

test('the configuration of a transmitter with a path is at the well-known path before it', () => {
  expect(configurationAddress('https://a.example/tenant/')).toBe(
    'https://a.example/.well-known/ssf-configuration/tenant',
  )
  expect(configurationAddress('https://a.example')).toBe('https://a.example/.well-known/ssf-configuration')
})
