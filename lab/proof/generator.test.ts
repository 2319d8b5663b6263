import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { User } from '../../lib/user.ts'
import { createGenerator } from './generator.ts'
import type { Operation } from './history/operation.ts'

// The generator before a server that answers as Coatcheck does.

const TOKEN = `cct_${'u'.repeat(21)}.${'s'.repeat(21)}.${'x'.repeat(43)}`
const DELETION = '__Host-session=; Max-Age=0; Path=/; Secure; Partitioned'
const USER = { id: 'u', email: 'u@example.com', scopes: ['greeting:read', 'orders:write'] } as unknown as User
const SESSION = { id: 's', userId: 'u', scopes: [], expiresAt: '2030-01-01T00:00:00Z', endsAt: '2030-01-01T00:00:00Z' }

let headers: Record<string, string | string[]>
let received: { request: IncomingMessage; body: string }[]
let history: Operation[]
const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString()
  received.push({ request, body })
  const isBearer = body.includes('"credential":"bearer"')
  const cookies = body.includes('"credential":"cookie"') ? [DELETION, `__Host-session=${TOKEN}; Path=/; Secure`] : []
  response.writeHead(200, { 'set-cookie': cookies, ...headers })
  response.end(JSON.stringify({ session: SESSION, user: USER, ...(isBearer ? { token: TOKEN } : {}) }))
})
const open = (random: () => number) => {
  const { port } = server.address() as AddressInfo
  return createGenerator({ url: `http://localhost:${port}` } as never, 'test', (each) => history.push(each), random)
}

beforeEach(async () => {
  ;[headers, received, history] = [{}, [], []]
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

describe('a login of the generator', () => {
  const draw = async (values: readonly number[]) => {
    const left = [...values]
    const generator = open(() => left.shift() ?? 1)
    const held = await generator.login(USER)
    if (held) await generator.look(held)
    generator.close()
    return { held, login: JSON.parse(received[0]?.body ?? ''), look: received[1]?.request.headers }
  }

  test('can present a cookie, which is the last one that the response sets', async () => {
    const { held, login, look } = await draw([0, 1])
    expect(login.credential).toBe('cookie')
    expect(held).toMatchObject({ kind: 'cookie', token: TOKEN })
    expect(look).toMatchObject({ cookie: `__Host-session=${TOKEN}`, origin: expect.stringMatching(/^http:/) })
    expect(look).not.toHaveProperty('authorization')
  })
  test('can present a bearer token', async () => {
    const { held, login, look } = await draw([1, 1])
    expect(login).toEqual({ email: USER.email, password: expect.any(String), credential: 'bearer' })
    expect(held).toMatchObject({ kind: 'bearer', token: TOKEN })
    expect(look).toMatchObject({ authorization: `Bearer ${TOKEN}` })
    expect(look).not.toHaveProperty('cookie')
  })
  test('can have a label and fewer scopes than the user', async () => {
    const { login } = await draw([1, 1, 0, 0])
    expect(login).toMatchObject({ label: expect.any(String), scopes: ['account', 'greeting:read'] })
  })
})

describe('a credential in a response is a leak', () => {
  const leaksOf = async (kind: 'cookie' | 'bearer') => {
    const generator = open(() => 1)
    await generator.login(USER, { kind })
    const held = { id: 's', user: USER, kind, token: TOKEN, address: '127.0.0.1' } as const
    await generator.look(held)
    generator.close()
    return history.map(({ leaks }) => leaks)
  }

  test.each(['cookie', 'bearer'] as const)('except that of a new session (%s)', async (kind) => {
    expect(await leaksOf(kind)).toEqual([0, 0])
  })
  test.each(['cookie', 'bearer'] as const)('in a header, too (%s)', async (kind) => {
    headers = { 'x-session': TOKEN }
    expect(await leaksOf(kind)).toEqual([1, 1])
  })
  test('in a cookie that a check sets', async () => {
    headers = { 'set-cookie': `__Host-session=${TOKEN}` }
    expect((await leaksOf('bearer'))[1]).toBe(1)
  })
})
