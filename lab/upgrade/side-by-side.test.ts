import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toUserItem } from '../../lib/dynamodb/user-item.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../../tests/support/service.ts'
import { createTestTables, type TestTables } from '../../tests/support/tables.ts'
import { bundleWith } from '../mutation/patch.ts'
import { READS_BOTH, WRITES_NEW } from './generations.ts'

// Three releases on the same tables: today's, one that reads a second schema version, and one that writes it.

let tables: TestTables
let dataFolder: string
let before: TestService
let reader: TestService
let writer: TestService

beforeAll(async () => {
  tables = await createTestTables()
  dataFolder = await mkdtemp(join(tmpdir(), 'coatcheck-upgrade-'))
  const start = (patches: Parameters<typeof bundleWith>[0]) =>
    startTestService({ SESSION_RENEW_SECONDS: '1' }, [], { tables, dataFolder }, bundleWith(patches))
  before = await start([])
  reader = await start(READS_BOTH)
  writer = await start(WRITES_NEW)
})

afterAll(async () => {
  for (const service of [before, reader, writer]) await service?.close()
  tables?.client.destroy()
  await rm(dataFolder, { recursive: true, force: true })
})

/** The status of a check. */
const check = async (service: TestService, bearer: string) =>
  (await service.request('GET', '/auth/session', { bearer })).status
const logout = async (service: TestService, bearer: string) =>
  (await service.request('POST', '/auth/logout', { bearer })).status
const listed = async (service: TestService, bearer: string) =>
  (await service.request('GET', '/auth/sessions', { bearer })).json.sessions.map(({ ip }: { ip: string }) => ip)

/** A user whose sessions are those of the test. */
const someone = async (): Promise<TestUser> => before.user()

const PAIRS = [
  ['today’s release and the one that reads both versions', () => [before, reader]],
  ['the one that reads both versions and the one that writes the new one', () => [reader, writer]],
] as const

test.each(PAIRS)('%s accept, renew, replace and revoke the sessions of each other', async (_, pair) => {
  for (const [one, other] of [pair(), pair().toReversed()] as [TestService, TestService][]) {
    const user = await someone()
    const first = await one.signIn(user)
    const second = await other.signIn(user)
    for (const { token } of [first, second])
      for (const service of [one, other]) expect(await check(service, token)).toBe(200)
    expect(await listed(other, first.token)).toEqual(['127.0.0.1', '127.0.0.1'])

    const body = { password: PASSWORD }
    const replaced = await other.request('POST', '/auth/session/reauthenticate', { body, bearer: first.token })
    expect(replaced.status).toBe(200)
    expect([await check(one, first.token), await check(one, replaced.json.token)]).toEqual([401, 200])
    expect(await logout(one, replaced.json.token)).toBe(204)
    expect(await check(other, replaced.json.token)).toBe(401)

    const third = await one.signIn(user)
    expect((await other.request('DELETE', '/auth/sessions', { bearer: second.token })).status).toBe(200)
    for (const service of [one, other]) expect(await check(service, third.token)).toBe(401)
  }
})

test('a release that does not read the new version yet answers 503 and loses no session', async () => {
  const user = await someone()
  const [older, newer] = [await before.signIn(user), await writer.signIn(user)]
  expect(await check(before, newer.token)).toBe(503)
  expect(await logout(before, newer.token)).toBe(503)
  expect([await check(writer, newer.token), await check(reader, newer.token)]).toEqual([200, 200])
  expect(before.log.join('\n')).toContain('reads versions up to 1')
  // Revoking all sessions needs no version.
  expect((await before.request('DELETE', '/auth/sessions', { bearer: older.token })).status).toBe(200)
  expect([await check(before, older.token), await check(writer, newer.token)]).toEqual([401, 401])
})

test('a user of a later version is neither refused nor registered again', async () => {
  const user = await someone()
  await tables.put(tables.users, { ...toUserItem(user), schema: { N: '2' } })
  const { email, password } = user
  const login = { email, password, credential: 'bearer' }
  expect((await before.request('POST', '/auth/login', { body: login })).status).toBe(503)
  expect((await before.request('POST', '/auth/register', { body: { email, password } })).status).toBe(503)
})
