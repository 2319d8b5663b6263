import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importUsers } from '../../cli/import/import-users.ts'
import { readLines } from '../../cli/import/lines.ts'
import { importFile } from '../../cli/users/import.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { coatcheck } from './process.ts'
import { openTestStack, stackOfTest, type TestStack } from './stack.ts'

const BCRYPT = `$2b$10$${'a'.repeat(53)}`
let folder: string
let stack: TestStack
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coatcheck-import-'))
  stack = await openTestStack()
})
afterAll(async () => {
  stack.close()
  await rm(folder, { recursive: true })
})

const jsonl = (...lines: unknown[]) =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')

/** Imports lines from standard input. */
async function pipe(
  on: TestStack,
  input: string,
  options: { json?: boolean; dryRun?: boolean; ignoreFields?: string } = {},
) {
  const ended = await on.invoke(importFile, ['-', options], { input })
  return { ...ended, lines: ended.lines.map((line) => line.replace(/in [\d.]+ seconds/, 'in no time')) }
}

describe('users import', () => {
  test('creates users and prints the reason for each refused line', async () => {
    const { code, lines } = await pipe(
      stack,
      jsonl(
        { email: 'ann@example.com', passwordHash: BCRYPT, scopes: ['notes:read'], emailVerified: true, name: 'Ann' },
        'not JSON',
        '',
        { email: 'ben@example.com', tenant: 'example' },
        { email: 'cy@example.com', passwordHash: '$argon2id$v=19$secret' },
        { email: 'dee@example.com', passwordHash: BCRYPT.replace('10', '05') },
        { email: 'eve@example.com', passwordHash: BCRYPT.replace('10', '09'), blocked: true },
      ),
    )
    expect(lines.slice(0, 2).toSorted()).toEqual([
      'line 2: expected one JSON object in one line; `jq -c .[]` turns a JSON array into lines',
      expect.stringMatching(/^line 5: passwordHash: expected bcrypt .* or Coatcheck’s own format$/),
    ])
    expect(lines.slice(2)).toEqual([
      '4 created, 0 existing, 2 refused, in no time',
      '1 user without a password, who cannot sign in until one is set.',
      '3 hashes slower than bcrypt with BCRYPT_COST (4): until the next login of the user, a login takes longer, which reveals that the account exists.',
      'Fields that were not read, with their lines: tenant (1)',
    ])
    expect(code).toBe(1)
    expect(await stack.find('ann@example.com')).toMatchObject({
      name: 'Ann',
      passwordHash: BCRYPT,
      scopes: ['notes:read'],
      emailVerified: true,
      status: 'active',
    })
    expect(await stack.find('eve@example.com')).toMatchObject({ status: 'disabled' })
    expect(await stack.find('cy@example.com')).toBeUndefined()
  })

  test('prints one JSON document for each line with --json, with user ids, and a summary', async () => {
    const gus = await stack.register('gus@example.com')
    const { code, lines } = await pipe(
      stack,
      jsonl({ email: 'fay@example.com', passwordHash: BCRYPT }, { email: 'gus@example.com' }, '[]'),
      { json: true },
    )
    const fay = await stack.find('fay@example.com')
    const documents = lines.map((line) => JSON.parse(line))
    expect(documents.filter(({ line }) => line).toSorted((a, b) => a.line - b.line)).toEqual([
      { line: 1, outcome: 'created', userId: fay?.id, note: 'costly' },
      { line: 2, outcome: 'existing', userId: gus.id },
      { line: 3, outcome: 'refused', reason: expect.stringContaining('jq -c') },
    ])
    expect(documents.at(-1)).toEqual({
      summary: {
        created: 1,
        importable: 0,
        existing: 1,
        passwordAdded: 0,
        passwordAddable: 0,
        refused: 1,
        withoutPassword: 0,
        cheap: 0,
        costly: 1,
        unread: {},
        dryRun: false,
        isInterrupted: false,
        seconds: expect.any(Number),
      },
    })
    expect(code).toBe(1)
  })

  test('changes nothing when it is repeated', async () => {
    const twice = await stackOfTest()
    const input = jsonl(...Array.from({ length: 100 }, (_, index) => ({ email: `user-${index}@example.com` })))
    expect((await pipe(twice, input)).lines[0]).toBe('100 created, 0 existing, 0 refused, in no time')
    const before = await twice.tables.scan(twice.tables.users)
    const again = await pipe(twice, input.replaceAll('}', ',"name":"other"}'))
    expect([again.code, again.lines]).toEqual([0, ['0 created, 100 existing, 0 refused, in no time']])
    expect(await twice.tables.scan(twice.tables.users)).toEqual(before)
  })

  test('repeated with hashes adds them to users without one, and never replaces one', async () => {
    const on = await stackOfTest()
    const other = BCRYPT.replace('$2b', '$2a')
    await pipe(on, jsonl({ email: 'ann@example.com' }, { email: 'ben@example.com', passwordHash: other }))
    await pipe(on, jsonl({ email: 'cy@example.com' }, { email: 'dee@example.com', status: 'disabled' }))
    const ann = await on.find('ann@example.com')
    const input = jsonl(
      { email: 'ann@example.com', name: 'Ann', password_digest: BCRYPT },
      { email: 'ben@example.com', password_digest: BCRYPT },
      { email: 'cy@example.com', password_digest: BCRYPT, banned: true },
      { email: 'dee@example.com', password_digest: BCRYPT, banned: true },
    )
    const before = await on.tables.scan(on.tables.users)
    const dry = await pipe(on, input, { dryRun: true })
    expect(dry.lines[1]).toBe('2 existing users without a password would get the hash of their line.')
    expect(await on.tables.scan(on.tables.users)).toEqual(before)
    const { code, lines } = await pipe(on, input, { json: true })
    const outcomes = lines.slice(0, 4).map((line) => JSON.parse(line))
    expect([code, ...outcomes.toSorted((a, b) => a.line - b.line).map(({ outcome }) => outcome)]).toEqual([
      ...[0, 'passwordAdded', 'existing'],
      'existing', // banned in the file, active in the table: the hash would let the user in
      'passwordAdded',
    ])
    const { changeId, ...added } = (await on.find('ann@example.com')) ?? {}
    expect({ ...added, changeId: ann?.changeId }).toEqual({ ...ann, passwordHash: BCRYPT, since: { passwordHash: 0 } })
    expect(changeId).not.toBe(ann?.changeId)
    expect(await on.find('ben@example.com')).toMatchObject({ passwordHash: other })
    expect(await on.find('cy@example.com')).not.toHaveProperty('passwordHash')
    expect(await on.find('dee@example.com')).toMatchObject({ passwordHash: BCRYPT, status: 'disabled' })
    expect((await pipe(on, input)).lines[0]).toBe('0 created, 4 existing, 0 refused, in no time')
  })

  test('reads a user again who was changed before the hash was added', async () => {
    const on = await stackOfTest()
    const user = await on.register('ann@example.com')
    const other = `$2a${BCRYPT.slice(3)}`
    const users: Parameters<typeof importUsers>[1]['users'] = {
      ...on.users,
      async addPasswordHash(found, hash, deadline) {
        await on.users.addPasswordHash(user, other, deadline)
        return on.users.addPasswordHash(found, hash, deadline)
      },
    }
    const lines = readLines(Readable.from([Buffer.from(jsonl({ email: user.email, passwordHash: BCRYPT }))]))
    const rules = { bcryptCost: 12, pepperVersions: [1] }
    const { signal } = new AbortController()
    const { tally } = await importUsers(lines, { users, rules, dryRun: false, signal, report() {}, pausesMs: [0] })
    expect([tally.counts.existing, (await on.find(user.email))?.passwordHash]).toEqual([1, other])
  })

  test('drops fields only if they are harmless or named by --ignore-fields', async () => {
    const on = await stackOfTest()
    const input = jsonl({ email: 'ann@example.com', old_salt: 'x', 'custom:banned': 'y', tenant: 1 })
    expect((await pipe(on, input)).lines[0]).toMatch(/^line 1: old_salt: not read, .* --ignore-fields old_salt/)
    expect((await pipe(on, input, { ignoreFields: 'old_salt, Custom:Banned' })).lines).toEqual([
      '1 created, 0 existing, 0 refused, in no time',
      '1 user without a password, who cannot sign in until one is set.',
      'Fields that were not read, with their lines: tenant (1)',
    ])
  })

  test('imports the first of several lines with the same email', async () => {
    const one = await stackOfTest()
    const lines = Array.from({ length: 40 }, (_, index) => ({ email: 'Hal@example.com', name: `${index}` }))
    const { lines: said } = await pipe(one, jsonl(...lines))
    expect(said[0]).toBe('1 created, 39 existing, 0 refused, in no time')
    expect(await one.find('hal@example.com')).toMatchObject({ name: '0' })
    expect(await one.tables.scan(one.tables.users)).toHaveLength(2)
  })

  test('validates all lines and writes nothing with --dry-run', async () => {
    const dry = await stackOfTest()
    await dry.register('ida@example.com')
    const before = await dry.tables.scan(dry.tables.users)
    const { code, lines } = await pipe(dry, jsonl({ email: 'ida@example.com' }, { email: 'jo@example.com' }, '7'), {
      dryRun: true,
    })
    expect([code, lines[0]]).toEqual([1, expect.stringMatching(/^line 3: expected one JSON object/)])
    expect(lines.slice(1)).toEqual([
      '1 can be created, 1 existing, 1 refused, in no time',
      '1 user without a password, who cannot sign in until one is set.',
      'Nothing was written.',
    ])
    expect(await dry.tables.scan(dry.tables.users)).toEqual(before)
  })

  test('exits with 0 for a file without lines', async () => {
    expect(await pipe(stack, '\n')).toMatchObject({
      code: 0,
      lines: ['0 created, 0 existing, 0 refused, in no time'],
    })
  })

  test.each([
    ['a missing file', '/nowhere/users.jsonl', /^Cannot read .* \(ENOENT\)\. Give a file/],
    ['a folder', tmpdir(), /is a folder\. Give a file/],
  ])('exits with 2 for %s', async (_, file, why) => {
    const { code, complaints } = await stack.invoke(importFile, [file, {}])
    expect([code, complaints]).toEqual([2, [expect.stringMatching(why)]])
  })
})

