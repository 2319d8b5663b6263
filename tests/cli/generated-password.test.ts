import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { Secret } from '../../lib/secret.ts'
import type { User } from '../../lib/user.ts'
import { type DatastoreProxy, startProxy } from '../support/proxy.ts'
import { coatcheck } from './process.ts'
import { stackOfTest, type TestStack } from './stack.ts'

// No account ever has a generated password that nobody has seen.

const CREATE = ['users', 'create', 'ann@example.com', '--generate']
const REPLACE = ['users', 'set-password', 'ann@example.com', '--generate', '--yes']

/** The generated password in the output; '' if it is not there. */
const passwordIn = (output: string) => /(?:Password: |"password":")([A-Za-z0-9]{24})/.exec(output)?.[1] ?? ''
const verify = (stack: TestStack, user: User | undefined, password: string) =>
  stack.hasher.verify(new Secret(password), user?.passwordHash)

/** A stack with a user who has a password and a session. */
async function stackWithUser() {
  const stack = await stackOfTest()
  const passwordHash = await stack.hasher.hash(new Secret('the old password'))
  const ann = await stack.register('ann@example.com', { passwordHash })
  await stack.signIn(ann)
  return { stack, ann }
}

describe.each([
  ['unread', 130, 'output_closed', 'The generated password cannot be printed (write EPIPE). Nothing was changed.'],
  ['/dev/full', 1, 'output_failed', expect.stringMatching(/^The generated password cannot be printed \(ENOSPC.*\)\. /)],
  ['/dev/null', 1, 'output_discarded', expect.stringContaining('nobody would see the generated password')],
  ['closed', 1, 'output_discarded', expect.stringContaining('nobody would see the generated password')],
] as const)('standard output that shows nothing: %s', (stdout, exit, reason, message) => {
  test('users create creates no user', async () => {
    const stack = await stackOfTest()
    const { code, stderr } = await coatcheck([...CREATE, '--json'], stack.environment, [], { stdout })
    expect([code, JSON.parse(stderr)]).toEqual([exit, { code: reason, message, remedy: expect.any(String) }])
    expect(await stack.tables.scan(stack.tables.users)).toEqual([])
  })

  test('users set-password changes nothing', async () => {
    const { stack, ann } = await stackWithUser()
    const { code, stderr } = await coatcheck([...REPLACE, '--json'], stack.environment, [], { stdout })
    expect([code, JSON.parse(stderr)]).toEqual([exit, { code: reason, message, remedy: expect.any(String) }])
    expect(await stack.find(ann.email)).toEqual(ann)
    expect(await stack.sessions.list(ann)).toHaveLength(1)
  })
})

test.each(['/dev/null', 'closed'] as const)('a password from standard input is set with %s', async (stdout) => {
  const stack = await stackOfTest()
  const input = 'correct horse battery staple'
  const args = ['users', 'create', 'ann@example.com', '--password-stdin']
  expect((await coatcheck(args, stack.environment, [], { stdout, input })).code).toBe(0)
  expect(await verify(stack, await stack.find('ann@example.com'), input)).toBe('right')
})

describe('a process that is killed at a datastore call', () => {
  let proxy: DatastoreProxy
  beforeAll(async () => {
    proxy = await startProxy(inject('endpoint'))
  })
  afterAll(() => proxy.close())

  /** Kills the process at its call with this number, which is applied. */
  async function killAt(call: number, args: string[], stack: TestStack) {
    proxy.calls.length = 0
    let output = ''
    await coatcheck(args, { ...stack.environment, DYNAMODB_ENDPOINT: proxy.endpoint }, [], {
      watch(child) {
        child.stdout?.on('data', (chunk) => {
          output += chunk
        })
        proxy.fault = () => {
          if (proxy.calls.length < call) return undefined
          child.kill('SIGKILL')
          return 'applied but failed'
        }
      },
    })
    return { output, isKilled: proxy.calls.length >= call }
  }

  test.each([[[]], [['--json']]])('has printed the password of any user that it has created (%j)', async (format) => {
    const seen: string[] = []
    for (let call = 1, isKilled = true; isKilled; call++) {
      const stack = await stackOfTest()
      const ended = await killAt(call, [...CREATE, ...format], stack)
      isKilled = ended.isKilled
      const ann = await stack.find('ann@example.com')
      if (ann) expect(await verify(stack, ann, passwordIn(ended.output))).toBe('right')
      // A script cannot read the document of a change that has not been made.
      if (format.length > 0 && !ann) expect(() => JSON.parse(ended.output)).toThrow()
      seen.push(proxy.calls.at(-1)?.operation ?? '')
    }
    // The user, the pointer, the activity; the last process is not killed.
    expect(seen).toEqual(['GetItem', 'GetItem', 'PutItem', 'PutItem', 'PutItem', 'PutItem'])
  })

  test('has printed the password of any user whose password it has replaced', async () => {
    let calls = 0
    for (let call = 1, isKilled = true; isKilled; call++) {
      const { stack, ann } = await stackWithUser()
      const ended = await killAt(call, REPLACE, stack)
      isKilled = ended.isKilled
      const now = await stack.find(ann.email)
      if (now?.passwordHash !== ann.passwordHash)
        expect(await verify(stack, now, passwordIn(ended.output))).toBe('right')
      calls = call
    }
    expect(calls).toBeGreaterThan(5)
  })
})
