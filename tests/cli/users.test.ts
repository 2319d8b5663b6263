import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { maskDashedArguments, unmaskDashedArgument } from '../../cli/dashed-arguments.ts'
import { createUser } from '../../cli/users/create.ts'
import { deleteUser } from '../../cli/users/delete.ts'
import { disableUser } from '../../cli/users/disable.ts'
import { enableUser } from '../../cli/users/enable.ts'
import { inviteUser } from '../../cli/users/invite.ts'
import { listUsers } from '../../cli/users/list.ts'
import { resetFactors } from '../../cli/users/reset-factors.ts'
import { sendReset } from '../../cli/users/send-reset.ts'
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
  test('prints a generated password, which the stored hash verifies', async () => {
    const { code, lines, complaints } = await stack.invoke(createUser, [
      ' Ann@Example.com ',
      { name: 'Ann', scopes: 'notes:read, notes:write' },
    ])
    const ann = await stack.find('ann@example.com')
    expect(ann).toMatchObject({ name: 'Ann', scopes: ['notes:read', 'notes:write'], status: 'active' })
    const [, password = ''] = /^Password: ([A-Za-z0-9]{24})$/.exec(lines[0] ?? '') ?? []
    expect(lines).toEqual([
      `Password: ${password}`,
      'This password is shown once and is not stored.',
      `Created ann@example.com (${ann?.id}).`,
    ])
    expect([code, complaints, await verify(ann, password)]).toEqual([0, [], 'right'])
  })

  test('reads a password from standard input and drops only the line end', async () => {
    const { code, lines } = await stack.invoke(createUser, ['ben@example.com', { passwordStdin: true }], {
      input: ` ${GOOD} \r\n`,
    })
    expect([code, lines.join()]).toEqual([0, expect.not.stringContaining('Password')])
    expect(await verify(await stack.find('ben@example.com'), ` ${GOOD} `)).toBe('right')
  })

  test('creates a user without a password with --no-password', async () => {
    const { code } = await stack.invoke(createUser, ['cy@example.com', { password: false }], {
      environment: { PASSWORD_PEPPER: '' },
    })
    expect([code, await stack.find('cy@example.com')]).toEqual([0, expect.not.objectContaining({ passwordHash: '' })])
    expect((await stack.invoke(showUser, ['cy@example.com', {}])).lines.join()).toMatch(/,password +none,/)
  })

  test('prints one document with --json', async () => {
    const { lines } = await stack.invoke(createUser, ['dee@example.com', { json: true }])
    const { user, password } = JSON.parse(lines.join(''))
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
    ['a common one', 'qwertyuiopasdfgh', /list of common passwords/],
  ])('rejects a password that is %s', async (_, input, why) => {
    const typing = { input, environment: { PASSWORD_MIN_LENGTH: input === 'short' ? '15' : '8' } }
    const made = await stack.invoke(createUser, ['edith.the.long@example.com', { passwordStdin: true }], typing)
    expect([made.code, made.lines]).toEqual([1, []])
    expect(made.complaints).toEqual([expect.stringMatching(why)])
    expect(await stack.find('edith.the.long@example.com')).toBeUndefined()
  })

  test('rejects a password in the file of breached passwords, and a file that is none', async () => {
    const PASSWORD_BREACH_FILE = join(await mkdtemp(join(tmpdir(), 'coatcheck-breaches-')), 'breached.bin')
    onTestFinished(() => rm(dirname(PASSWORD_BREACH_FILE), { recursive: true }))
    const create = () =>
      stack.invoke(createUser, ['flo@example.com', { passwordStdin: true }], {
        input: GOOD,
        environment: { PASSWORD_BREACH_FILE },
      })
    expect(await create()).toMatchObject({ code: 2, complaints: [expect.stringContaining('(ENOENT)')] })
    await writeFile(PASSWORD_BREACH_FILE, createHash('sha1').update(GOOD).digest().subarray(0, 6))
    expect(await create()).toMatchObject({
      ...{ code: 1, lines: [] },
      complaints: [expect.stringContaining('collection of stolen passwords')],
    })
    expect(await stack.find('flo@example.com')).toBeUndefined()
    await writeFile(PASSWORD_BREACH_FILE, Buffer.alloc(6))
    expect(await create()).toMatchObject({ code: 0, complaints: [] })
  })

  test('says so if the service of breached passwords does not answer, and sets the password', async () => {
    const args = ['gil@example.com', { passwordStdin: true }] as const
    const environment = { PASSWORD_BREACH_URL: 'http://127.0.0.1:1/range/' }
    const { code, complaints } = await stack.invoke(createUser, [...args], { input: GOOD, environment })
    expect([code, complaints]).toEqual([0, ['The password is not compared with breached passwords (fetch failed).']])
  })

  test.each([
    ['nothing', ''],
    ['two lines', `${GOOD}\n${GOOD}\n`],
    ['invalid UTF-8', Buffer.from([0xff, ...Buffer.from(GOOD)])],
    ['more bytes than a password has', 'x'.repeat(5000)],
  ])('rejects %s on standard input', async (_, input) => {
    const made = await stack.invoke(createUser, ['fay@example.com', { passwordStdin: true }], { input })
    expect([made.code, made.complaints]).toEqual([
      2,
      [expect.stringMatching(/^Invalid password on standard input\. Expected one line of 1 to 1,024/)],
    ])
  })

  test('does not read a password from a terminal', async () => {
    const made = await stack.invoke(createUser, ['fay@example.com', { passwordStdin: true }], { isTyped: true })
    expect([made.code, made.complaints]).toEqual([2, [expect.stringMatching(/reads from a pipe/)]])
  })

  test('leaves an existing user unchanged and exits with 1', async () => {
    const before = await stack.register('gus@example.com')
    const made = await stack.invoke(createUser, ['gus@example.com', {}])
    expect([made.code, made.lines]).toEqual([1, []])
    expect(made.complaints).toEqual([
      expect.stringMatching(/^There is already a user gus@example.com\. `coatcheck users show/),
    ])
    expect(await stack.find('gus@example.com')).toEqual(before)
  })

  test.each([
    ['an invalid email', 'gus', {}],
    ['an invalid scope', 'gil@example.com', { scopes: 'a"b' }],
    ['17 scopes', 'gil@example.com', { scopes: Array.from({ length: 17 }, (_, index) => `s${index}`).join() }],
    ['a name of 101 characters', 'gil@example.com', { name: 'é'.repeat(101) }],
    ['two sources of a password', 'gil@example.com', { passwordStdin: true, generate: true }],
    ['--generate with --no-password', 'gil@example.com', { password: false, generate: true }],
  ])('exits with 2 for %s', async (_, email, options) => {
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

  test('lists a hundred users and says that there are more', async () => {
    const { code, lines, complaints } = await many.invoke(listUsers, [{}])
    expect(lines[0]).toMatch(/^ID {21}EMAIL +NAME +STATUS +CREATED +SCOPES$/)
    expect([code, lines.length, complaints]).toEqual([
      0,
      101,
      [expect.stringMatching(/^Only the first 100 users are listed: /)],
    ])
  })

  test('lists as many users as --limit says, over several pages', async () => {
    const { lines, complaints } = await many.invoke(listUsers, [{ limit: '120', json: true }])
    expect([new Set(lines.map((line) => JSON.parse(line).id)).size, complaints.length]).toEqual([120, 1])
  })

  test('lists all users with --all, without a user that has no pointer', async () => {
    const { lines, complaints } = await many.invoke(listUsers, [{ all: true, json: true }])
    expect([new Set(lines.map((line) => JSON.parse(line).email)).size, lines.length]).toEqual([131, 131])
    expect([complaints, lines.join()]).toEqual([[], expect.not.stringContaining('iiiii')])
  })

  test('replaces control characters in names', async () => {
    const odd = await stackOfTest()
    await odd.register('odd@example.com', { name: 'O\u001b[31mdd\nname\u202e' })
    const { lines } = await odd.invoke(listUsers, [{}])
    expect([lines.length, lines[1]]).toEqual([2, expect.stringContaining('O\ufffd[31mdd\ufffdname\ufffd')])
  })

  test.each([[{ limit: '0' }], [{ limit: 'ten' }], [{ limit: '5', all: true }]])(
    'exits with 2 for %j',
    async (options) => {
      expect((await many.invoke(listUsers, [options])).code).toBe(2)
    },
  )
})

describe('users show', () => {
  test('masks an id and an email that begin with a dash from the parser of options', () => {
    const id = '-2345678901234567890a'
    const argv = ['users', 'show', id, '-n_o@example.com', '--name', '-f', '--limit=5', '--email=a@example.com']
    const masked = maskDashedArguments(argv)
    expect(masked.filter((argument) => argument.startsWith('\0'))).toHaveLength(2)
    expect(masked.map(unmaskDashedArgument)).toEqual(argv)
  })

  test('finds a user by email in any case and by id', async () => {
    const hal = await stack.register('hal@example.com', { name: 'Hal', emailVerified: true })
    const { lines } = await stack.invoke(showUser, ['HAL@example.com', {}])
    expect(lines.slice(0, 5).map((line) => line.split(/ {2,}/))).toEqual([
      ['id', hal.id],
      ['email', 'hal@example.com'],
      ['name', 'Hal'],
      ['scopes'],
      ['status', 'active'],
    ])
    expect((await stack.invoke(showUser, [hal.id, {}])).lines).toEqual(lines)
  })

  test.each([
    [1, 'nobody@example.com', /^There is no user "nobody@example\.com"\. `coatcheck users list/],
    [1, 'x'.repeat(21), /^There is no user "x+"\. `coatcheck users list/],
    [2, 'neither', /^"neither" is neither an email address nor a user id: expected/],
  ])('exits with %i for the user %s', async (expected, user, why) => {
    const { code, complaints } = await stack.invoke(showUser, [user, {}])
    expect([code, complaints]).toEqual([expected, [expect.stringMatching(why)]])
  })
})

test('users show says that a password must be changed', async () => {
  const { id, changeId } = await stack.register('lea@example.com', { passwordHash: 'x' })
  await stack.store.update(id, changeId, 'c'.repeat(21), { mustChangePassword: true }, startDeadline(10))
  const shown = await stack.invoke(showUser, ['lea@example.com', {}])
  expect(shown.lines.join('\n')).toMatch(/password +set, must be changed at the next sign-in/)
  const { lines } = await stack.invoke(showUser, ['lea@example.com', { json: true }])
  expect(JSON.parse(lines.join())).toMatchObject({ hasPassword: true, mustChangePassword: true })
})

describe('users set-scopes', () => {
  test('adds scopes without a question and without revoking sessions', async () => {
    const ida = await stack.register('ida@example.com', { scopes: scopes('a') })
    const { session } = await stack.signIn(ida)
    const { code, lines } = await stack.invoke(setScopes, ['ida@example.com', ['a', 'b,c', 'account'], {}])
    expect([code, lines]).toEqual([0, [`ida@example.com (${ida.id}) has a b c. Revoked 0 sessions.`]])
    expect(await stack.sessions.find(ida.id, session.id)).toBeDefined()
  })

  test('asks before removing a scope, and revokes all sessions', async () => {
    const jo = await stack.register('jo@example.com', { scopes: scopes('a', 'b') })
    const { session } = await stack.signIn(jo)
    const change: [string, string[], object] = ['jo@example.com', [], { add: 'c', remove: 'a,z' }]
    const refused = await stack.invoke(setScopes, change, { answer: '' })
    expect([refused.code, refused.complaints]).toEqual([1, ['Nothing was changed.']])
    expect(refused.questions).toEqual([`Remove a from jo@example.com (${jo.id}) and revoke all their sessions? [y/N] `])
    const { code, lines } = await stack.invoke(setScopes, change, { answer: 'Y' })
    expect([code, lines]).toEqual([0, [`jo@example.com (${jo.id}) has b c. Revoked 1 session.`]])
    expect(await stack.sessions.find(jo.id, session.id)).toBeUndefined()
    const none = await stack.invoke(setScopes, [jo.id, [], { none: true, yes: true, json: true }])
    expect(JSON.parse(none.lines.join())).toMatchObject({ user: { scopes: [] }, revoked: 0 })
  })

  test.each([
    ['no scopes', [], {}],
    ['a list and a change', ['a'], { add: 'b' }],
    ['a list and --none', ['a'], { none: true }],
  ])('exits with 2 for %s', async (_, list, options) => {
    expect((await stack.invoke(setScopes, ['jo@example.com', list, options])).code).toBe(2)
  })
})

describe('users set-password', () => {
  test('replaces the password and revokes all sessions', async () => {
    const kim = await stack.register('kim@example.com')
    await stack.signIn(kim)
    const { code, lines } = await stack.invoke(setPassword, ['kim@example.com', { passwordStdin: true, yes: true }], {
      input: GOOD,
    })
    expect([code, lines]).toEqual([0, [`Replaced the password of kim@example.com (${kim.id}). Revoked 1 session.`]])
    expect(await verify(await stack.find('kim@example.com'), GOOD)).toBe('right')
  })

  test('prints a generated password', async () => {
    await stack.register('lou@example.com')
    const { lines } = await stack.invoke(setPassword, ['lou@example.com', { generate: true, yes: true, json: true }])
    const { password, revoked, user } = JSON.parse(lines.join(''))
    expect([revoked, user.hasPassword]).toEqual([0, true])
    expect(await verify(await stack.find('lou@example.com'), password)).toBe('right')
  })
})

describe('users reset-factors, send-reset', () => {
  test('removes the second factors and revokes all sessions', async () => {
    const user = await stack.register('factors@example.com')
    const totp = { id: 'i', sealed: '1.x', createdAt: 1 }
    await stack.store.update(user.id, user.changeId, 'c', { totp, recoveryCodes: ['h'] }, startDeadline(10))
    const { session } = await stack.signIn(user)
    const { code, lines } = await stack.invoke(resetFactors, [user.id, { yes: true }])
    const did = `Removed the second factors of factors@example.com (${user.id}). Revoked 1 session.`
    expect([code, lines]).toEqual([0, [did]])
    expect(await stack.sessions.find(user.id, session.id)).toBeUndefined()
    const left = await stack.find('factors@example.com')
    expect(left).not.toHaveProperty('totp')
    expect(left).not.toHaveProperty('recoveryCodes')
    expect((await stack.invoke(resetFactors, [user.id, { yes: true }])).lines[0]).toContain('had no second factor')
  })

  test('puts a mail into the outbox, without a secret', async () => {
    const user = await stack.register('mailed@example.com')
    const { code } = await stack.invoke(sendReset, ['mailed@example.com', { json: true }])
    expect(code).toBe(0)
    const kept = await stack.tables.scan(stack.tables.outbox)
    const request = { kind: { S: 'password_reset' }, email: { S: user.email } }
    expect(kept).toEqual([{ id: expect.anything(), expiresAt: expect.anything(), ...request }])
  })
})

describe('users invite', () => {
  test('puts an invitation into the outbox, without a secret', async () => {
    const options = { json: true, scopes: 'notes:read', name: 'Grace', force: true }
    const { code, lines } = await stack.invoke(inviteUser, ['Grace@example.com', options])
    const { invitation } = JSON.parse(lines.join(''))
    expect([code, invitation]).toEqual([
      0,
      expect.objectContaining({ email: 'grace@example.com', name: 'Grace', scopes: ['notes:read'], status: 'open' }),
    ])
    const kept = (await stack.tables.scan(stack.tables.outbox)).filter(({ kind }) => kind?.S === 'invitation')
    expect(kept.map(({ id, secretHash }) => [id?.S, secretHash])).toEqual([[`invitation#${invitation.id}`, undefined]])
  })

  test('refuses an email that has an account', async () => {
    await stack.register('taken@example.com')
    const { code, complaints } = await stack.invoke(inviteUser, ['taken@example.com', {}])
    expect([code, complaints[0]]).toEqual([1, expect.stringContaining('There is already a user')])
  })
})

describe('users disable, enable, delete', () => {
  test('disable revokes all sessions, and enable restores none', async () => {
    const max = await stack.register('max@example.com')
    const { session } = await stack.signIn(max)
    const { code, lines } = await stack.invoke(disableUser, ['max@example.com', { yes: true }])
    expect([code, lines]).toEqual([0, [`Disabled max@example.com (${max.id}). Revoked 1 session.`]])
    expect(await stack.sessions.find(max.id, session.id)).toBeUndefined()
    expect(await stack.find('max@example.com')).toMatchObject({ status: 'disabled' })
    expect((await stack.invoke(enableUser, [max.id, {}])).lines).toEqual([
      `Enabled max@example.com (${max.id}). Revoked 0 sessions.`,
    ])
    expect(await stack.find('max@example.com')).toMatchObject({ status: 'active' })
    expect(await stack.sessions.find(max.id, session.id)).toBeUndefined()
  })

  test('delete makes the email available again', async () => {
    const ned = await stack.register('ned@example.com')
    await stack.signIn(ned)
    const { code, lines } = await stack.invoke(deleteUser, ['ned@example.com', { yes: true, json: true }])
    expect([code, JSON.parse(lines.join())]).toEqual([0, { deleted: ned.id, revoked: 1 }])
    expect(await stack.find('ned@example.com')).toBeUndefined()
    expect((await stack.invoke(createUser, ['ned@example.com', {}])).code).toBe(0)
  })
})

test.each([
  ['delete', deleteUser, ['pia@example.com', {}]],
  ['disable', disableUser, ['pia@example.com', {}]],
  ['set-password', setPassword, ['pia@example.com', { generate: true }]],
  ['set-scopes', setScopes, ['pia@example.com', ['b'], {}]],
] as const)('users %s asks first, and exits with 2 without a terminal', async (_, command, args) => {
  const { invoke, register, find } = await stackOfTest()
  const pia = await register('pia@example.com', { scopes: scopes('a') })
  const ask = invoke as (run: unknown, args: readonly unknown[], typing?: object) => ReturnType<typeof invoke>
  const declined = await ask(command, args, { answer: 'n' })
  expect([declined.code, declined.complaints]).toEqual([1, ['Nothing was changed.']])
  expect(declined.questions).toEqual([expect.stringMatching(/pia@example\.com \(.{21}\).*\? \[y\/N\] $/)])
  const unasked = await ask(command, args)
  expect([unasked.code, unasked.lines]).toEqual([2, []])
  expect(unasked.complaints).toEqual([
    expect.stringMatching(/There is no terminal to ask on: add --yes to continue\.$/),
  ])
  expect(await find('pia@example.com')).toEqual(pia)
})

test('users unlock restores the login attempts of an account, for all sources and those of its sessions', async () => {
  const quin = await stack.register('quin@example.com')
  await stack.signIn(quin) // from 192.0.2.7
  const { attempts: limits } = parseConfig({ LOGIN_ATTEMPTS_PER_ACCOUNT: '1' })
  const attempts = createAttempts({ store: stack.attempts, limits, pepper: new Secret(PEPPER) })
  const take = (ip: string) => attempts.reserveLogin(quin.email, ip, startDeadline(10))
  await (await take('192.0.2.7')).succeed(quin.id, startDeadline(10)) // a known address, which has its own attempts
  const places = ['192.0.2.7', '198.51.100.1']
  for (const ip of places) {
    await take(ip)
    await expect(take(ip)).rejects.toMatchObject({ code: 'too_many_attempts' })
  }
  const { code, lines } = await stack.invoke(unlockUser, ['quin@example.com', {}])
  expect([code, lines]).toEqual([0, [`Unlocked quin@example.com (${quin.id}).`]])
  for (const ip of places) await take(ip)
})

test('users unlock says if an account was not locked', async () => {
  await stack.register('tom@example.com')
  const { code, lines } = await stack.invoke(unlockUser, ['tom@example.com', {}])
  expect([code, lines]).toEqual([
    0,
    [expect.stringContaining('was not locked: no attempts are counted with this pepper')],
  ])
})

test('users unlock --source unlocks a known address without a session and rejects an invalid address', async () => {
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
  expect([code, complaints]).toEqual([2, [expect.stringContaining('Invalid --source "home"')]])
})

describe('users with an unusable stack', () => {
  test('exits with 2 for an invalid configuration', async () => {
    const { code, complaints } = await stack.invoke(listUsers, [{}], { environment: { BCRYPT_COST: '99' } })
    expect([code, complaints]).toEqual([
      2,
      [expect.stringMatching(/^The configuration has a problem:\n- `BCRYPT_COST`/)],
    ])
  })

  test('exits with 2 without a pepper if a password is hashed', async () => {
    const environment = { STAGE: 'prod', PASSWORD_PEPPER: '', DYNAMODB_ENDPOINT: '', NODE_ENV: '', BCRYPT_COST: '' }
    const { code, complaints } = await stack.invoke(createUser, ['rod@example.com', {}], { environment })
    expect([code, complaints]).toEqual([2, [expect.stringContaining('`PASSWORD_PEPPER`: required')]])
  })

  test('exits with 1 for a missing table', async () => {
    const { code, complaints } = await stack.invoke(listUsers, [{}], { environment: { USERS_TABLE: 'nowhere' } })
    expect([code, complaints]).toEqual([1, [expect.stringMatching(/^A table of this stage does not exist: /)]])
  })

  test('exits with 1 if DynamoDB does not answer', async () => {
    const environment = { DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }
    const { code, complaints } = await stack.invoke(listUsers, [{}], { environment })
    expect([code, complaints]).toEqual([1, [expect.stringMatching(/^DynamoDB does not answer: check .*ECONNREFUSED/)]])
  })
})
