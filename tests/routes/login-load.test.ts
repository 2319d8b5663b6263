import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readService } from '../../local/service.ts'
import { expectProblem } from '../support/problem.ts'
import { PASSWORD, startTestService, type TestService } from '../support/service.ts'
import { inParallel, logIn } from '../support/throttled.ts'

// Password hashing cannot exhaust the processor.

let service: TestService
beforeAll(async () => {
  service = await startTestService({ DATASTORE_TIMEOUT_MS: '1500' }, [])
})
afterAll(() => service.close())

const HASHING = [
  ...['register', 'complete-registration', 'accept-invitation', 'login', 'reauthenticate', 'change-password'],
  ...['complete-password-reset', 'admin-create-user', 'admin-set-password'],
]

test('each function that hashes has a full vCPU and a timeout below API Gateway’s [TH-14]', async () => {
  const { functions } = await readService('.', { stage: 'dev' })
  expect(functions.filter(({ heavy }) => heavy).map(({ name }) => name)).toEqual(HASHING)
  for (const { heavy, name, memoryMB, timeoutSeconds } of functions) {
    if (heavy) expect(memoryMB, name).toBe(1769)
    if (name !== 'send-mail') expect(timeoutSeconds, name).toBeLessThanOrEqual(30) // it has no route
  }
})

describe('before counting, reading or hashing', () => {
  test.each([
    ['a body over 16 KiB', 'x'.repeat(16_400), 'payload_too_large'],
    ['a body of a megabyte', 'x'.repeat(1_000_000), 'payload_too_large'],
    ['a password over 1,024 bytes', 'x'.repeat(1025), 'invalid_request'],
    ['a password of 1,028 bytes in 257 characters', '😀'.repeat(257), 'invalid_request'],
  ] as const)('%s is refused by every route that accepts a password [TH-14]', async (_, password, code) => {
    const { token: bearer } = await service.signIn(await service.user())
    service.proxy.calls.length = 0
    const ways: [method: string, path: string, options: object][] = [
      ['POST', '/auth/login', { body: { email: 'a@example.com', password, credential: 'bearer' } }],
      ['POST', '/auth/register', { body: { email: 'a@example.com', password } }],
      ['POST', '/auth/session/reauthenticate', { bearer, body: { password } }],
      ['PUT', '/auth/password', { bearer, body: { currentPassword: password, newPassword: PASSWORD } }],
      ['PUT', '/auth/password', { bearer, body: { currentPassword: PASSWORD, newPassword: password } }],
    ]
    for (const [method, path, options] of ways) expectProblem(await service.request(method, path, options), code)
    const beyondTheCheck = service.proxy.calls.filter(({ table }) => table !== service.tables.sessions)
    expect(beyondTheCheck).toEqual([])
  })
})

test('a burst of logins gets one worker per core, and a check is not delayed by it [TH-14]', async () => {
  const user = await service.user()
  const { token: bearer } = await service.signIn(user)
  const isFirst = ({ table, attempt }: { table: string; attempt: number }) =>
    table === service.tables.attempts && attempt === 1
  // While the attempts table does not respond, each login occupies its worker.
  service.proxy.fault = (call) => (isFirst(call) ? 'silent' : undefined)
  service.proxy.calls.length = 0
  const burst = inParallel(30, () => logIn(service, user.email, PASSWORD))
  const held = () => service.proxy.calls.filter(isFirst).length
  while (held() === 0) await sleep(20)
  await sleep(400)
  const workers = held()
  expect((await service.request('GET', '/auth/session', { bearer })).status).toBe(200)
  service.proxy.fault = undefined
  const statuses = new Set((await burst).map(({ status }) => status))
  expect(workers).toBeGreaterThan(0)
  expect(workers).toBeLessThanOrEqual(Math.max(2, availableParallelism() - 1))
  for (const status of statuses) expect([200, 503]).toContain(status)
})
