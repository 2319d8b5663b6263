import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BatchWriteItemCommand, CreateTableCommand } from '@aws-sdk/client-dynamodb'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { doctor } from '../../cli/doctor.ts'
import type { Progress } from '../../cli/progress.ts'
import { toUserItem } from '../../lib/dynamodb/user-item.ts'
import { systemClock } from '../../lib/system.ts'
import type { Email, User, UserId } from '../../lib/user.ts'
import { isFirstEngine } from '../support/engine.ts'
import { createTestTables, type TestTables } from '../support/tables.ts'
import { coatcheck } from './process.ts'

// `coatcheck doctor` against the engine of the test run; AWS's own answers are in doctor-aws.test.ts.

const endpoint = inject('endpoint')
const all: TestTables[] = []
const servers: Server[] = []
/** The output for an endpoint that never answers: it takes ten seconds, during which the other tests run. */
let silentRun: ReturnType<typeof examineSilentEndpoint> | undefined
beforeAll(() => {
  if (isFirstEngine) silentRun = examineSilentEndpoint()
  silentRun?.catch(() => {}) // its own test reports the error
})
afterAll(() => {
  for (const { client } of all) client.destroy()
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
})

async function stack(): Promise<TestTables & { environment: Record<string, string> }> {
  const tables = await createTestTables()
  all.push(tables)
  const { sessions, users, attempts, activity } = tables
  const environment = {
    DYNAMODB_ENDPOINT: endpoint,
    SESSIONS_TABLE: sessions,
    USERS_TABLE: users,
    ATTEMPTS_TABLE: attempts,
    ACTIVITY_TABLE: activity,
  }
  return { ...tables, environment }
}

/** Serves this listener until all tests have finished. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function examineSilentEndpoint() {
  const silent = await serve(() => {})
  const begun = performance.now()
  const ended = await coatcheck(['doctor'], { DYNAMODB_ENDPOINT: silent })
  return { ...ended, milliseconds: performance.now() - begun }
}

/** Runs doctor in this process. */
async function examine(environment: Record<string, string>, json = false) {
  const lines: string[] = []
  const shown: string[] = []
  const write = (line: string) => lines.push(line)
  const progress: Progress = { update: (text) => shown.push(text()), clear: () => shown.push('') }
  const deliver = async (text: string) => void write(text.trimEnd())
  const { signal: interruption } = new AbortController()
  const terminal = { print: write, complain: write, deliver, interruption }
  const code = await doctor(environment, { json }, terminal, progress)
  return { code, lines, shown, text: lines.join('\n') }
}

const id = () => nanoid(21) as UserId
const settled = systemClock() - 3600
const user = (change: Partial<User> = {}): User => ({
  id: id(),
  email: `${nanoid(8).toLowerCase()}@secret.example` as Email,
  emailVerified: false,
  passwordHash: 'a hash',
  scopes: [],
  status: 'active',
  epoch: 0,
  changeId: id(),
  sweepPending: false,
  createdAt: settled,
  ...change,
})
const pointer = (email: string, userId: string) => ({ pk: { S: `email#${email}` }, userId: { S: userId } })

describe('doctor on a healthy stack', () => {
  test('prints a line for each check and exits with 0', async () => {
    const { sessions, users, attempts, activity, environment, put } = await stack()
    const ann = user()
    await put(users, toUserItem(ann))
    await put(users, pointer(ann.email, ann.id))
    const { code, lines, stderr } = await coatcheck(['doctor'], environment)
    expect(lines).toEqual([
      'ok    configuration: stage local',
      `ok    ${sessions}: exists, key userId, sessionId`,
      `?     ${sessions}: deletion protection, replicas: not checked, because a local engine has none`,
      `?     ${sessions}: stream: not checked on a local engine, whose streams npm start plays`,
      `?     ${sessions}: TTL: not checked, because a local engine does not report it`,
      `?     ${sessions}: point-in-time recovery: not checked, because a local engine has none`,
      `ok    ${users}: exists, key pk`,
      `?     ${users}: deletion protection, replicas: not checked, because a local engine has none`,
      `?     ${users}: stream: not checked on a local engine, whose streams npm start plays`,
      `?     ${users}: point-in-time recovery: not checked, because a local engine has none`,
      `ok    ${users}: checked 2 items: 1 user, 1 pointer`,
      `ok    ${users}: every user has a pointer`,
      `ok    ${users}: every pointer matches the email of its user`,
      `ok    ${users}: no pending sweep`,
      `ok    ${users}: every item is readable`,
      `ok    ${attempts}: exists, key key`,
      `?     ${attempts}: deletion protection, replicas: not checked, because a local engine has none`,
      `?     ${attempts}: TTL: not checked, because a local engine does not report it`,
      `ok    ${activity}: exists, key subject, id`,
      `?     ${activity}: deletion protection, replicas: not checked, because a local engine has none`,
      `ok    ${activity}: the index recent`,
      `?     ${activity}: TTL: not checked, because a local engine does not report it`,
      `?     ${activity}: point-in-time recovery: not checked, because a local engine has none`,
      '?     APIs: not checked, because a local engine has no API Gateway',
      '11 ok, 0 failed, 13 not checked',
    ])
    expect([code, stderr]).toEqual([0, ''])
  })

  test('prints one document with --json', async () => {
    const { sessions, environment } = await stack()
    const { code, lines } = await coatcheck(['doctor', '--json'], environment)
    const document = JSON.parse(lines.join('\n'))
    expect(document).toMatchObject({ stage: 'local', ok: 11, failed: 0, unknown: 13 })
    expect(document.findings).toHaveLength(24)
    expect(document.findings[1]).toEqual({ mark: 'ok', subject: sessions, seen: 'exists, key userId, sessionId' })
    expect(code).toBe(0)
  })
})

