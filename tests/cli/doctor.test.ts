import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BatchWriteItemCommand, CreateTableCommand } from '@aws-sdk/client-dynamodb'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { doctor } from '../../cli/doctor.ts'
import { toUserItem } from '../../lib/dynamodb/user-item.ts'
import { systemClock } from '../../lib/system.ts'
import type { Email, User, UserId } from '../../lib/user.ts'
import { isFirstEngine } from '../support/engine.ts'
import { createTestTables, type TestTables } from '../support/tables.ts'
import { coatcheck } from './process.ts'

// `coatcheck doctor` against the run's engine, for what that can show; AWS's own answers are in recorded.test.ts.

const endpoint = inject('endpoint')
const all: TestTables[] = []
const servers: Server[] = []
/** What is said where nobody answers: it takes ten seconds, in which the other tests run. */
let ofSilence: ReturnType<typeof examineSilence> | undefined
beforeAll(() => {
  if (isFirstEngine) ofSilence = examineSilence()
  ofSilence?.catch(() => {}) // its own test's to say
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
  const { sessions, users, attempts } = tables
  const environment = {
    DYNAMODB_ENDPOINT: endpoint,
    SESSIONS_TABLE: sessions,
    USERS_TABLE: users,
    ATTEMPTS_TABLE: attempts,
  }
  return { ...tables, environment }
}

/** Answers as this listener does until all tests are over. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function examineSilence() {
  const silent = await serve(() => {})
  const begun = performance.now()
  const ended = await coatcheck(['doctor'], { DYNAMODB_ENDPOINT: silent })
  return { ...ended, milliseconds: performance.now() - begun }
}

/** In this process: exit code and lines. */
async function examine(environment: Record<string, string>, json = false) {
  const lines: string[] = []
  const shown: string[] = []
  const code = await doctor(environment, {
    json,
    print: (line) => lines.push(line),
    complain: (line) => lines.push(line),
    progress: (text) => shown.push(text),
  })
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

describe('a healthy stack', () => {
  test('has a line for each check, as a process, and exit code 0', async () => {
    const { sessions, users, attempts, environment, put } = await stack()
    const ann = user()
    await put(users, toUserItem(ann))
    await put(users, pointer(ann.email, ann.id))
    const { code, lines, stderr } = await coatcheck(['doctor'], environment)
    expect(lines).toEqual([
      'ok    configuration: stage local',
      `ok    ${sessions}: exists, key userId, sessionId`,
      `?     ${sessions}: deletion protection, replicas: a local engine has none`,
      `?     ${sessions}: TTL: a local engine does not say`,
      `?     ${sessions}: point-in-time recovery: a local engine has none`,
      `ok    ${users}: exists, key pk`,
      `?     ${users}: deletion protection, replicas: a local engine has none`,
      `?     ${users}: stream: a local engine calls no function`,
      `?     ${users}: point-in-time recovery: a local engine has none`,
      `ok    ${users}: 2 items looked at: 1 users, 1 pointers`,
      `ok    ${users}: no inert user`,
      `ok    ${users}: no pointer astray`,
      `ok    ${users}: no sweep pending`,
      `ok    ${users}: every item is readable`,
      `ok    ${attempts}: exists, key key`,
      `?     ${attempts}: deletion protection, replicas: a local engine has none`,
      `?     ${attempts}: TTL: a local engine does not say`,
      '?     APIs: not looked at: a local engine has no API Gateway beside it',
      '9 ok, 0 failed, 9 could not be told',
    ])
    expect([code, stderr]).toEqual([0, ''])
  })

  test('is one document with --json', async () => {
    const { sessions, environment } = await stack()
    const { code, lines } = await coatcheck(['doctor', '--json'], environment)
    const document = JSON.parse(lines.join('\n'))
    expect(document).toMatchObject({ stage: 'local', ok: 9, failed: 0, unknown: 9 })
    expect(document.findings).toHaveLength(18)
    expect(document.findings[1]).toEqual({ mark: 'ok', subject: sessions, seen: 'exists, key userId, sessionId' })
    expect(code).toBe(0)
  })
})

describe('tables', () => {
  test('one that is missing is said once, and what to do', async () => {
    const { sessions, users, environment } = await stack()
    const { code, lines } = await coatcheck(['doctor'], { ...environment, USERS_TABLE: 'nowhere' })
    expect(lines.filter((line) => line.startsWith('FAIL'))).toEqual([
      `FAIL  nowhere: does not exist in ${endpoint} → Start Coatcheck (\`npm start\`), or correct the stage, the Region or USERS_TABLE.`,
    ])
    expect(lines.join()).toContain(`ok    ${sessions}: exists`)
    expect(lines.join()).not.toContain(users)
    expect(code).toBe(1)
  })

  test('one with another key fails, and is not read', async () => {
    const { users, sessions, environment } = await stack()
    const { code, text } = await examine({ ...environment, USERS_TABLE: sessions, SESSIONS_TABLE: users })
    expect(code).toBe(1)
    expect(text).toContain(`FAIL  ${users}: has the key pk S HASH where userId S HASH, sessionId S RANGE is needed →`)
    expect(text).toContain('set SESSIONS_TABLE to it.')
    expect(text).toContain(
      `FAIL  ${sessions}: has the key userId S HASH, sessionId S RANGE where pk S HASH is needed →`,
    )
    expect(text).not.toContain('items looked at')
  })

  test('one whose key is of another type fails', async () => {
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
    expect([code, text]).toEqual([1, expect.stringContaining('has the key pk N HASH where pk S HASH is needed')])
  })
})

describe('users', () => {
  /** The lines about the users table, without its name, after these items were put there. */
  async function linesFor(...items: Record<string, object>[]) {
    const { users, environment, put } = await stack()
    for (const item of items) await put(users, item as Parameters<typeof put>[1])
    const { code, lines, text } = await examine(environment)
    expect(text).not.toContain('secret.example')
    const about = lines.filter((line) => line.includes(`${users}: `)).map((line) => line.replace(`${users}: `, ''))
    return { code, users, lines: about.slice(4) }
  }
  const HEALTHY = [
    'ok    no inert user',
    'ok    no pointer astray',
    'ok    no sweep pending',
    'ok    every item is readable',
  ]
  const healthyBut = (index: number, line: unknown) => HEALTHY.map((healthy, at) => (at === index ? line : healthy))

  test('one no pointer leads to is inert', async () => {
    const ann = user()
    const { code, lines, users } = await linesFor(toUserItem(ann))
    expect(lines).toEqual([
      'ok    1 items looked at: 1 users, 0 pointers',
      ...healthyBut(
        0,
        `FAIL  1 inert, no email leads to them: ${ann.id} → Nobody can sign in as them: delete each with \`aws dynamodb delete-item --table-name ${users} --key '{"pk":{"S":"user#<id>"}}'\`.`,
      ),
    ])
    expect(code).toBe(1)
  })

  test('one whose email leads to another is inert, the other is not', async () => {
    const winner = user()
    const loser = user({ email: winner.email })
    const { lines } = await linesFor(toUserItem(winner), toUserItem(loser), pointer(winner.email, winner.id))
    expect(lines[1]).toContain(`FAIL  1 inert, no email leads to them: ${loser.id} →`)
  })

  test('one of this minute may still get its pointer', async () => {
    const { code, lines } = await linesFor(toUserItem(user({ createdAt: systemClock() })))
    expect([code, lines.slice(1)]).toEqual([0, HEALTHY])
  })

  test('a pointer whose user is absent counts as free, and is no failure', async () => {
    const { code, lines } = await linesFor(pointer('gone@secret.example', id()))
    const free = 'ok    1 pointers whose user is absent: they count as free'
    expect(lines).toEqual(['ok    1 items looked at: 0 users, 1 pointers', HEALTHY[0], free, ...HEALTHY.slice(1)])
    expect(code).toBe(0)
  })

  test('a pointer to a user of another email is astray', async () => {
    const ann = user()
    const { code, lines } = await linesFor(
      toUserItem(ann),
      pointer(ann.email, ann.id),
      pointer('other@secret.example', ann.id),
    )
    const astray = expect.stringMatching(`^FAIL  1 pointers lead to a user of another email: ${ann.id} → .`)
    expect([code, lines.slice(1)]).toEqual([1, healthyBut(1, astray)])
  })

  test('an interrupted end of all sessions is a failure', async () => {
    const ann = user({ epoch: 3, sweepPending: true })
    const { code, lines } = await linesFor(toUserItem(ann), pointer(ann.email, ann.id))
    const pending = expect.stringMatching(
      `^FAIL  1 pending sweeps, .*: ${ann.id} → .*DELETE /admin/users/<id>/sessions`,
    )
    expect([code, lines.slice(1)]).toEqual([1, healthyBut(2, pending)])
  })

  test('items Coatcheck cannot have written are named without an email', async () => {
    const { epoch: _, ...withoutEpoch } = toUserItem(user())
    const [broken, other] = [user(), user()]
    const { code, lines } = await linesFor(
      { ...withoutEpoch, pk: { S: `user#${broken.id}` } },
      { ...toUserItem(user()), pk: { S: `user#${other.id}` } }, // of another id than its key says
      pointer('not normal@secret.example', other.id),
      pointer('Upper@secret.example', broken.id),
      pointer('fine@secret.example', 'no id'),
      { pk: { S: 'ann@secret.example' } },
    )
    const [unreadable = ''] = lines.filter((line) => line.includes('cannot have written'))
    expect(unreadable).toMatch(/^FAIL {2}6 items Coatcheck cannot have written: .* → Look at them/)
    const named = unreadable.replace(/.*written: (.*) →.*/, '$1').split(', ')
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
    expect([code, lines[0]]).toEqual([1, 'ok    6 items looked at: 0 users, 0 pointers'])
  })

  test('many are read in pages, counted all and named ten', async () => {
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
    expect(text).toContain(`${users}: 1228 items looked at: 620 users, 608 pointers`)
    const [inert = ''] = lines.filter((line) => line.includes(' inert, '))
    const inertIds = everybody.slice(0, 12).map(({ id }) => id as string)
    const [, named = ''] = /^FAIL {2}\S+ 12 inert, no email leads to them: (.*) and 2 more →/.exec(inert) ?? []
    expect(named.split(', ')).toHaveLength(10)
    for (const name of named.split(', ')) expect(inertIds).toContain(name)
    expect(lines.filter((line) => line.startsWith('FAIL'))).toEqual([inert])
    expect(shown).toContain(`${users}: 500 items looked at`)
    expect(shown.at(-1)).toBe('')
  })
})

describe.runIf(isFirstEngine)('an endpoint that is not DynamoDB', () => {
  const REMEDY = ' → Start the engine, or correct DYNAMODB_ENDPOINT.'

  test('and refuses is one failure', async () => {
    const { code, lines } = await coatcheck(['doctor'], { DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' })
    expect(lines).toEqual([
      'ok    configuration: stage local',
      expect.stringMatching(/^FAIL {2}http:\/\/127\.0\.0\.1:1: does not answer \(ECONNREFUSED: .* → Start the engine/),
      '1 ok, 1 failed, 0 could not be told',
    ])
    expect(code).toBe(1)
  })

  test('and is silent is one failure, in time', async () => {
    const { code, lines, milliseconds } = (await ofSilence) ?? expect.fail('nobody was asked')
    expect(milliseconds).toBeLessThan(60_000)
    expect(lines).toHaveLength(3)
    expect(lines[1]).toMatch(/^FAIL {2}http:\S+: does not answer \(/)
    expect([code, lines[1]]).toEqual([1, expect.stringContaining(REMEDY)])
  })

  test.each([
    ['an empty object', 200, '{}'],
    ['a page', 200, '<html>Sign in to the Wi-Fi</html>'],
    ['not found', 404, 'not found'],
  ])('and answers %s is one failure', async (_, status, body) => {
    const portal = await serve((_request, response) => response.writeHead(status).end(body))
    const { code, lines } = await examine({ DYNAMODB_ENDPOINT: portal })
    expect([code, lines.length]).toEqual([1, 3])
    expect(lines[1]).toMatch(/^FAIL /)
    expect(lines[1]).toContain(REMEDY)
  })
})

describe('configuration', () => {
  let environment: Record<string, string>
  beforeAll(async () => {
    environment = (await stack()).environment
  })

  test('each problem is a failure, and the tables are looked at all the same', async () => {
    const { code, lines, text } = await examine({ ...environment, BCRYPT_COST: '3', SESSION_IDLE_SECONDS: 'x' })
    expect(lines.slice(0, 2)).toEqual([
      'FAIL  configuration: `SESSION_IDLE_SECONDS`: expected a whole number from 60 to 34560000, got "x" → Correct SESSION_IDLE_SECONDS in the environment.',
      'FAIL  configuration: `BCRYPT_COST`: expected a whole number from 10 to 14, got "3" → Correct BCRYPT_COST in the environment.',
    ])
    expect(text).toContain('ok    t')
    expect(code).toBe(1)
  })

  test.each(['SESSIONS_TABLE', 'ATTEMPTS_TABLE'])(
    'tables are not looked for where %s does not say where',
    async (name) => {
      const { code, lines } = await examine({ ...environment, [name]: 'no table name' })
      expect(lines.map((line) => line.slice(0, 20))).toEqual([
        'FAIL  configuration:',
        '?     tables: not lo',
        '0 ok, 1 failed, 1 co',
      ])
      expect(code).toBe(1)
    },
  )

  test('a deployed stage does not talk to an endpoint in the clear', async () => {
    const { code, lines } = await coatcheck(['doctor', '--stage', 'prod'], environment)
    expect(lines.join()).toContain('`DYNAMODB_ENDPOINT`: a deployed stage talks to DynamoDB over https only')
    expect(lines.join()).toContain('?     tables: not looked at')
    expect(code).toBe(1)
  })
})

describe.runIf(isFirstEngine)('wrong usage', () => {
  test.each([
    ['no command', []],
    ['an unknown command', ['nurse']],
    ['an unknown option', ['doctor', '--stages', 'prod']],
    ['an option without its value', ['doctor', '--stage']],
    ['an argument too many', ['doctor', 'prod']],
    ['no stack named', ['doctor']],
  ])('%s is exit code 2, and says why', async (_, args) => {
    const { code, lines, stderr } = await coatcheck(args, {})
    expect([code, lines]).toEqual([2, []])
    expect(stderr).toMatch(/^(error: |Usage: |Say which stack: )/)
  })

  test('asking for help is none', async () => {
    const { code, lines } = await coatcheck(['doctor', '--help'], {})
    expect([code, lines[0]]).toEqual([0, 'Usage: coatcheck doctor [options]'])
  })
})
