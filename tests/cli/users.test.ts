import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createUser } from '../../cli/users/create.ts'
import { deleteUser } from '../../cli/users/delete.ts'
import { disableUser } from '../../cli/users/disable.ts'
import { enableUser } from '../../cli/users/enable.ts'
import { listUsers } from '../../cli/users/list.ts'
import { setPassword } from '../../cli/users/set-password.ts'
import { setScopes } from '../../cli/users/set-scopes.ts'
import { showUser } from '../../cli/users/show.ts'
import { unlockUser } from '../../cli/users/unlock.ts'
import { parseConfig } from '../../lib/config.ts'
import { startDeadline } from '../../lib/deadline.ts'
import type { Scope } from '../../lib/scope.ts'
import { Secret } from '../../lib/secret.ts'
import { createAttempts } from '../../lib/throttling/attempts.ts'
import type { User } from '../../lib/user.ts'
import { openTestStack, PEPPER, stackOfTest, type TestStack } from './stack.ts'

const GOOD = 'correct horse battery staple'
let stack: TestStack
beforeAll(async () => {
  stack = await openTestStack()
})
afterAll(() => stack.close())

const scopes = (...names: string[]) => names as Scope[]
const verify = (user: User | undefined, password: string) =>
  stack.hasher.verify(new Secret(password), user?.passwordHash)

describe('users create', () => {
  test('prints a generated password once, and it is right', async () => {
    const { code, lines, complaints } = await stack.invoke(createUser, [
      ' Ann@Example.com ',
      { name: 'Ann', scopes: 'notes:read, notes:write' },
    ])
    const ann = await stack.find('ann@example.com')
    expect(ann).toMatchObject({ name: 'Ann', scopes: ['notes:read', 'notes:write'], status: 'active' })
    const [, password = ''] = /^Password: ([A-Za-z0-9]{24})$/.exec(lines[1] ?? '') ?? []
    expect(lines).toEqual([
      `Created ann@example.com (${ann?.id}).`,
      `Password: ${password}`,
      'This password is shown once and kept nowhere.',
    ])
    expect([code, complaints, await verify(ann, password)]).toEqual([0, [], 'right'])
  })

  test('takes one from standard input, exactly as it is but for the end of the line', async () => {
    const { code, lines } = await stack.invoke(createUser, ['ben@example.com', { passwordStdin: true }], {
      input: ` ${GOOD} \r\n`,
    })
    expect([code, lines.join()]).toEqual([0, expect.not.stringContaining('Password')])
    expect(await verify(await stack.find('ben@example.com'), ` ${GOOD} `)).toBe('right')
  })

  test('can do without one', async () => {
    const { code } = await stack.invoke(createUser, ['cy@example.com', { password: false }], {
      environment: { PASSWORD_PEPPER: '' },
    })
    expect([code, await stack.find('cy@example.com')]).toEqual([0, expect.not.objectContaining({ passwordHash: '' })])
    expect((await stack.invoke(showUser, ['cy@example.com', {}])).lines).toContain('password  none')
  })

  test('is one document with --json', async () => {
    const { lines } = await stack.invoke(createUser, ['dee@example.com', { json: true }])
    const { user, password } = JSON.parse(lines.join('\n'))
    expect(user).toEqual({
      id: expect.stringMatching(/^[\w-]{21}$/),
      email: 'dee@example.com',
      emailVerified: false,
      scopes: [],
      status: 'active',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      hasPassword: true,
    })
    expect(await verify(await stack.find('dee@example.com'), password)).toBe('right')
  })

  test.each([
    ['too short', 'short', /at least 15 characters/],
    ['their own email', 'edith.the.long@example.com', /consists of your email/],
    ['a common one', 'qwertyuiopasdfgh', /list of common ones/],
  ])('refuses a password that is %s, by the rules of the service', async (_, input, why) => {
    const typing = { input, environment: { PASSWORD_MIN_LENGTH: input === 'short' ? '15' : '8' } }
    const made = await stack.invoke(createUser, ['edith.the.long@example.com', { passwordStdin: true }], typing)
    expect([made.code, made.lines]).toEqual([1, []])
    expect(made.complaints).toEqual([expect.stringMatching(why)])
    expect(await stack.find('edith.the.long@example.com')).toBeUndefined()
  })

  test.each([
    ['nothing', ''],
    ['two lines', `${GOOD}\n${GOOD}\n`],
    ['no UTF-8', Buffer.from([0xff, ...Buffer.from(GOOD)])],
    ['more than a password has', 'x'.repeat(5000)],
  ])('refuses %s on standard input', async (_, input) => {
    const made = await stack.invoke(createUser, ['fay@example.com', { passwordStdin: true }], { input })
    expect([made.code, made.complaints]).toEqual([2, [expect.stringMatching(/^Expected a password of 1 to 1,024/)]])
  })

  test('does not let a password be typed where it can be seen', async () => {
    const made = await stack.invoke(createUser, ['fay@example.com', { passwordStdin: true }], { isTyped: true })
    expect([made.code, made.complaints]).toEqual([2, [expect.stringMatching(/reads a pipe/)]])
  })

  test('a user who is there stays as they are', async () => {
    const before = await stack.register('gus@example.com')
    const made = await stack.invoke(createUser, ['gus@example.com', {}])
    expect([made.code, made.lines]).toEqual([1, []])
    expect(made.complaints).toEqual([expect.stringMatching(/^There is a user gus@example.com already: look with/)])
    expect(await stack.find('gus@example.com')).toEqual(before)
  })

  test.each([
    ['no email', 'gus', {}],
    ['a scope that is none', 'gil@example.com', { scopes: 'a"b' }],
    ['17 scopes', 'gil@example.com', { scopes: Array.from({ length: 17 }, (_, index) => `s${index}`).join() }],
    ['a name of 101 characters', 'gil@example.com', { name: 'é'.repeat(101) }],
    ['two kinds of password', 'gil@example.com', { passwordStdin: true, generate: true }],
    ['a password and none', 'gil@example.com', { password: false, generate: true }],
  ])('%s is wrong usage', async (_, email, options) => {
    const { code, complaints } = await stack.invoke(createUser, [email, options])
    expect([code, complaints]).toEqual([2, [expect.stringMatching(/\.$/)]])
  })
})

