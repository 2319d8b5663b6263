import { httpApiEvent, invoke, webSocketAuthorizerEvent } from 'coatcheck/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { publicRoute } from '../../functions/http/route.ts'
import { logEntry } from '../../lib/audit.ts'
import { parseConfig } from '../../lib/config.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { bindLog, jsonLog } from '../../lib/log.ts'
import { Secret } from '../../lib/secret.ts'
import type { Sessions } from '../../lib/sessions/sessions.ts'
import { createAuthorizer } from '../../middleware/authorizer.ts'
import { faultsOf } from '../support/audit-lines.ts'
import { captureOutput } from '../support/captured-output.ts'

// Each entry is exactly one line, whatever is logged and whatever was thrown.

let lines: string[]
beforeEach(() => {
  lines = []
  const output = captureOutput(lines)
  return () => output.mockRestore()
})
const onlyLine = () => {
  expect(lines).toHaveLength(1)
  return JSON.parse(lines[0] ?? '')
}

describe('a log field', () => {
  const hostile = [
    ['line feeds', 'a\r\nb\n{"event":"forged"}'],
    ['ANSI', '\u001b[31mred\u001b]0;title\u0007'],
    ['C1 controls', 'a\u0085b\u009b31mc'],
    ['line and paragraph separators', 'a\u2028{"event":"forged"}\u2029b'],
    ['writing in the other direction', 'a\u202egpj.exe\u2066b\u200b\ufeff'],
    ['quotes and braces', '"}\',{"event":"forged"} \\'],
    ['what cannot be seen and takes two units', 'a\u{e0001}b\u{1d173}'],
    ['half a character', 'a\ud800b'],
    ['NUL', 'a\0b'],
  ] as const
  test.each(hostile)('with %s is one line of JSON and parses to the same text [LG-05]', (_, text) => {
    jsonLog(logEntry('corrupt_item', { table: text, error: new Error(text) }))
    expect(lines[0]).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(onlyLine()).toMatchObject({ event: 'corrupt_item', table: text, error: { message: text } })
  })

  test('of a megabyte is truncated in every position [LG-05]', () => {
    const long = '\u0007'.repeat(1_000_000) // six characters each when escaped
    const error = new Error(long, { cause: new Error(long, { cause: new Error(long, { cause: new Error(long) }) }) })
    error.name = long
    error.stack = `${long}\n${`${long}\n`.repeat(3)}`
    jsonLog(logEntry('unavailable', { table: long, reason: long, error }))
    expect(onlyLine().table).toHaveLength(256)
    expect(Buffer.byteLength(lines[0] ?? '')).toBeLessThan(64_000) // CloudWatch accepts 256 KB
  })

  test('other than a text, number or boolean is logged as its type alone [LG-05]', () => {
    const trap = {
      toJSON: () => {
        throw new Error('trapped')
      },
    }
    const circular: Record<string, unknown> = {}
    circular.circular = circular
    jsonLog(
      logEntry('corrupt_item', { a: trap, b: circular, c: 1n, d: Symbol('d'), e: ['secret'], f: null, g: 7, h: true }),
    )
    const { a, b, c, d, e, f, g, h } = onlyLine()
    expect([a, b, c, d, e, f, g, h]).toEqual(['object', 'object', 'bigint', 'symbol', 'object', 'object', 7, true])
  })

  test('that is a Secret is never printed', () => {
    jsonLog(logEntry('corrupt_item', { password: new Secret('canary'), error: new Error('x', { cause: 'canary' }) }))
    expect(lines[0]).not.toContain('canary')
  })

  test('of the entry takes precedence over a field of the request', () => {
    bindLog(jsonLog, { sessionId: 'request', ip: '192.0.2.1' })(logEntry('session_created', { sessionId: 'entry' }))
    expect(onlyLine()).toMatchObject({ sessionId: 'entry', ip: '192.0.2.1' })
  })
})

describe('a logged error', () => {
  const deep = (depth: number): Error => new Error(`at ${depth}`, depth > 0 ? { cause: deep(depth - 1) } : {})
  const causes = (error: { message?: string; cause?: object } | undefined): (string | undefined)[] =>
    error ? [error.message, ...causes(error.cause)] : []

  test('has name, message and five stack frames, each truncated', () => {
    const error = Object.assign(new RangeError('m'.repeat(600)), {
      stack: ['RangeError: m', ...Array.from({ length: 9 }, (_, i) => `    at ${i}${'x'.repeat(300)}  `)].join('\n'),
    })
    jsonLog(logEntry('sys_crash', { error }))
    const said = onlyLine().error
    expect(said).toEqual({
      name: 'RangeError',
      message: 'm'.repeat(500),
      stack: [0, 1, 2, 3, 4].map((i) => `at ${i}${'x'.repeat(300)}`.slice(0, 256)),
    })
  })

  test('has up to three causes', () => {
    jsonLog(logEntry('sys_crash', { error: deep(9) }))
    expect(causes(onlyLine().error)).toEqual(['at 9', 'at 8', 'at 7', 'at 6'])
  })

  test('of Coatcheck has its code', () => {
    jsonLog(logEntry('unavailable', { error: new UnavailableError('down') }))
    expect(onlyLine().error).toMatchObject({ code: 'unavailable', name: 'CoatcheckError', message: 'down' })
  })

  test('is one line even if it is a proxy whose traps throw', () => {
    const trap = new Proxy(
      {},
      {
        getPrototypeOf() {
          throw new Error('canary')
        },
      },
    )
    jsonLog(logEntry('sys_crash', { error: trap }))
    expect(onlyLine().error).toBe('object thrown')
  })

  test('is absent when nothing was thrown', () => {
    jsonLog(logEntry('session_created'))
    jsonLog(logEntry('session_created', { sessionId: undefined }))
    for (const line of lines) expect(Object.keys(JSON.parse(line))).not.toContain('error')
  })
})

