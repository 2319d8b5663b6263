import { describe, expect, test } from 'vitest'
import { login } from '../../lib/accounts/login.ts'
import type { NewUser } from '../../lib/accounts/users.ts'
import {
  ConflictError,
  InvalidCredentialsError,
  InvalidScopeError,
  TooManyAttemptsError,
  UnavailableError,
} from '../../lib/errors.ts'
import { bindLog } from '../../lib/log.ts'
import type { LogEntry } from '../../lib/ports.ts'
import type { User } from '../../lib/user.ts'
import { accompanied, createParts, down, RIGHT, scopes, soon, WRONG } from '../support/parts.ts'
import { NOW } from '../support/samples.ts'

const FROM = { ip: '192.0.2.9', userAgent: 'other' }

type Request = Partial<Parameters<typeof login>[1]>

async function open(changes: Partial<NewUser> = {}, settings: Parameters<typeof createParts>[0] = {}) {
  const parts = createParts(settings)
  const user = await parts.user(changes)
  let pauses = 0
  const pause = async () => {
    pauses++
    parts.time.now += 2
  }
  return {
    ...parts,
    parts,
    owner: user,
    pauses: () => pauses,
    signIn: (request: Request = {}) =>
      login(
        { ...parts, pause, log: bindLog(parts.log, { of: 'this request' }) },
        { email: user.email, password: RIGHT, presented: [], ...FROM, ...request },
        soon(),
      ),
    rows: () => parts.stores.sessions.list(user.id, soon()),
  }
}

describe('a login', () => {
  test('opens a session with all that the user holds, and says nothing', async () => {
    const { signIn, owner, entries, isAlive } = await open({ scopes: scopes('a', 'b') })
    const signedIn = await signIn({ label: 'laptop' })
    const { session, user, revokedByCap, replaced } = signedIn
    expect(session).toMatchObject({ ...FROM, scopes: ['account', 'a', 'b'], label: 'laptop', createdAt: NOW })
    expect(session).not.toHaveProperty('narrowed')
    expect([user, revokedByCap, replaced, entries]).toEqual([owner, [], [], []])
    expect(await isAlive(signedIn)).toBe(true)
  })

  test('with the scopes it asks for, each once; it is narrowed even where that is all', async () => {
    const { signIn } = await open({ scopes: scopes('a', 'b') })
    const { session } = await signIn({ scopes: scopes('b', 'b') })
    expect(session).toMatchObject({ scopes: ['b'], narrowed: true })
    expect((await signIn({ scopes: [] })).session).toMatchObject({ scopes: [], narrowed: true })
  })

  test('for scopes the user does not hold is refused, naming those, and opens nothing', async () => {
    const { signIn, rows } = await open({ scopes: scopes('a') })
    const refused = signIn({ scopes: scopes('a', 'b', 'c') })
    await expect(refused).rejects.toThrow(InvalidScopeError)
    await expect(refused).rejects.toThrow('/scopes')
    expect(await rows()).toEqual([])
  })

  const refusals: [reason: string, changes: Partial<NewUser>, request: Request, said: LogEntry['event'][]][] = [
    ['wrong_password', {}, { password: WRONG }, []],
    ['no_password', { passwordHash: undefined }, {}, []],
    ['unreadable_hash', { passwordHash: 'nothing' }, {}, ['corrupt_password_hash']],
    ['disabled', { status: 'disabled' }, {}, []],
  ]
  test.each(refusals)('is refused for %s, which the log alone is told', async (reason, changes, request, said) => {
    const { signIn, owner, attempts, entries, rows } = await open(changes)
    const error = await signIn(request).catch((caught) => caught)
    expect(error).toBeInstanceOf(InvalidCredentialsError)
    expect(error.facts).toEqual({ reason, account: attempts.logTag(owner.email), target: owner.id })
    expect(entries.map(({ event }) => event)).toEqual(said)
    for (const entry of entries) expect(entry.target).toBe(owner.id)
    expect(await rows()).toEqual([])
  })

  test('of nobody is refused in the same words', async () => {
    const { signIn, attempts } = await open()
    const email = 'nobody@example.com' as User['email']
    const [nobody, somebody] = await Promise.all([
      signIn({ email }).catch((error) => error),
      signIn({ password: WRONG }).catch((error) => error),
    ])
    expect(nobody.facts).toEqual({ reason: 'unknown_email', account: attempts.logTag(email) })
    expect([nobody.code, nobody.message]).toEqual([somebody.code, somebody.message])
  })

  test('takes no slot where the user cannot be read, and one where the password is wrong', async () => {
    const { signIn, stores } = await open({}, { limits: { perAccount: 1 } })
    const { getPointer } = stores.users
    stores.users.getPointer = down
    for (let i = 0; i < 3; i++) await expect(signIn()).rejects.toThrow(UnavailableError)
    stores.users.getPointer = getPointer
    await expect(signIn({ password: WRONG })).rejects.toThrow(InvalidCredentialsError)
    await expect(signIn()).rejects.toThrow(TooManyAttemptsError)
  })

  test('ends the sessions it was sent, whosever they are, and nothing when it fails', async () => {
    const { signIn, session, owner, user, isAlive } = await open()
    const [own, other] = [await session(owner), await session(await user())]
    const presented = [own.token.reveal(), other.token.reveal(), 'nothing']
    await expect(signIn({ presented, password: WRONG })).rejects.toThrow(InvalidCredentialsError)
    expect([await isAlive(own), await isAlive(other)]).toEqual([true, true])
    const { replaced } = await signIn({ presented })
    expect(replaced.map(({ id }) => id)).toEqual([own.session.id, other.session.id])
    expect([await isAlive(own), await isAlive(other)]).toEqual([false, false])
  })

  test('sent a session past its end says so, and ends none', async () => {
    const { signIn, session, owner, time, entries } = await open()
    const expired = await session(owner)
    time.now = expired.session.expiresAt
    expect((await signIn({ presented: [expired.token.reveal()] })).replaced).toEqual([])
    expect(entries.map(({ event, of }) => [event, of])).toEqual([['session_use_after_expire', 'this request']])
  })

  test('of somebody whose end-all was interrupted finishes that first', async () => {
    const { signIn, session, owner, stores, isAlive, stored, entries } = await open()
    const doomed = await session(owner)
    await stores.users.advanceEpoch(owner, 'of the dead', {}, soon())
    const signedIn = await signIn()
    expect([await isAlive(doomed), await isAlive(signedIn)]).toEqual([false, true])
    expect((await stored(owner)).sweepPending).toBe(false)
    expect(entries.map(({ event }) => event)).toEqual(['sweep_finished'])
  })

  test('during which the sessions are ended is refused, and leaves no row', async () => {
    const { signIn, revocations, owner, stores, rows } = await open()
    const { create } = stores.sessions
    stores.sessions.create = accompanied(1, () => revocations.revokeAllSessions(owner.id, {}, soon()), create)
    await expect(signIn()).rejects.toThrow(ConflictError)
    expect(await rows()).toEqual([])
  })
})

