import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbAttemptStore } from '../../lib/dynamodb/index.ts'
import type { AttemptKey } from '../../lib/ports.ts'
import { systemClock } from '../../lib/system.ts'
import { draws } from '../support/draws.ts'
import { isFirstEngine } from '../support/engine.ts'
import { expectProblem } from '../support/problem.ts'
import type { Call, Fault } from '../support/proxy.ts'
import { PASSWORD, startTestService, type TestPlace, type TestService } from '../support/service.ts'
import { createTestTables } from '../support/tables.ts'
import { inBatches, inParallel, logIn, verifications } from '../support/throttled.ts'

// Rate limits while the attempts table fails, after a restart of the service and in a full table.

const WRONG = 'not the right password'
/** Some daily, the others with all samples. */
const LASTING: Fault[] = draws(0, 1)
  ? ['throttled', 'refused', 'stalled', 'empty', 'foreign']
  : ['failed', 'applied but failed', 'silent']

describe('while attempts cannot be counted', () => {
  let service: TestService
  beforeAll(async () => {
    service = await startTestService({ DATASTORE_TIMEOUT_MS: '1000' }, [])
  })
  afterEach(() => {
    service.proxy.fault = undefined
  })
  afterAll(() => service.close())

  const isCounter = ({ table }: Call) => table === service.tables.attempts
  const hashOf = async (id: string) =>
    (await service.tables.get(service.tables.users, { pk: { S: `user#${id}` } }))?.passwordHash?.S

  // These calls do not reach an engine.
  test.skipIf(!isFirstEngine).each(LASTING)(
    '(%s) routes that verify or hash passwords respond 503 without verification [TH-09]',
    async (fault) => {
      const user = await service.user()
      const { token: bearer } = await service.signIn(user)
      const before = await hashOf(user.id)
      const email = `${nanoid(12)}@register.example`
      const newPassword = `${PASSWORD} anew`
      service.proxy.fault = (call) => (isCounter(call) ? fault : undefined)
      service.proxy.calls.length = 0
      const logins = await Promise.all([logIn(service, user.email, PASSWORD), logIn(service, user.email, WRONG)])
      for (const answer of logins) expectProblem(answer, 'unavailable')
      // Neither the email pointer nor the user was read, so no password was verified.
      expect(service.proxy.calls.filter((call) => !isCounter(call))).toEqual([])

      const others = await Promise.all([
        service.request('POST', '/auth/register', { body: { email, password: PASSWORD } }),
        service.request('POST', '/auth/session/reauthenticate', { bearer, body: { password: PASSWORD } }),
        service.request('POST', '/auth/session/reauthenticate', { bearer, body: { password: WRONG } }),
        service.request('PUT', '/auth/password', { bearer, body: { currentPassword: PASSWORD, newPassword } }),
        service.request('PUT', '/auth/password', { bearer, body: { currentPassword: WRONG, newPassword } }),
      ])
      for (const answer of others) expectProblem(answer, 'unavailable')
      const written = service.proxy.calls.filter((call) => !isCounter(call) && call.operation !== 'GetItem')
      expect(written).toEqual([])
      service.proxy.fault = undefined
      expect(await hashOf(user.id)).toBe(before)
      expect((await service.request('GET', '/auth/session', { bearer })).status).toBe(200)
    },
  )

  test.each(['GetItem', 'UpdateItem'])(
    'a failing %s on the attempts table is enough for 503 [TH-09]',
    async (operation) => {
      const user = await service.user()
      service.proxy.fault = (call) => (isCounter(call) && call.operation === operation ? 'failed' : undefined)
      service.proxy.calls.length = 0
      expectProblem(await logIn(service, user.email, PASSWORD), 'unavailable')
      expect(verifications(service)).toBe(0)
    },
  )

  test('a login succeeds even if its reserved attempts cannot be released', async () => {
    const user = await service.user()
    let isVerified = false
    service.proxy.fault = (call) => {
      if (call.table === service.tables.users) isVerified = true
      return isCounter(call) && isVerified ? 'failed' : undefined
    }
    expect((await logIn(service, user.email, PASSWORD)).status).toBe(200)
    expect(service.log.filter((line) => line.includes('attempts_not_settled')).length).toBeGreaterThan(0)
  })
})

describe('a lockout', () => {
  let place: TestPlace
  beforeAll(async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'coatcheck-test-'))
    place = { tables: await createTestTables(), dataFolder }
  })
  afterAll(async () => {
    place.tables.client.destroy()
    await rm(place.dataFolder, { recursive: true, force: true })
  })
  const start = () => startTestService({}, [], place)

  // A full table behaves the same on every engine.
  test.runIf(isFirstEngine)(
    'persists across a restart and many attempts with other emails [TH-05]',
    async () => {
      const first = await start()
      const user = await first.user()
      const half = await first.user()
      await inParallel(10, () => logIn(first, user.email, WRONG))
      await inParallel(6, () => logIn(first, half.email, WRONG))
      const refused = await logIn(first, user.email, PASSWORD)
      expectProblem(refused, 'too_many_attempts')
      await first.close()

      const { client, attempts } = place.tables
      const store = dynamodbAttemptStore({ client, tableName: attempts })
      const budget = { limit: 10, windowSeconds: 900, windowDoubles: true }
      const flood = await inBatches(draws(100, 2000), 100, () =>
        store.reserve(nanoid(43) as AttemptKey, budget, systemClock(), startDeadline(30)),
      )
      expect(flood.every(({ isGranted }) => isGranted)).toBe(true)

      const second = await start()
      try {
        const still = await logIn(second, user.email, PASSWORD)
        expectProblem(still, 'too_many_attempts')
        expect(Number(still.headers['retry-after'])).toBeLessThanOrEqual(Number(refused.headers['retry-after']))
        const rest = await inParallel(10, () => logIn(second, half.email, WRONG))
        expect(rest.filter(({ status }) => status === 401)).toHaveLength(4)
      } finally {
        await second.close()
      }
    },
    180_000,
  )
})