describe('users list', () => {
  let many: TestStack
  beforeAll(async () => {
    many = await openTestStack()
    await Promise.all(Array.from({ length: 130 }, (_, index) => many.register(`user-${index}@example.com`)))
    await many.store.create(
      { ...(await many.register('last@example.com')), id: 'i'.repeat(21) as User['id'] },
      startDeadline(10),
    )
  })
  afterAll(() => many.close())

  test('shows a hundred, and says that there are more', async () => {
    const { code, lines, complaints } = await many.invoke(listUsers, [{}])
    expect(lines[0]).toMatch(/^ID {21}EMAIL +NAME +STATUS +CREATED +SCOPES$/)
    expect([code, lines.length, complaints]).toEqual([0, 101, [expect.stringMatching(/^These are the first 100: /)]])
  })

  test('shows as many as are asked for, over pages', async () => {
    const { lines, complaints } = await many.invoke(listUsers, [{ limit: '120', json: true }])
    expect([new Set(lines.map((line) => JSON.parse(line).id)).size, complaints.length]).toEqual([120, 1])
  })

  test('shows everybody a line, and nobody who is but half there', async () => {
    const { lines, complaints } = await many.invoke(listUsers, [{ all: true, json: true }])
    expect([new Set(lines.map((line) => JSON.parse(line).email)).size, lines.length]).toEqual([131, 131])
    expect([complaints, lines.join()]).toEqual([[], expect.not.stringContaining('iiiii')])
  })

  test('lets no control character through', async () => {
    const odd = await stackOfTest()
    await odd.register('odd@example.com', { name: 'O\u001b[31mdd\nname\u202e' })
    const { lines } = await odd.invoke(listUsers, [{}])
    expect([lines.length, lines[1]]).toEqual([2, expect.stringContaining('O\ufffd[31mdd\ufffdname\ufffd')])
  })

  test.each([[{ limit: '0' }], [{ limit: 'ten' }], [{ limit: '5', all: true }]])(
    '%j is wrong usage',
    async (options) => {
      expect((await many.invoke(listUsers, [options])).code).toBe(2)
    },
  )
})

describe('users show', () => {
  test('finds by email, however it is written, and by id', async () => {
    const hal = await stack.register('hal@example.com', { name: 'Hal', emailVerified: true })
    const { lines } = await stack.invoke(showUser, ['HAL@example.com', {}])
    expect(lines.slice(0, 5)).toEqual([
      `id        ${hal.id}`,
      'email     hal@example.com',
      'name      Hal',
      'scopes',
      'status    active',
    ])
    expect((await stack.invoke(showUser, [hal.id, {}])).lines).toEqual(lines)
  })

  test.each([
    [1, 'nobody@example.com', /^There is no user "nobody@example.com": look with/],
    [1, 'x'.repeat(21), /^There is no user "x+": look with/],
    [2, 'neither', /^"neither" is neither an email nor the id of a user\.$/],
  ])('exit code %i for %s', async (expected, whom, why) => {
    const { code, complaints } = await stack.invoke(showUser, [whom, {}])
    expect([code, complaints]).toEqual([expected, [expect.stringMatching(why)]])
  })
})