describe('doctor on tables', () => {
  test('reports a missing table once, with a remedy', async () => {
    const { sessions, users, environment } = await stack()
    const { code, lines } = await coatcheck(['doctor'], { ...environment, USERS_TABLE: 'nowhere' })
    expect(lines.filter((line) => line.startsWith('FAIL'))).toEqual([
      `FAIL  nowhere: does not exist in ${endpoint} → Start Coatcheck (\`npm start\`), or correct the stage, the Region or USERS_TABLE.`,
    ])
    expect(lines.join()).toContain(`ok    ${sessions}: exists`)
    expect(lines.join()).not.toContain(users)
    expect(code).toBe(1)
  })

  test('reports a table with another key and does not read it', async () => {
    const { users, sessions, environment } = await stack()
    const { code, text } = await examine({ ...environment, USERS_TABLE: sessions, SESSIONS_TABLE: users })
    expect(code).toBe(1)
    expect(text).toContain(`FAIL  ${users}: the key is pk S HASH instead of userId S HASH, sessionId S RANGE →`)
    expect(text).toContain('set SESSIONS_TABLE to it.')
    expect(text).toContain(`FAIL  ${sessions}: the key is userId S HASH, sessionId S RANGE instead of pk S HASH →`)
    expect(text).not.toContain(' items: ')
  })

  test('reports a table whose key has another type', async () => {
    const { client, environment } = await stack()
    const TableName = `t${nanoid(8)}-numbers`
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'N' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    )
    const { code, text } = await examine({ ...environment, USERS_TABLE: TableName })
    expect([code, text]).toEqual([1, expect.stringContaining('the key is pk N HASH instead of pk S HASH')])
  })
})

