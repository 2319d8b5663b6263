import { hashSync } from 'bcryptjs'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { tableVariables } from '../../local/table-settings.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { coatcheck, type Ended } from './process.ts'

// The command line and a running service on the same tables.

let service: TestService
let environment: Record<string, string>
beforeAll(async () => {
  service = await startTestService()
  environment = {
    DYNAMODB_ENDPOINT: inject('endpoint'),
    ...tableVariables(service.tables),
  }
})
afterAll(() => service.close())

/** Runs a command and expects exit code 0. */
async function run(args: string[], input?: string): Promise<Ended> {
  const ended = await coatcheck(args, environment, [], input === undefined ? {} : { input })
  expect([ended.code, ended.stderr]).toEqual([0, ''])
  return ended
}

test('users disable rejects the next request of the user, and users enable accepts a new login', async () => {
  const user = await service.user()
  const { token } = await service.signIn(user)
  const session = () => service.request('GET', '/auth/session', { bearer: token })
  expect((await session()).status).toBe(200)
  await run(['users', 'disable', user.email, '--yes'])
  expect((await session()).status).toBe(401)
  expect((await service.signIn(user)).answer.status).toBe(401)
  await run(['users', 'enable', user.id])
  expect((await session()).status).toBe(401)
  expect((await service.signIn(user)).answer.status).toBe(200)
})

test('users set-scopes can demote the last administrator and promote them again', async () => {
  const admin = await service.user(['admin:read', 'admin:write'])
  const { token } = await service.signIn(admin)
  const look = (bearer: string) => service.request('GET', `/admin/users/${admin.id}`, { bearer })
  expect((await look(token)).status).toBe(200)
  await run(['users', 'set-scopes', admin.email, '--remove', 'admin:read,admin:write', '--yes'])
  expect((await look(token)).status).toBe(401)
  expect((await look((await service.signIn(admin)).token)).status).toBe(403)
  await run(['users', 'set-scopes', admin.id, 'admin:read', 'admin:write'])
  expect((await look((await service.signIn(admin)).token)).status).toBe(200)
})

test('sessions revoke rejects the next request of that session and no other', async () => {
  const user = await service.user()
  const [one, other] = [await service.signIn(user), await service.signIn(user)]
  const status = async (bearer: string) => (await service.request('GET', '/auth/session', { bearer })).status
  const { lines } = await run(['sessions', 'list', user.email, '--json'])
  expect(lines.map((line) => JSON.parse(line).id).toSorted()).toEqual([one.id, other.id].toSorted())
  await run(['sessions', 'revoke', user.email, one.id])
  expect([await status(one.token), await status(other.token)]).toEqual([401, 200])
  await run(['sessions', 'revoke', user.email, '--all', '--yes'])
  expect(await status(other.token)).toBe(401)
})

test.each(['$2a$', '$2b$', '$2y$'])('a user imported with a %s hash signs in with their password', async (kind) => {
  const password = 'Tr0ub4dor&3 of old, é'
  const passwordHash = hashSync(password, 4).replace(/^\$2b\$/, kind)
  const email = `imported-${kind.replaceAll('$', '')}@example.com`
  const line = { _id: { $oid: '5dea9f9c82dd7c0e76e4ec93' }, email, email_verified: true, passwordHash }
  await run(['users', 'import', '-'], `\ufeff${JSON.stringify(line)}\n`)
  const login = (secret: string) =>
    service.request('POST', '/auth/login', { body: { email, password: secret, credential: 'bearer' } })
  expect((await login(`${password}.`)).status).toBe(401)
  for (const _ of ['with the imported hash', 'with the hash that the login has updated'])
    expect((await login(password)).status).toBe(200)
})

test('an id that begins with a dash is not read as an option', async () => {
  const id = '-bcdefghijklmnopqrstu'
  const { code, stderr } = await coatcheck(['users', 'disable', id, '--yes'], environment)
  expect([code, stderr]).toEqual([1, expect.stringContaining(`There is no user "${id}".`)])
})

test.each([
  ['users'],
  ['users', 'frobnicate'],
  ['users', 'show'],
  ['users', 'show', 'ann@example.com', 'more'],
  ['users', 'create', 'ann@example.com', '--password', 'secret'],
  ['sessions', 'list'],
])('exits with 2 for: coatcheck %s %s %s', async (...args) => {
  const { code, lines, stderr } = await coatcheck(args, environment)
  expect([code, lines]).toEqual([2, []])
  expect(stderr).toMatch(/^(error: |Usage: )/)
})