describe('an import with a failing datastore', () => {
  async function importWith(fail: (call: number) => boolean, count = 3) {
    const broken = await stackOfTest()
    let calls = 0
    const users: Parameters<typeof importUsers>[1]['users'] = {
      findByEmail: broken.users.findByEmail,
      addPasswordHash: broken.users.addPasswordHash,
      async register(user, deadline) {
        if (fail(++calls)) throw new UnavailableError('a fault')
        return broken.users.register(user, deadline)
      },
    }
    async function* source() {
      for (let index = 0; index < count; index++) yield Buffer.from(`{"email":"user-${index}@example.com"}\n`)
    }
    const { signal } = new AbortController()
    const rules = { bcryptCost: 12, pepperVersions: [1] }
    const options = { users, rules, dryRun: false, signal, report: () => {}, pausesMs: [0, 0] }
    const { tally, failure } = await importUsers(readLines(source()), options)
    const { users: listed } = await broken.users.list({ limit: 100 }, startDeadline(10))
    return { counts: tally.counts, failure, calls, listed: listed.length }
  }

  test('retries and completes after a short failure', async () => {
    const { counts, failure, listed } = await importWith((call) => call <= 4)
    expect([counts.created, failure, listed]).toEqual([3, undefined, 3])
  })

  test('stops after a long failure and completes the lines in progress', async () => {
    const { counts, failure, calls, listed } = await importWith((call) => call > 50, 500)
    expect(failure).toBeInstanceOf(UnavailableError)
    expect([counts.created, counts.refused, listed]).toEqual([50, 0, 50])
    expect(calls).toBeLessThan(300)
  })
})

