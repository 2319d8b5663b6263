import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import type { Scope } from '../../lib/scope.ts'
import type { User } from '../../lib/user.ts'
import { type DatastoreProxy, startProxy } from '../support/proxy.ts'
import { coatcheck } from './process.ts'
import { stackOfTest, type TestStack } from './stack.ts'

// A command whose output is closed, cannot be written, or that receives a signal completes the work in progress.

const COUNT = 400
let folder: string
let file: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coatcheck-interruption-'))
  file = join(folder, 'users.jsonl')
  const lines = Array.from({ length: COUNT }, (_, index) => JSON.stringify({ email: `user-${index}@example.com` }))
  await writeFile(file, `${lines.join('\n')}\n`)
})
afterAll(() => rm(folder, { recursive: true }))

const documents = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

/** Every user of the table has a pointer, and every pointer a user. */
async function expectCompleteUsers(stack: TestStack, users: number): Promise<void> {
  const items = await stack.tables.scan(stack.tables.users)
  const pointers = items.filter(({ pk }) => pk?.S?.startsWith('email#'))
  expect([items.length, pointers.length]).toEqual([2 * users, users])
}

describe('users import', () => {
  const run = (stack: TestStack, args: string[], more: Parameters<typeof coatcheck>[3]) =>
    coatcheck(['users', 'import', file, ...args], stack.environment, [], more)

  test('whose output is closed completes the lines in progress and prints the summary on standard error', async () => {
    const stack = await stackOfTest()
    const { code, stderr } = await run(stack, ['--json'], {
      watch: ({ stdout }) => stdout?.once('data', () => stdout.destroy()),
    })
    const [{ summary }, error] = documents(stderr)
    expect([code, summary.isInterrupted, error]).toEqual([
      130,
      true,
      {
        code: 'output_closed',
        message: 'The reader of standard output closed it.',
        remedy: expect.stringContaining('Run the command again'),
      },
    ])
    expect(summary.created).toBeLessThan(COUNT)
    await expectCompleteUsers(stack, summary.created)
    expect((await coatcheck(['users', 'prune', '--dry-run'], stack.environment)).lines).toEqual([
      'Found 0 users without a pointer and 0 pointers without a user. Deleted 0 items.',
    ])
  })

  test('that prints nothing before its end loses no summary', async () => {
    const stack = await stackOfTest()
    const { code, stderr } = await run(stack, [], { stdout: 'unread' })
    expect([code, stderr.split('\n')[0]]).toEqual([
      130,
      expect.stringMatching(`^${COUNT} created, 0 existing, 0 refused`),
    ])
    await expectCompleteUsers(stack, COUNT)
  })

  test('to a full disk stops with exit code 1', async () => {
    const stack = await stackOfTest()
    const { code, stderr } = await run(stack, ['--json'], { stdout: '/dev/full' })
    const [{ summary }, error] = documents(stderr)
    expect([code, error.code, error.message]).toEqual([1, 'output_failed', expect.stringContaining('ENOSPC')])
    expect(summary.created).toBeLessThan(COUNT)
    await expectCompleteUsers(stack, summary.created)
  })

  test.each([
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGINT'],
    ['SIGHUP', 'SIGHUP'],
  ] as const)('completes the lines in progress after %s %s', async (...signals) => {
    const stack = await stackOfTest()
    const { code, lines, stderr } = await run(stack, ['--json'], {
      // npm and the terminal both send a Ctrl-C.
      watch: (child) => child.stdout?.once('data', () => signals.forEach((signal) => void child.kill(signal))),
    })
    const { summary } = JSON.parse(lines.at(-1) ?? '')
    expect([code, documents(stderr)]).toEqual([
      130,
      [
        expect.objectContaining({
          code: 'interrupted',
          message: expect.stringMatching(`^Interrupted by (${signals.join('|')})\\.$`),
        }),
      ],
    ])
    expect(summary.created).toBeLessThan(COUNT)
    await expectCompleteUsers(stack, summary.created)
  })
})