describe('doctor on users', () => {
  /** The findings for a users table with these items, without the table's name. */
  async function linesFor(...items: Record<string, object>[]) {
    const { users, environment, put } = await stack()
    for (const item of items) await put(users, item as Parameters<typeof put>[1])
    const { code, lines, text } = await examine(environment)
    expect(text).not.toContain('secret.example')
    const about = lines.filter((line) => line.includes(`${users}: `)).map((line) => line.replace(`${users}: `, ''))
    return { code, users, lines: about.slice(4) }
  }
  const HEALTHY = [
    'ok    every user has a pointer',
    'ok    every pointer matches the email of its user',
    'ok    no pending sweep',
    'ok    every item is readable',
  ]
  const healthyBut = (index: number, line: unknown) => HEALTHY.map((healthy, at) => (at === index ? line : healthy))

  test('reports a user without a pointer', async () => {
    const ann = user()
    const { code, lines } = await linesFor(toUserItem(ann))
    expect(lines).toEqual([
      'ok    checked 1 item: 1 user, 0 pointers',
      ...healthyBut(
        0,
        `FAIL  1 user without a pointer: ${ann.id} → These users cannot sign in: delete them with \`coatcheck users prune\`.`,
      ),
    ])
    expect(code).toBe(1)
  })

  test('reports only the user without the pointer if two users have the same email', async () => {
    const winner = user()
    const loser = user({ email: winner.email })
    const { lines } = await linesFor(toUserItem(winner), toUserItem(loser), pointer(winner.email, winner.id))
    expect(lines[1]).toContain(`FAIL  1 user without a pointer: ${loser.id} →`)
  })

  test('accepts a user without a pointer in its first minute', async () => {
    const { code, lines } = await linesFor(toUserItem(user({ createdAt: systemClock() })))
    expect([code, lines.slice(1)]).toEqual([0, HEALTHY])
  })

  test('accepts a pointer without a user', async () => {
    const { code, lines } = await linesFor(pointer('gone@secret.example', id()))
    const free =
      'ok    1 pointer without a user: the email is available for registration; `coatcheck users prune` deletes these pointers'
    expect(lines).toEqual(['ok    checked 1 item: 0 users, 1 pointer', HEALTHY[0], free, ...HEALTHY.slice(1)])
    expect(code).toBe(0)
  })

  test('reports a pointer to a user with another email', async () => {
    const ann = user()
    const { code, lines } = await linesFor(
      toUserItem(ann),
      pointer(ann.email, ann.id),
      pointer('other@secret.example', ann.id),
    )
    const astray = `ok    1 pointer to a user with another email: ${ann.id}; the email is available for registration`
    expect([code, lines.slice(1)]).toEqual([0, healthyBut(1, astray)])
  })

  test('reports no pointer of a change of email that can be undone', async () => {
    const undo = { email: 'old@secret.example' as Email, epoch: 1, expiresAt: 4_000_000_000 }
    const ann = user({ undo })
    const { code, lines } = await linesFor(toUserItem(ann), pointer(ann.email, ann.id), pointer(undo.email, ann.id))
    expect([code, lines.slice(1)]).toEqual([0, HEALTHY])
  })

  test('reports a user with an interrupted revocation of all sessions', async () => {
    const ann = user({ epoch: 3, sweepPending: true })
    const { code, lines } = await linesFor(toUserItem(ann), pointer(ann.email, ann.id))
    const pending = expect.stringMatching(
      `^FAIL  1 user with a pending sweep, .*: ${ann.id} → .*coatcheck sessions revoke <id>`,
    )
    expect([code, lines.slice(1)]).toEqual([1, healthyBut(2, pending)])
  })

  test('reports unreadable items without their emails', async () => {
    const { epoch: _, ...withoutEpoch } = toUserItem(user())
    const [broken, other] = [user(), user()]
    const { code, lines } = await linesFor(
      { ...withoutEpoch, pk: { S: `user#${broken.id}` } },
      { ...toUserItem(user()), pk: { S: `user#${other.id}` } }, // its id differs from its key
      pointer('not normal@secret.example', other.id),
      pointer('Upper@secret.example', broken.id),
      pointer('fine@secret.example', 'no id'),
      { pk: { S: 'ann@secret.example' } },
    )
    const [unreadable = ''] = lines.filter((line) => line.includes('not in Coatcheck’s format'))
    expect(unreadable).toMatch(/^FAIL {2}6 items not in Coatcheck’s format: .* → Read them/)
    const named = unreadable.replace(/.*format: (.*) →.*/, '$1').split(', ')
    expect(named.sort()).toEqual(
      [
        `user#${broken.id}`,
        `user#${other.id}`,
        `a pointer to ${other.id}`,
        `a pointer to ${broken.id}`,
        'a pointer',
        'another item',
      ].sort(),
    )
    expect([code, lines[0]]).toEqual([1, 'ok    checked 6 items: 0 users, 0 pointers'])
  })

  test('reads users in pages and lists ten of the reported ids', async () => {
    const { client, users, environment } = await stack()
    const everybody = Array.from({ length: 620 }, () => user())
    const items = everybody.flatMap((one, index) =>
      index < 12 ? [toUserItem(one)] : [toUserItem(one), pointer(one.email, one.id)],
    )
    for (let start = 0; start < items.length; start += 25) {
      const requests = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }))
      await client.send(new BatchWriteItemCommand({ RequestItems: { [users]: requests } }))
    }
    const { code, lines, shown, text } = await examine(environment)
    expect(code).toBe(1)
    expect(text).toContain(`${users}: checked 1,228 items: 620 users, 608 pointers`)
    const [inert = ''] = lines.filter((line) => line.includes(' without a pointer: '))
    const inertIds = everybody.slice(0, 12).map(({ id }) => id as string)
    const [, named = ''] = /^FAIL {2}\S+ 12 users without a pointer: (.*) and 2 more →/.exec(inert) ?? []
    expect(named.split(', ')).toHaveLength(10)
    for (const name of named.split(', ')) expect(inertIds).toContain(name)
    expect(lines.filter((line) => line.startsWith('FAIL'))).toEqual([inert])
    expect(shown).toContain(`${users}: checked 500 items`)
    expect(shown.at(-1)).toBe('')
  })
})