describe('users set-scopes', () => {
  test('sets the list; what only gives asks nobody and ends nothing', async () => {
    const ida = await stack.register('ida@example.com', { scopes: scopes('a') })
    const { session } = await stack.signIn(ida)
    const { code, lines } = await stack.invoke(setScopes, ['ida@example.com', ['a', 'b,c', 'account'], {}])
    expect([code, lines]).toEqual([0, [`ida@example.com (${ida.id}) has a b c. 0 sessions ended.`]])
    expect(await stack.sessions.find(ida.id, session.id)).toBeDefined()
  })

  test('what takes away asks, and ends all sessions', async () => {
    const jo = await stack.register('jo@example.com', { scopes: scopes('a', 'b') })
    const { session } = await stack.signIn(jo)
    const change: [string, string[], object] = ['jo@example.com', [], { add: 'c', remove: 'a,z' }]
    const refused = await stack.invoke(setScopes, change, { answer: '' })
    expect([refused.code, refused.complaints]).toEqual([1, ['Nothing was changed.']])
    expect(refused.questions).toEqual([`Take a from jo@example.com (${jo.id}) and end all their sessions? [y/N] `])
    const { code, lines } = await stack.invoke(setScopes, change, { answer: 'Y' })
    expect([code, lines]).toEqual([0, [`jo@example.com (${jo.id}) has b c. 1 session ended.`]])
    expect(await stack.sessions.find(jo.id, session.id)).toBeUndefined()
    const none = await stack.invoke(setScopes, [jo.id, [], { none: true, yes: true, json: true }])
    expect(JSON.parse(none.lines.join())).toMatchObject({ user: { scopes: [] }, ended: 0 })
  })

  test.each([
    ['nothing', [], {}],
    ['a list and a change', ['a'], { add: 'b' }],
    ['a list and none', ['a'], { none: true }],
  ])('%s is wrong usage', async (_, list, options) => {
    expect((await stack.invoke(setScopes, ['jo@example.com', list, options])).code).toBe(2)
  })
})

describe('users set-password', () => {
  test('replaces it and ends all sessions', async () => {
    const kim = await stack.register('kim@example.com')
    await stack.signIn(kim)
    const { code, lines } = await stack.invoke(setPassword, ['kim@example.com', { passwordStdin: true, yes: true }], {
      input: GOOD,
    })
    expect([code, lines]).toEqual([0, [`Replaced the password of kim@example.com (${kim.id}). 1 session ended.`]])
    expect(await verify(await stack.find('kim@example.com'), GOOD)).toBe('right')
  })

  test('prints a generated one once', async () => {
    await stack.register('lou@example.com')
    const { lines } = await stack.invoke(setPassword, ['lou@example.com', { generate: true, yes: true, json: true }])
    const { password, ended, user } = JSON.parse(lines.join())
    expect([ended, user.hasPassword]).toEqual([0, true])
    expect(await verify(await stack.find('lou@example.com'), password)).toBe('right')
  })
})

describe('users disable, enable, delete', () => {
  test('disabling ends all sessions, enabling brings none back', async () => {
    const max = await stack.register('max@example.com')
    const { session } = await stack.signIn(max)
    const { code, lines } = await stack.invoke(disableUser, ['max@example.com', { yes: true }])
    expect([code, lines]).toEqual([0, [`Disabled max@example.com (${max.id}). 1 session ended.`]])
    expect(await stack.sessions.find(max.id, session.id)).toBeUndefined()
    expect(await stack.find('max@example.com')).toMatchObject({ status: 'disabled' })
    expect((await stack.invoke(enableUser, [max.id, {}])).lines).toEqual([
      `Enabled max@example.com (${max.id}). 0 sessions ended.`,
    ])
    expect(await stack.find('max@example.com')).toMatchObject({ status: 'active' })
    expect(await stack.sessions.find(max.id, session.id)).toBeUndefined()
  })

  test('deleting frees the email', async () => {
    const ned = await stack.register('ned@example.com')
    await stack.signIn(ned)
    const { code, lines } = await stack.invoke(deleteUser, ['ned@example.com', { yes: true, json: true }])
    expect([code, JSON.parse(lines.join())]).toEqual([0, { deleted: ned.id, ended: 1 }])
    expect(await stack.find('ned@example.com')).toBeUndefined()
    expect((await stack.invoke(createUser, ['ned@example.com', {}])).code).toBe(0)
  })
})