describe('an interrupted import', () => {
  const COUNT = 600
  let file: string
  beforeAll(async () => {
    file = join(folder, 'many.jsonl')
    const lines = Array.from({ length: COUNT }, (_, index) => ({
      email: `user-${index}@example.com`,
      name: `User ${index}`,
      passwordHash: BCRYPT,
    }))
    await writeFile(file, jsonl(...lines))
  })

  /** Imports in a process that receives a signal after its first output. */
  async function interrupt(on: TestStack, signal: 'SIGKILL' | 'SIGINT') {
    const ended = await coatcheck(['users', 'import', file, '--json'], on.environment, [], {
      watch: (child) => child.stdout?.once('data', () => child.kill(signal)),
    })
    const listed = await coatcheck(['users', 'list', '--all', '--json'], on.environment)
    return { ...ended, listed: listed.lines.map((line) => JSON.parse(line)) }
  }

  async function expectCompleteUsers(on: TestStack, listed: { email: string; name: string; hasPassword: boolean }[]) {
    expect(listed.length).toBeGreaterThan(0)
    for (const { email, name, hasPassword } of listed)
      expect([name, hasPassword]).toEqual([email.replace(/^user-(\d+)@.*/, 'User $1'), true])
    const { code, lines } = await coatcheck(['users', 'import', file], on.environment)
    expect([code, lines[0]]).toEqual([
      0,
      expect.stringContaining(`${(COUNT - listed.length).toLocaleString('en')} created, `),
    ])
    const all = await coatcheck(['users', 'list', '--all', '--json'], on.environment)
    expect(new Set(all.lines.map((line) => JSON.parse(line).email)).size).toBe(COUNT)
    expect(all.lines).toHaveLength(COUNT)
  }

  test('leaves only complete users after SIGKILL, and continues when it is repeated', async () => {
    const killed = await stackOfTest()
    const { code, listed } = await interrupt(killed, 'SIGKILL')
    expect(code).toBe(null)
    expect(listed.length).toBeLessThan(COUNT)
    await expectCompleteUsers(killed, listed)
  })

  test('completes the lines in progress after Ctrl-C and reports the interruption', async () => {
    const stopped = await stackOfTest()
    const { code, lines, stderr, listed } = await interrupt(stopped, 'SIGINT')
    expect([code, JSON.parse(stderr).code]).toEqual([130, 'interrupted'])
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
      summary: { created: listed.length, refused: 0, isInterrupted: true },
    })
    expect(listed.length).toBeLessThan(COUNT)
    expect(await stopped.tables.scan(stopped.tables.users)).toHaveLength(2 * listed.length)
    await expectCompleteUsers(stopped, listed)
  })

  test('ends after Ctrl-C without waiting for standard input', async () => {
    const { code, lines } = await coatcheck(['users', 'import', '-', '--json'], stack.environment, [], {
      watch(child) {
        child.stdin?.write('{"email":"zoe@example.com"}\n')
        child.stdout?.once('data', () => child.kill('SIGINT'))
      },
    })
    expect([code, JSON.parse(lines.at(-1) ?? '')]).toEqual([
      130,
      { summary: expect.objectContaining({ isInterrupted: true }) },
    ])
  })
})
