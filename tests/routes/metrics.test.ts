import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Alarm, readAlarms } from '../support/alarms.ts'
import { type Datapoint, datapointsOf, metricFaults, metricLines, sumOf } from '../support/metric-lines.ts'
import { startTestService, type TestService, type TestUser } from '../support/service.ts'

// The metrics of real requests, and the alarms of resources/ evaluated on them.

let service: TestService
let user: TestUser
let alarms: Map<string, Alarm>
beforeAll(async () => {
  service = await startTestService({ METRICS: 'requests', LOGIN_ATTEMPTS_PER_ACCOUNT: '4' }, [])
  alarms = new Map((await readAlarms('local', { loginFailuresThreshold: '5' })).map((alarm) => [alarm.id, alarm]))
  user = await service.user()
})
afterEach(() => {
  service.proxy.fault = undefined
})
afterAll(() => service.close())

/** The lines of these requests, one for each. */
async function linesOf(...requests: (() => Promise<unknown>)[]) {
  const before = service.log.length
  for (const request of requests) await request()
  const read = () => metricLines(service.log.slice(before))
  await vi.waitFor(() => expect(read()).toHaveLength(requests.length), 10_000)
  expect(read().flatMap(metricFaults)).toEqual([])
  return read()
}

/** Which alarms fire if every period brings these lines. */
function firing(lines: readonly Record<string, unknown>[], more: readonly Datapoint[] = []): string[] {
  const period = [...datapointsOf(lines), ...more]
  return [...alarms.values()].filter((alarm) => alarm.fires(Array(5).fill(period))).map(({ id }) => id)
}

const logIn =
  (password = user.password) =>
  () =>
    service.request('POST', '/auth/login', { body: { email: user.email, password, credential: 'bearer' } })
const check = (bearer?: string) => () => service.request('GET', '/auth/session', bearer === undefined ? {} : { bearer })

describe('the metrics of a request', () => {
  test('count a check with its reads, and a refusal by its reason', async () => {
    const { token } = await service.session(user)
    const [admitted = {}, refused = {}, ...others] = await linesOf(check(token), check(), check('none'))
    expect(admitted).toMatchObject({
      checks: 1,
      datastore_calls: 2,
      datastore_ms: [expect.any(Number), expect.any(Number)],
    })
    expect(admitted.read_units).toBeGreaterThan(0)
    expect(admitted).not.toHaveProperty('write_units')
    expect(refused).toMatchObject({ checks: 1, refused_unauthenticated: 1 })
    expect(refused).not.toHaveProperty('datastore_calls')
    expect(others).toMatchObject([{ refused_unauthenticated: 1 }])
    expect(sumOf(metricLines(service.log), 'cold_starts')).toBeGreaterThan(0)
  })

  test('count logins by their outcome, with the calls that the proxy sees', async () => {
    service.proxy.calls.length = 0
    const lines = await linesOf(logIn(), logIn('wrong'), ...Array(5).fill(logIn('wrong again')))
    expect(lines[0]).toMatchObject({ authn_login_success: 1, session_created: 1 })
    expect(lines[0]?.write_units).toBeGreaterThan(0)
    expect(lines[1]).toMatchObject({ authn_login_fail: 1, refused_invalid_credentials: 1 })
    expect(lines.at(-1)).toMatchObject({ authn_login_lock: 1, refused_too_many_attempts: 1 })
    expect(sumOf(lines, 'datastore_calls')).toBe(service.proxy.calls.length)
    expect(firing(lines)).toEqual(['LoginFailuresAlarm'])
  })

  test('count failed calls and their retries', async () => {
    const { token } = await service.session(user)
    service.proxy.fault = ({ operation }) => (operation === 'GetItem' ? 'failed' : undefined)
    const [line = {}] = await linesOf(check(token))
    expect(line).toMatchObject({ checks: 1, datastore_errors: 1, unavailable: 1, refused_unavailable: 1 })
    let failed = false
    service.proxy.fault = () => {
      if (failed) return undefined
      failed = true
      return 'failed'
    }
    const [retried = {}] = await linesOf(check(token))
    expect(retried).toMatchObject({ checks: 1, datastore_retries: 1, datastore_calls: 2 })
  })

  test('of an item that Coatcheck cannot have written fire an alarm', async () => {
    const { token, id } = await service.session(user)
    const key = { userId: { S: user.id }, sessionId: { S: id } }
    await service.tables.put(service.tables.sessions, { ...key, epoch: { S: 'x' } })
    const lines = await linesOf(check(token))
    expect(lines).toMatchObject([{ corrupt_item: 1 }])
    expect(firing(lines)).toEqual(['FaultsAlarm'])
  })
})
