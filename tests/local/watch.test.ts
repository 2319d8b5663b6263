import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Outcome, Pool } from '../../local/pool.ts'
import { createWatch } from '../../local/watch.ts'
import type { Order } from '../../local/worker.ts'
import { freePort } from '../support/free-port.ts'
import { type RequestOptions, request } from '../support/http.ts'
import { makeStartingPlace, type Started, type StartingPlace } from '../support/starting-place.ts'

// `npm start -- --watch` as a process: what it prints about each request.

let place: StartingPlace
let started: Started
let url: string
let password: string
beforeAll(async () => {
  place = await makeStartingPlace()
  const PORT = String(await freePort())
  url = `http://localhost:${PORT}`
  started = place.start(
    { PORT, DATASTORE_TIMEOUT_MS: '10000', BCRYPT_COST: '10' },
    {
      args: ['--watch', 'examples/orders-api'],
    },
  )
  await started.ready
  password = /^Password: (.*)$/m.exec(started.output())?.[1] ?? ''
})
afterAll(() => place.remove())

/** What is printed about one request: its own line, and for each function that it invokes a line and those of its calls. */
async function watched(method: string, path: string, options: RequestOptions, invocations = 1) {
  const before = started.output().length
  const { json } = await request(url, method, path, options)
  let lines: string[] = []
  await vi.waitFor(() => {
    const printed = started
      .output()
      .slice(before)
      .split('\n')
      .filter((line) => !line.startsWith('{'))
    // Records of streams are printed when they come, before or after a request's lines.
    const start = printed.findIndex((line) => line.startsWith(`${method} `))
    const end = printed.findIndex((line, index) => index > start && !line.startsWith(' '))
    lines = start < 0 ? [] : printed.slice(start, end)
    const sums = lines.filter((line) => /^ {2}\S/.test(line))
    const calls = sums.map((line) => Number(/(\d+) datastore call/.exec(line)?.[1] ?? 0)).reduce((a, b) => a + b, 0)
    expect([sums.length, lines.length]).toEqual([invocations, 1 + invocations + calls])
  }, 10_000)
  return { lines, json }
}

const CALL = String.raw`\d+(\.\d+)? ms$`
const call = (text: string) => expect.stringMatching(new RegExp(`^    ${text}, ${CALL}`))
const one = (text: string) => expect.stringMatching(new RegExp(`^  ${text}, ${CALL}`))

describe('npm start -- --watch', () => {
  let bearer: string

  test('shows every call of a login with its units and milliseconds, and their sum', async () => {
    const body = { email: 'admin@localhost', password, credential: 'bearer' }
    const { lines, json } = await watched('POST', '/auth/login', { body })
    bearer = json.token
    expect(lines[0]).toMatch(/^POST \/auth\/login 200 \d+ ms$/)
    expect(lines[1]).toMatch(
      /^ {2}coatcheck-local-login: 200, \d+ datastore calls, \d+ read units, \d+ write units, \S+ ms$/,
    )
    expect(lines).toEqual(
      expect.arrayContaining([
        call('UpdateItem attempts: 1 unit, write'),
        call('GetItem users: 1 unit, strong read'),
        call('PutItem sessions: 1 unit, write'),
      ]),
    )
  })

  test('shows the reason of a refusal', async () => {
    expect((await watched('GET', '/auth/session', {})).lines).toEqual([
      expect.stringMatching(/^GET \/auth\/session 401 \d+ ms$/),
      '  coatcheck-local-get-session: 401 unauthenticated, no datastore call',
    ])
  })

  test('shows a check, also of a function that has made the call past the SDK', async () => {
    for (let requests = 0; requests < 4; requests++)
      expect((await watched('GET', '/auth/session', { bearer })).lines.slice(1)).toEqual([
        one('coatcheck-local-get-session: 200, 2 datastore calls, 2 read units'),
        call('GetItem sessions: 1 unit, strong read'),
        call('GetItem users: 1 unit, strong read'),
      ])
  })

  test('shows the authorizer of another service and its decision', async () => {
    const { lines } = await watched('GET', '/orders', { bearer }, 2)
    expect(lines).toEqual([
      expect.stringMatching(/^GET \/orders 403 \d+ ms$/),
      one('coatcheck-local-authorizer: allowed, 1 datastore call, 1 read unit'),
      call('GetItem sessions: 1 unit, strong read'),
      '  orders-api-local-list-orders: 403 insufficient_scope, no datastore call',
    ])
  })

  test('shows a function that a stream calls, here after the administrator was created', async () => {
    await vi.waitFor(() => {
      expect(started.output()).toMatch(
        /^STREAM coatcheck-local-users, \d records?\n {2}coatcheck-local-finish-sweeps: handled, 1 datastore call, /m,
      )
    }, 20_000)
  })

  test('shows no credential and no path', () => {
    expect(started.output()).not.toContain(bearer)
  })
})

describe('a watched invocation', () => {
  const order = { event: JSON.stringify({ requestContext: { requestId: 'r' } }), lambdaName: 'f' } as Order
  const linesAfter = async (outcome: Outcome) => {
    const watch = createWatch(() => {})
    const pool = watch.around({ invoke: async () => outcome } as unknown as Pool)
    await pool.invoke(order, 'light')
    const lines = watch.linesOf('r', { status: 503, headers: [], body: Buffer.from('{"code":"unavailable"}') })
    expect(watch.linesOf('r', undefined)).toEqual([])
    return lines
  }
  const failed = {
    operation: 'Query',
    tables: 'users',
    isConsistent: false,
    units: 0,
    milliseconds: 3,
    error: 'ThrottlingException',
  }

  test('shows a failed attempt with its error', async () => {
    expect(await linesAfter({ kind: 'result', payload: '{}', calls: [failed] })).toEqual([
      '  f: 503 unavailable, 1 datastore call, no units, 3 ms',
      '    Query users: ThrottlingException, 3.0 ms',
    ])
  })

  test('without a result shows what ended it', async () => {
    expect(await linesAfter({ kind: 'timeout', afterMs: 1 })).toEqual(['  f: timeout, no datastore call'])
    const error = { errorType: 'Error', errorMessage: 'x' }
    expect(await linesAfter({ kind: 'error', error, calls: [failed] })).toEqual([
      '  f: error, 1 datastore call, no units, 3 ms',
      expect.any(String),
    ])
  })
})