const SECRET = 'canary: a secret that no client may see'
/** An error whose properties throw when they are read. */
function unreadable(...properties: string[]): Error {
  const error = new Error('x')
  for (const property of properties)
    Object.defineProperty(error, property, {
      get() {
        throw new Error(SECRET)
      },
    })
  return error
}
const circular = new Error('round')
circular.cause = circular

const THROWN: [name: string, thrown: unknown][] = [
  ['an error', new RangeError(SECRET)],
  ['a string', SECRET],
  ['null', null],
  ['undefined', undefined],
  ['a number', 0],
  ['a symbol', Symbol(SECRET)],
  ['an object', { message: SECRET, body: SECRET }],
  ['an error whose message, name, stack and cause throw', unreadable('message', 'name', 'stack', 'cause')],
  ['an error that is its own cause', circular],
  ['an error whose message is no text', Object.assign(new Error(), { message: { SECRET }, name: 5, stack: null })],
  ['an error of many', new AggregateError([new Error(SECRET)], SECRET)],
  ['an error of another’s, with a status', Object.assign(new Error(SECRET), { statusCode: 418 })],
  ['an error of another’s, to be exposed', Object.assign(new Error(SECRET), { statusCode: 502, expose: true })],
  ['an error that cannot be changed', Object.freeze(new Error(SECRET))],
]

describe('an unexpected error', () => {
  const app = { config: parseConfig({ ORIGIN: 'https://auth.example.com', STAGE: 'test' }), log: jsonLog }
  const failing = (thrown: unknown) =>
    publicRoute(app, {}, async () => {
      throw thrown
    })

  test.each(THROWN)('in a route is answered with 500 and logged: %s [LG-07]', async (_, thrown) => {
    const answer = await invoke(failing(thrown), httpApiEvent({ method: 'POST', path: '/x' }))
    expect(answer.statusCode).toBe(500)
    expect(answer.body).toBe('{"message":"Internal Server Error"}')
    expect(JSON.stringify(answer)).not.toContain('canary')
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    expect(onlyLine()).toMatchObject({ level: 'ERROR', event: 'sys_crash' })
  })

  test('in a rejected promise is answered with 500 and logged [LG-07]', async () => {
    const route = publicRoute(app, {}, () => Promise.reject(SECRET))
    expect(await invoke(route, httpApiEvent())).toMatchObject({ statusCode: 500 })
    expect(onlyLine()).toMatchObject({ event: 'sys_crash', error: 'string thrown' })
  })

  test('of a datastore is answered with 503 and logged with its cause [LG-07]', async () => {
    const route = publicRoute(app, {}, async () => {
      throw new UnavailableError('the datastore call failed', { cause: unreadable('message', 'stack') })
    })
    expect(await invoke(route, httpApiEvent())).toMatchObject({ statusCode: 503 })
    const { error } = onlyLine()
    expect(error).toMatchObject({ code: 'unavailable', cause: { name: 'Error' } })
  })

  test('is logged with the fields of its request [LG-07]', async () => {
    await invoke(failing(new Error('a bug')), httpApiEvent())
    const { function_name, ...line } = onlyLine()
    expect([function_name, faultsOf({ ...line, function_name: 'coatcheck-prod-x' })]).toEqual(['test', []])
  })

  test.each(THROWN)('in the authorizer fails the request: %s [LG-07]', async (_, thrown) => {
    const sessions = { check: () => Promise.reject(thrown), find: async () => undefined, renew: async () => undefined }
    const authorizer = createAuthorizer({
      sessions: sessions as unknown as Sessions,
      log: jsonLog,
      origin: 'https://a.example',
    })
    const event = webSocketAuthorizerEvent({
      headers: { authorization: `Bearer cct_${'u'.repeat(21)}.${'s'.repeat(21)}.${'x'.repeat(43)}` },
    })
    await expect(authorizer(event as never)).rejects.toBe(thrown)
  })
})