describe.runIf(isFirstEngine)('doctor on an endpoint that is not DynamoDB', () => {
  const REMEDY = ' → Start the engine, or correct DYNAMODB_ENDPOINT.'

  test('reports one failure for a refused connection', async () => {
    const { code, lines } = await coatcheck(['doctor'], { DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' })
    expect(lines).toEqual([
      'ok    configuration: stage local',
      expect.stringMatching(/^FAIL {2}http:\/\/127\.0\.0\.1:1: does not answer \(ECONNREFUSED: .* → Start the engine/),
      '1 ok, 1 failed, 0 not checked',
    ])
    expect(code).toBe(1)
  })

  test('reports one failure within the time limit if the endpoint never answers', async () => {
    const { code, lines, milliseconds } = (await silentRun) ?? expect.fail('the endpoint was not called')
    expect(milliseconds).toBeLessThan(60_000)
    expect(lines).toHaveLength(3)
    expect(lines[1]).toMatch(/^FAIL {2}http:\S+: does not answer \(/)
    expect([code, lines[1]]).toEqual([1, expect.stringContaining(REMEDY)])
  })

  test.each([
    ['an empty object', 200, '{}'],
    ['a page', 200, '<html>Sign in to the Wi-Fi</html>'],
    ['not found', 404, 'not found'],
  ])('reports one failure for an endpoint that answers %s', async (_, status, body) => {
    const portal = await serve((_request, response) => response.writeHead(status).end(body))
    const { code, lines } = await examine({ DYNAMODB_ENDPOINT: portal })
    expect([code, lines.length]).toEqual([1, 3])
    expect(lines[1]).toMatch(/^FAIL /)
    expect(lines[1]).toContain(REMEDY)
  })
})

describe('doctor on a configuration', () => {
  let environment: Record<string, string>
  beforeAll(async () => {
    environment = (await stack()).environment
  })

  test('reports each problem and still checks the tables', async () => {
    const { code, lines, text } = await examine({ ...environment, BCRYPT_COST: '3', SESSION_IDLE_SECONDS: 'x' })
    expect(lines.slice(0, 2)).toEqual([
      'FAIL  configuration: `SESSION_IDLE_SECONDS`: expected a whole number from 60 to 34560000, got "x" → Correct SESSION_IDLE_SECONDS in the environment.',
      'FAIL  configuration: `BCRYPT_COST`: expected a whole number from 10 to 14, got "3" → Correct BCRYPT_COST in the environment.',
    ])
    expect(text).toContain('ok    t')
    expect(code).toBe(1)
  })

  test.each(['SESSIONS_TABLE', 'ATTEMPTS_TABLE'])('does not check the tables with an invalid %s', async (name) => {
    const { code, lines } = await examine({ ...environment, [name]: 'no table name' })
    expect(lines.map((line) => line.slice(0, 20))).toEqual([
      'FAIL  configuration:',
      '?     tables: not ch',
      '0 ok, 1 failed, 1 no',
    ])
    expect(code).toBe(1)
  })

  test('rejects an http endpoint for a deployed stage', async () => {
    const { code, lines } = await coatcheck(['doctor', '--stage', 'prod'], environment)
    expect(lines.join()).toContain('`DYNAMODB_ENDPOINT`: expected an https URL in a deployed stage')
    expect(lines.join()).toContain('?     tables: not checked')
    expect(code).toBe(1)
  })
})

describe.runIf(isFirstEngine)('doctor with wrong usage', () => {
  test.each([
    ['no command', []],
    ['an unknown command', ['nurse']],
    ['an unknown option', ['doctor', '--stages', 'prod']],
    ['an option without its value', ['doctor', '--stage']],
    ['an argument too many', ['doctor', 'prod']],
    ['no stack named', ['doctor']],
  ])('exits with 2 and a message for %s', async (_, args) => {
    const { code, lines, stderr } = await coatcheck(args, {})
    expect([code, lines]).toEqual([2, []])
    expect(stderr).toMatch(/^(error: |Usage: |The stack is not specified\. )/)
  })

  test('exits with 0 for --help', async () => {
    const { code, lines } = await coatcheck(['doctor', '--help'], {})
    expect([code, lines[0]]).toEqual([0, 'Usage: coatcheck doctor [options]'])
  })
})