describe('the form of the stored password', () => {
  const passwordHash = `old:${RIGHT.reveal()}`

  test('is renewed by a login, where it is an older one', async () => {
    const { signIn, owner, stored, calls } = await open({ passwordHash })
    await signIn()
    expect((await stored(owner)).passwordHash).toBe(`right:${RIGHT.reveal()}`)
    calls.length = 0
    await signIn()
    expect(calls).not.toContain('users.replacePasswordHash')
  })

  test('stays when that fails, which costs the user nothing and is said; a bug is not swallowed', async () => {
    const { signIn, owner, stores, stored, entries } = await open({ passwordHash })
    stores.users.replacePasswordHash = down
    await signIn()
    expect((await stored(owner)).passwordHash).toBe(passwordHash)
    expect(entries).toEqual([
      expect.objectContaining({ level: 'warn', event: 'upgrade_missed', target: owner.id, error: expect.any(Error) }),
    ])
    stores.users.replacePasswordHash = () => Promise.reject(new TypeError('a bug'))
    await expect(signIn()).rejects.toThrow(TypeError)
  })
})

describe('the cap', () => {
  test('ends the oldest for the new one, and says which', async () => {
    const { signIn, time, pauses } = await open({}, { cap: 2 })
    const first = await signIn()
    time.now++
    await signIn()
    time.now++
    const { revokedByCap } = await signIn()
    expect(revokedByCap).toEqual([first.session.id])
    expect(pauses()).toBe(0)
  })

  test('does not count a session that is about to leave', async () => {
    const { signIn, time, isAlive } = await open({}, { cap: 2 })
    const [first, second] = [await signIn(), await signIn()]
    time.now++
    const { revokedByCap } = await signIn({ presented: [second.token.reveal()] })
    expect(revokedByCap).toEqual([])
    expect([await isAlive(first), await isAlive(second)]).toEqual([true, false])
  })

  /** Beside each of the first ones another begins, by a clock that is a second ahead. */
  async function crowded(times: number) {
    const scene = await open({}, { cap: 1 })
    const { stores, session, owner, time } = scene
    const { list } = stores.sessions
    let left = times
    stores.sessions.list = async (...args) => {
      if (left-- > 0) {
        time.now++
        await session(owner)
        time.now--
      }
      return list(...args)
    }
    return scene
  }

  test('that takes the new session itself has it tried once more, a moment later', async () => {
    const { signIn, pauses, rows } = await crowded(1)
    const { session, revokedByCap } = await signIn()
    expect(pauses()).toBe(1)
    expect(revokedByCap).toHaveLength(1)
    expect(revokedByCap).not.toContain(session.id)
    expect((await rows()).map(({ id }) => id)).toEqual([session.id])
  })

  test('that takes it twice fails', async () => {
    const { signIn, pauses } = await crowded(2)
    await expect(signIn()).rejects.toThrow(UnavailableError)
    expect(pauses()).toBe(1)
  })

  test('that cannot be looked at fails, and the new session is taken back where it can be', async () => {
    const { signIn, stores, rows } = await open({}, { cap: 1 })
    const { list } = stores.sessions
    stores.sessions.list = down
    await expect(signIn()).rejects.toThrow('down')
    stores.sessions.list = list
    expect(await rows()).toEqual([])
    stores.sessions.list = down
    stores.sessions.delete = () => Promise.reject(new UnavailableError('not even that'))
    await expect(signIn()).rejects.toThrow('down')
  })
})
