import { readFileSync } from 'node:fs'
import middy from '@middy/core'
import { httpApiEvent, invoke, webSocketAuthorizerEvent } from 'coatcheck/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createSessionCheck } from '../../adapters/fetch.ts'
import { logEntry } from '../../lib/audit.ts'
import { NotFoundError, WrongPasswordError } from '../../lib/errors.ts'
import { reportProblem } from '../../lib/http/problem-entry.ts'
import { jsonLog } from '../../lib/log.ts'
import {
  addMetric,
  beginRequest,
  countMetric,
  endRequest,
  measureCall,
  OWN_METRICS,
  writeMetrics,
} from '../../lib/metrics.ts'
import type { Sessions } from '../../lib/sessions/sessions.ts'
import { createAuthorizer } from '../../middleware/authorizer.ts'
import { requireSession } from '../../middleware/require-session.ts'
import { withSession } from '../../middleware/with-session.ts'
import { captureOutput } from '../support/captured-output.ts'
import { METRIC_NAMES, metricFaults, metricLines, sumOf } from '../support/metric-lines.ts'
import { sampleRow } from '../support/samples.ts'

// Which requests write metrics, and what a line has. tests/routes/metrics.test.ts has the functions' own lines.

let lines: string[]
beforeEach(() => {
  vi.stubEnv('METRICS', 'off')
  writeMetrics() // forgets what earlier tests have counted
  lines = []
  const output = captureOutput(lines)
  vi.stubEnv('METRICS', 'events')
  vi.stubEnv('STAGE', 'prod')
  return () => output.mockRestore()
})
afterEach(() => vi.unstubAllEnvs())

const read = () => metricLines(lines)
const check = () => {
  addMetric('checks')
  measureCall({ milliseconds: 1.26, units: 1, isRead: true })
  writeMetrics()
}

describe('a line of metrics', () => {
  test('is valid embedded metric format with every metric there can be', () => {
    for (const name of METRIC_NAMES) if (name !== 'datastore_ms') countMetric(name as 'checks', 2)
    for (let calls = 0; calls < 150; calls++) measureCall({ milliseconds: 3, isRead: true })
    writeMetrics()
    expect(read()).toHaveLength(1)
    const [line = {}] = read()
    expect(metricFaults(line)).toEqual([])
    expect(line).toMatchObject({
      level: 'INFO',
      message: 'metrics',
      service: 'coatcheck',
      stage: 'prod',
      checks: 2,
      datastore_ms: expect.any(Array),
    })
    expect(line.datastore_ms).toHaveLength(100)
    expect(Object.keys(line)).toEqual(expect.arrayContaining([...METRIC_NAMES]))
  })

  test('has the calls of the datastore with their units, retries and milliseconds', () => {
    measureCall({ milliseconds: 1.26, units: 0.5, isRead: true })
    measureCall({ milliseconds: 20, units: 1, isRead: false, attempts: 3 })
    writeMetrics()
    expect(read()).toMatchObject([
      { datastore_calls: 2, read_units: 0.5, write_units: 1, datastore_retries: 2, datastore_ms: [1.3, 20] },
    ])
    const Metrics = ['datastore_calls', 'read_units', 'write_units', 'datastore_retries'].map((Name) => ({
      Name,
      Unit: 'Count',
    }))
    expect(read()[0]?._aws).toMatchObject({
      CloudWatchMetrics: [
        { Dimensions: [['stage']], Metrics: [...Metrics, { Name: 'datastore_ms', Unit: 'Milliseconds' }] },
      ],
    })
  })

  test('without a stage has no dimension', () => {
    vi.stubEnv('STAGE', '')
    countMetric('cold_starts')
    writeMetrics()
    expect(metricFaults(read()[0] ?? {})).toEqual([])
    expect(read()).toMatchObject([{ _aws: { CloudWatchMetrics: [{ Dimensions: [[]] }] } }])
  })

  test('counts each audit event by its name, also one that LOG_LEVEL leaves out', () => {
    vi.stubEnv('LOG_LEVEL', 'ERROR')
    jsonLog(logEntry('authn_login_success'))
    writeMetrics()
    expect(lines).toHaveLength(1)
    expect(sumOf(read(), 'authn_login_success')).toBe(1)
  })

  test('counts refusals by their code; one without a log line causes no line of metrics either', () => {
    reportProblem(new NotFoundError(), jsonLog)
    writeMetrics()
    expect(lines).toEqual([])
    reportProblem(new WrongPasswordError(), jsonLog)
    writeMetrics()
    expect(read()).toMatchObject([{ refused_not_found: 1, refused_wrong_password: 1, authn_login_fail: 1 }])
  })
})

