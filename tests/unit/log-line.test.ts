import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { logEntry } from '../../lib/audit.ts'
import { jsonLog } from '../../lib/log.ts'
import { VERSION } from '../../lib/version.ts'
import { captureOutput } from '../support/captured-output.ts'

// What every line has, from where, and which lines are written.

let lines: string[]
beforeEach(() => {
  lines = []
  const output = captureOutput(lines)
  for (const name of ['LOG_LEVEL', 'AWS_LAMBDA_LOG_LEVEL', 'AWS_LAMBDA_FUNCTION_NAME', '_X_AMZN_TRACE_ID', 'STAGE'])
    vi.stubEnv(name, undefined)
  return () => output.mockRestore()
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})
const line = () => {
  lines.length = 0
  jsonLog(logEntry('session_created', { ip: '192.0.2.1' }))
  return JSON.parse(lines[0] ?? '{}')
}
const TRACE = '1-5759e988-bd862e3fe1be46a994272793'
const trace = (root: string) => `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`

describe('a log line', () => {
  test('has level, message and time as Lambda and Powertools name them, outside of Lambda nothing else', () => {
    expect(line()).toEqual({
      level: 'INFO',
      message: 'session created',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      service: 'coatcheck',
      version: VERSION,
      event: 'session_created',
      ip: '192.0.2.1',
    })
  })

  test('names stage, function and trace of the environment', () => {
    vi.stubEnv('STAGE', 'prod')
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'coatcheck-prod-login')
    vi.stubEnv('_X_AMZN_TRACE_ID', trace(TRACE))
    expect(line()).toMatchObject({ stage: 'prod', function_name: 'coatcheck-prod-login', xray_trace_id: TRACE })
  })

  test('names the invocation that Lambda’s runtime reports, before the environment', () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', trace('1-00000000-000000000000000000000000'))
    vi.stubGlobal('awslambda', { InvokeStore: { getRequestId: () => 'id', getXRayTraceId: () => trace(TRACE) } })
    expect(line()).toMatchObject({ function_request_id: 'id', xray_trace_id: TRACE })
    vi.stubGlobal('awslambda', { InvokeStore: { getRequestId: () => '-', getXRayTraceId: () => undefined } })
    expect(line()).not.toHaveProperty('function_request_id')
    expect(line().xray_trace_id).toMatch(/^1-0{8}-/)
  })

  test('names neither if the runtime has no such methods and the trace has no root', () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Sampled=0')
    vi.stubGlobal('awslambda', { InvokeStore: {} })
    expect(Object.keys(line())).not.toEqual(expect.arrayContaining([expect.stringMatching(/trace|request/)]))
  })

  test('has this package’s version', () => {
    expect(VERSION).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version)
  })
})

describe('LOG_LEVEL', () => {
  const written = () => {
    lines.length = 0
    for (const event of ['session_created', 'authn_login_fail', 'sys_crash'] as const) jsonLog(logEntry(event))
    return lines.map((text) => JSON.parse(text).level)
  }
  test.each([
    [undefined, undefined, ['INFO', 'WARN', 'ERROR']],
    ['debug', 'TRACE', ['INFO', 'WARN', 'ERROR']],
    ['unknown', undefined, ['INFO', 'WARN', 'ERROR']],
    ['WARN', undefined, ['WARN', 'ERROR']],
    ['warn', 'INFO', ['WARN', 'ERROR']],
    ['INFO', 'WARN', ['WARN', 'ERROR']],
    ['ERROR', 'WARN', ['ERROR']],
    [undefined, 'FATAL', []],
    ['SILENT', undefined, []],
  ])('%s with the level %s in Lambda writes %j', (own, lambda, levels) => {
    vi.stubEnv('LOG_LEVEL', own)
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', lambda)
    expect(written()).toEqual(levels)
  })
})