describe('every command', () => {
  /** A change, what it says, and how to see that it is done. */
  const CHANGES: [args: string[], said: RegExp, isDone: (user: User | undefined) => boolean][] = [
    [['users', 'disable', 'ann@example.com', '--yes'], /^Disabled /, (user) => user?.status === 'disabled'],
    [['users', 'enable', 'ann@example.com'], /^Enabled /, (user) => user?.status === 'active'],
    [
      ['users', 'set-scopes', 'ann@example.com', '--none', '--yes'],
      / has no scopes/,
      (user) => user?.scopes.length === 0,
    ],
    [['users', 'delete', 'ann@example.com', '--yes'], /^Deleted .* Revoked 1 session/, (user) => user === undefined],
    [['sessions', 'revoke', 'ann@example.com', '--yes'], /^Revoked 1 session /, (user) => user?.epoch === 1],
    [['users', 'unlock', 'ann@example.com'], / was not locked/, () => true],
  ]
  const OUTPUTS = [
    ['unread', 130, /^The reader of standard output closed it\. /],
    ['/dev/full', 1, /^Standard output cannot be written \(ENOSPC.*Run the command again/],
  ] as const

  test.each(OUTPUTS)('that changes something does it and says so on standard error: %s', async (stdout, exit, why) => {
    for (const [args, said, isDone] of CHANGES) {
      const stack = await stackOfTest()
      await stack.signIn(await stack.register('ann@example.com', { scopes: ['a'] as Scope[] }))
      const { code, stderr } = await coatcheck(args, stack.environment, [], { stdout })
      const [result, error] = stderr.split('\n')
      expect([code, result, error], args.join(' ')).toEqual([
        exit,
        expect.stringMatching(said),
        expect.stringMatching(why),
      ])
      expect(isDone(await stack.find('ann@example.com')), args.join(' ')).toBe(true)
    }
  })

  test.each(OUTPUTS)('that lists stops after a page: %s', async (stdout, exit, why) => {
    const stack = await stackOfTest()
    await Promise.all(Array.from({ length: 120 }, (_, index) => stack.register(`user-${index}@example.com`)))
    const { code, stderr } = await coatcheck(['users', 'list', '--all'], stack.environment, [], { stdout })
    const [result, error] = stderr.split('\n')
    expect([code, result, error]).toEqual([exit, 'The list ended after 100 users.', expect.stringMatching(why)])
    for (const args of [
      ['sessions', 'list', 'user-1@example.com'],
      ['users', 'show', 'user-1@example.com'],
      ['--help'],
    ])
      expect(await coatcheck(args, stack.environment, [], { stdout }), args.join(' ')).toMatchObject({
        code: exit,
        stderr: expect.stringMatching(why),
      })
    const doctor = await coatcheck(['doctor'], stack.environment, [], { stdout })
    const [counts, reason] = doctor.stderr.split('\n')
    expect([doctor.code, counts, reason]).toEqual([
      exit,
      expect.stringMatching(/ ok, 0 failed, /),
      expect.stringMatching(why),
    ])
  })

  test('works with standard error closed', async () => {
    const stack = await stackOfTest()
    await stack.register('ann@example.com')
    const { code, lines } = await coatcheck(['users', 'disable', 'nobody@example.com'], stack.environment, [], {
      watch: (child) => child.stderr?.destroy(),
    })
    expect([code, lines]).toEqual([1, []])
  })
})

describe('a revocation of many sessions', () => {
  let proxy: DatastoreProxy
  beforeAll(async () => {
    proxy = await startProxy(inject('endpoint'))
  })
  afterAll(() => proxy.close())

  test('is completed after SIGTERM', async () => {
    const stack = await stackOfTest()
    const ann = await stack.register('ann@example.com')
    for (let count = 0; count < 60; count++) await stack.signIn(ann)
    onTestFinished(() => {
      proxy.fault = undefined
    })
    const { code, lines, stderr } = await coatcheck(
      ['sessions', 'revoke', 'ann@example.com', '--yes'],
      { ...stack.environment, DYNAMODB_ENDPOINT: proxy.endpoint },
      [],
      {
        watch: (child) => {
          proxy.fault = ({ operation }) => void (operation === 'BatchWriteItem' && child.kill('SIGTERM'))
        },
      },
    )
    expect([code, lines]).toEqual([130, [`Revoked 60 sessions of ann@example.com (${ann.id}).`]])
    expect(stderr).toMatch(/^Interrupted by SIGTERM\./m)
    expect(await stack.sessions.list(ann)).toEqual([])
  })
})