describe('METRICS', () => {
  test('`events` writes at a request with an event, or the hundredth without, and never twice', () => {
    for (let checks = 0; checks < 99; checks++) check()
    expect(lines).toEqual([])
    check()
    expect(read()).toMatchObject([{ checks: 100, read_units: 100 }])
    check()
    countMetric('session_renewed')
    writeMetrics()
    writeMetrics()
    expect(read().slice(1)).toMatchObject([{ checks: 1, session_renewed: 1 }])
  })

  test('`events` writes at the hundredth request without a datastore call, or after a hundred calls', () => {
    const request = (calls: number) => {
      addMetric('checks')
      for (let call = 0; call < calls; call++) measureCall({ milliseconds: 1, isRead: true })
      writeMetrics()
    }
    for (let requests = 0; requests < 99; requests++) request(0)
    expect(lines).toEqual([])
    request(0)
    for (let requests = 0; requests < 49; requests++) request(2)
    expect(lines).toHaveLength(1)
    request(2)
    expect(read()).toMatchObject([{ checks: 100 }, { checks: 50, datastore_calls: 100 }])
  })

  test('`requests` writes at every request that counts something', () => {
    vi.stubEnv('METRICS', 'requests')
    check()
    check()
    writeMetrics()
    expect(read()).toMatchObject([{ checks: 1 }, { checks: 1 }])
  })

  test.each(['off', '', undefined, 'other'])('%j writes nothing and keeps nothing', (mode) => {
    vi.stubEnv('METRICS', mode)
    countMetric('sys_crash')
    check()
    vi.stubEnv('METRICS', 'requests')
    writeMetrics()
    expect(lines).toEqual([])
  })

  test('writes one line a request of Coatcheck’s own, at its end', () => {
    vi.stubEnv('METRICS', 'requests')
    beginRequest()
    check()
    countMetric('session_created')
    expect(lines).toEqual([])
    endRequest()
    check() // in a handler of another service
    expect(read()).toMatchObject([{ checks: 1, session_created: 1 }, { checks: 1 }])
  })
})

describe('a handler of another service', () => {
  const headers = { authorization: `Bearer cct_${'u'.repeat(21)}.${'s'.repeat(21)}.${'x'.repeat(43)}` }
  const sessionsWith = (session: unknown) =>
    ({ check: async () => session, find: async () => session, renew: async () => session }) as unknown as Sessions
  const origin = 'https://a.example'

  test.each([
    ['admits', sampleRow(), {}],
    ['refuses', undefined, { refused_unauthenticated: 1 }],
  ])('writes one line for a request that its middleware %s', async (_, session, refused) => {
    vi.stubEnv('METRICS', 'requests')
    const options = { sessions: sessionsWith(session), origin }
    await invoke(
      withSession(async () => ({ statusCode: 200 }), options),
      httpApiEvent({ headers }),
    )
    expect(read()).toMatchObject([{ checks: 1, ...refused }])
    await invoke(middy(async () => ({ statusCode: 200 })).use(requireSession(options)), httpApiEvent({ headers }))
    await createSessionCheck(options)(new Request(origin, { headers }))
    await createAuthorizer(options)(webSocketAuthorizerEvent({ headers }) as never).catch(() => {})
    expect(read()).toMatchObject(Array(4).fill({ checks: 1, ...refused }))
  })
})

test('docs/metrics.md names every metric', () => {
  const page = readFileSync('docs/metrics.md', 'utf8')
  const documented = [...page.matchAll(/^\| `([a-z_]+)` \| (?:count|milliseconds) \|/gm)].map(([, name]) => name)
  expect(documented).toEqual([...OWN_METRICS])
})