test.each([
  ['delete', deleteUser, ['pia@example.com', {}]],
  ['disable', disableUser, ['pia@example.com', {}]],
  ['set-password', setPassword, ['pia@example.com', { generate: true }]],
  ['set-scopes', setScopes, ['pia@example.com', ['b'], {}]],
] as const)('users %s is confirmed, and refused where nobody can be asked', async (_, command, args) => {
  const { invoke, register, find } = await stackOfTest()
  const pia = await register('pia@example.com', { scopes: scopes('a') })
  const ask = invoke as (run: unknown, args: readonly unknown[], typing?: object) => ReturnType<typeof invoke>
  const declined = await ask(command, args, { answer: 'n' })
  expect([declined.code, declined.complaints]).toEqual([1, ['Nothing was changed.']])
  expect(declined.questions).toEqual([expect.stringMatching(/pia@example\.com \(.{21}\).*\? \[y\/N\] $/)])
  const unasked = await ask(command, args)
  expect([unasked.code, unasked.lines]).toEqual([2, []])
  expect(unasked.complaints).toEqual([expect.stringMatching(/Nobody can be asked here: add --yes to go on\.$/)])
  expect(await find('pia@example.com')).toEqual(pia)
})

test('users unlock gives an account its attempts back, also those of the sources it is signed in from', async () => {
  const quin = await stack.register('quin@example.com')
  await stack.signIn(quin) // from 192.0.2.7
  const { attempts: limits } = parseConfig({ LOGIN_ATTEMPTS_PER_ACCOUNT: '1' })
  const attempts = createAttempts({ store: stack.attempts, limits, pepper: new Secret(PEPPER) })
  const take = (ip: string) => attempts.reserveLogin(quin.email, ip, startDeadline(10))
  await (await take('192.0.2.7')).succeed(quin.id, startDeadline(10)) // known from now on, with attempts of its own
  const places = ['192.0.2.7', '198.51.100.1']
  for (const ip of places) {
    await take(ip)
    await expect(take(ip)).rejects.toMatchObject({ code: 'too_many_attempts' })
  }
  const { code, lines } = await stack.invoke(unlockUser, ['quin@example.com', {}])
  expect([code, lines]).toEqual([0, [`quin@example.com (${quin.id}) has all attempts again.`]])
  for (const ip of places) await take(ip)
})

test('users unlock says so where there was nothing to unlock, as under another pepper', async () => {
  await stack.register('tom@example.com')
  const { code, lines } = await stack.invoke(unlockUser, ['tom@example.com', {}])
  expect([code, lines]).toEqual([
    0,
    [expect.stringContaining('was not locked: no attempts are counted under this pepper')],
  ])
})

test('users unlock takes addresses that are known and have no session any more, and nothing that is none', async () => {
  const sam = await stack.register('sam@example.com')
  const { attempts: limits } = parseConfig({ LOGIN_ATTEMPTS_PER_ACCOUNT: '1' })
  const attempts = createAttempts({ store: stack.attempts, limits, pepper: new Secret(PEPPER) })
  const take = () => attempts.reserveLogin(sam.email, '203.0.113.9', startDeadline(10))
  await (await take()).succeed(sam.id, startDeadline(10))
  await take()
  await stack.invoke(unlockUser, ['sam@example.com', {}])
  await expect(take()).rejects.toMatchObject({ code: 'too_many_attempts' })
  await stack.invoke(unlockUser, ['sam@example.com', { source: ['203.0.113.9'] }])
  await take()
  const { code, complaints } = await stack.invoke(unlockUser, ['sam@example.com', { source: ['home'] }])
  expect([code, complaints]).toEqual([2, [expect.stringContaining('"home" is none')]])
})

describe('a stack that cannot be used', () => {
  test('its configuration is wrong', async () => {
    const { code, complaints } = await stack.invoke(listUsers, [{}], { environment: { BCRYPT_COST: '99' } })
    expect([code, complaints]).toEqual([
      2,
      [expect.stringMatching(/^The configuration has a problem:\n- `BCRYPT_COST`/)],
    ])
  })

  test('passwords are hashed where there is no pepper', async () => {
    const environment = { STAGE: 'prod', PASSWORD_PEPPER: '', DYNAMODB_ENDPOINT: '', NODE_ENV: '', BCRYPT_COST: '' }
    const { code, complaints } = await stack.invoke(createUser, ['rod@example.com', {}], { environment })
    expect([code, complaints]).toEqual([2, [expect.stringContaining('`PASSWORD_PEPPER`: required')]])
  })

  test('a table is missing', async () => {
    const { code, complaints } = await stack.invoke(listUsers, [{}], { environment: { USERS_TABLE: 'nowhere' } })
    expect([code, complaints]).toEqual([1, [expect.stringMatching(/^A table of this stage does not exist there: /)]])
  })

  test('nothing answers', async () => {
    const environment = { DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }
    const { code, complaints } = await stack.invoke(listUsers, [{}], { environment })
    expect([code, complaints]).toEqual([1, [expect.stringMatching(/^DynamoDB does not answer: check .*ECONNREFUSED/)]])
  })
})
