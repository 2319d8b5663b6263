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
  test('ends after its counter was reset: Lambda stops a function that has answered', async () => {
    const { signIn, stores } = await open()
    const { reset } = stores.attempts
    let isReset = false
    stores.attempts.reset = async (...args) => {
      await new Promise(setImmediate)
      isReset = true
      return reset(...args)
    }
    await signIn()
    expect(isReset).toBe(true)
  })

  test('creates a session with all scopes the user holds and logs nothing', async () => {
    const { signIn, owner, entries, isAlive } = await open({ scopes: scopes('a', 'b') })
    const signedIn = await signIn({ label: 'laptop' })
    const { session, user, revokedByCap, replaced } = signedIn
    expect(session).toMatchObject({ ...FROM, scopes: ['account', 'a', 'b'], label: 'laptop', createdAt: NOW })
    expect(session).not.toHaveProperty('narrowed')
    expect([user, revokedByCap, replaced, entries]).toEqual([owner, [], [], []])
    expect(await isAlive(signedIn)).toBe(true)
  })

  test('creates a narrowed session with the requested scopes, without duplicates', async () => {
    const { signIn } = await open({ scopes: scopes('a', 'b') })
    const { session } = await signIn({ scopes: scopes('b', 'b') })
    expect(session).toMatchObject({ scopes: ['b'], narrowed: true })
    expect((await signIn({ scopes: [] })).session).toMatchObject({ scopes: [], narrowed: true })
  })

  test('for scopes the user does not hold is refused with their names and creates no session', async () => {
    const { signIn, rows } = await open({ scopes: scopes('a') })
    const refused = signIn({ scopes: scopes('a', 'b', 'c') })
    await expect(refused).rejects.toThrow(InvalidScopeError)
    await expect(refused).rejects.toThrow('b c')
    expect(await rows()).toEqual([])
  })

  const refusals: [reason: string, changes: Partial<NewUser>, request: Request, events: LogEntry['event'][]][] = [
    ['wrong_password', {}, { password: WRONG }, []],
    ['no_password', { passwordHash: undefined }, {}, []],
    ['unreadable_hash', { passwordHash: 'nothing' }, {}, ['corrupt_password_hash']],
    ['disabled', { status: 'disabled' }, {}, []],
  ]
  test.each(refusals)(
    'is refused for %s, a reason that only the log receives',
    async (reason, changes, request, events) => {
      const { signIn, owner, attempts, entries, rows } = await open(changes)
      const error = await signIn(request).catch((caught) => caught)
      expect(error).toBeInstanceOf(InvalidCredentialsError)
      expect(error.facts).toEqual({ reason, account: attempts.logTag(owner.email), target: owner.id })
      expect(entries.map(({ event }) => event)).toEqual(events)
      for (const entry of entries) expect(entry.target).toBe(owner.id)
      expect(await rows()).toEqual([])
    },
  )

  test('for an unknown email is refused with the same message as a wrong password', async () => {
    const { signIn, attempts } = await open()
    const email = 'nobody@example.com' as User['email']
    const [unknown, known] = await Promise.all([
      signIn({ email }).catch((error) => error),
      signIn({ password: WRONG }).catch((error) => error),
    ])
    expect(unknown.facts).toEqual({ reason: 'unknown_email', account: attempts.logTag(email) })
    expect([unknown.code, unknown.message]).toEqual([known.code, known.message])
  })

  test('counts an attempt for a wrong password, but none when the user cannot be read', async () => {
    const { signIn, stores } = await open({}, { limits: { perAccount: 1 } })
    const { getPointer } = stores.users
    stores.users.getPointer = down
    for (let i = 0; i < 3; i++) await expect(signIn()).rejects.toThrow(UnavailableError)
    stores.users.getPointer = getPointer
    await expect(signIn({ password: WRONG })).rejects.toThrow(InvalidCredentialsError)
    await expect(signIn()).rejects.toThrow(TooManyAttemptsError)
  })

  test('revokes the presented sessions of any user on success, and none on failure', async () => {
    const { signIn, session, owner, user, isAlive } = await open()
    const own = await session(owner, { label: 'laptop' })
    const other = await session(await user(), { narrowed: true })
    const presented = [own.token.reveal(), other.token.reveal(), 'nothing']
    await expect(signIn({ presented, password: WRONG })).rejects.toThrow(InvalidCredentialsError)
    expect([await isAlive(own), await isAlive(other)]).toEqual([true, true])
    const { replaced } = await signIn({ presented })
    expect(replaced.map(({ id }) => id)).toEqual([own.session.id, other.session.id])
    expect([await isAlive(own), await isAlive(other)]).toEqual([false, false])
  })

  test('with an expired session logs its use and revokes none', async () => {
    const { signIn, session, owner, time, entries } = await open()
    const expired = await session(owner)
    time.now = expired.session.expiresAt
    expect((await signIn({ presented: [expired.token.reveal()] })).replaced).toEqual([])
    expect(entries.map(({ event, of }) => [event, of])).toEqual([['session_use_after_expire', 'this request']])
  })

  test('completes the sweep of an interrupted revoke-all first', async () => {
    const { signIn, session, owner, stores, isAlive, stored, entries } = await open()
    const old = await session(owner)
    await stores.users.advanceEpoch(owner, 'of the dead', {}, soon())
    const signedIn = await signIn()
    expect([await isAlive(old), await isAlive(signedIn)]).toEqual([false, true])
    expect((await stored(owner)).sweepPending).toBe(false)
    expect(entries.map(({ event }) => event)).toEqual(['sweep_finished'])
  })

  test('is refused and leaves no row when all sessions are revoked during it', async () => {
    const { signIn, revocations, owner, stores, rows } = await open()
    const { create } = stores.sessions
    stores.sessions.create = accompanied(1, () => revocations.revokeAllSessions(owner.id, {}, soon()), create)
    await expect(signIn()).rejects.toThrow(ConflictError)
    expect(await rows()).toEqual([])
  })

  test('revokes no presented session when the new session cannot be created', async () => {
    const { signIn, session, owner, user, stores, isAlive } = await open()
    const [own, other] = [await session(owner), await session(await user())]
    const presented = [own.token.reveal(), other.token.reveal()]
    stores.sessions.create = down
    await expect(signIn({ presented })).rejects.toThrow('down')
    expect([await isAlive(own), await isAlive(other)]).toEqual([true, true])
  })
})

describe('an outdated password hash', () => {
  const passwordHash = `old:${RIGHT.reveal()}`

  test('is replaced by a login', async () => {
    const { signIn, owner, stored, calls } = await open({ passwordHash })
    await signIn()
    expect((await stored(owner)).passwordHash).toBe(`right:${RIGHT.reveal()}`)
    calls.length = 0
    await signIn()
    expect(calls).not.toContain('users.replacePasswordHash')
  })

  test('stays and is logged as upgrade_missed if it cannot be replaced, for whatever reason', async () => {
    const { signIn, owner, stores, stored, entries } = await open({ passwordHash })
    stores.users.replacePasswordHash = down
    await signIn()
    expect((await stored(owner)).passwordHash).toBe(passwordHash)
    expect(entries).toEqual([
      expect.objectContaining({ level: 'warn', event: 'upgrade_missed', target: owner.id, error: expect.any(Error) }),
    ])
    stores.users.replacePasswordHash = () => Promise.reject(new TypeError('a bug'))
    await signIn()
    expect(entries).toHaveLength(2)
  })
})

describe('the session cap of a login', () => {
  test('revokes the oldest session and returns its id', async () => {
    const { signIn, time, pauses } = await open({}, { cap: 2 })
    const first = await signIn()
    time.now++
    await signIn()
    time.now++
    const { revokedByCap } = await signIn()
    expect(revokedByCap).toEqual([first.session.id])
    expect(pauses()).toBe(0)
  })

  test('does not count a presented session, which is about to be revoked', async () => {
    const { signIn, time, isAlive } = await open({}, { cap: 2 })
    const [first, second] = [await signIn(), await signIn()]
    time.now++
    const { revokedByCap } = await signIn({ presented: [second.token.reveal()] })
    expect(revokedByCap).toEqual([])
    expect([await isAlive(first), await isAlive(second)]).toEqual([true, false])
  })

  /** Creates another session beside each of the first ones, by a clock that is a second ahead. */
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

  test('makes the login create its session once more if the first one is over the cap', async () => {
    const { signIn, pauses, rows } = await crowded(1)
    const { session, revokedByCap } = await signIn()
    expect(pauses()).toBe(1)
    expect(revokedByCap).toHaveLength(1)
    expect(revokedByCap).not.toContain(session.id)
    expect((await rows()).map(({ id }) => id)).toEqual([session.id])
  })

  test('makes the login fail as unavailable if the second session is over the cap, too', async () => {
    const { signIn, pauses } = await crowded(2)
    await expect(signIn()).rejects.toThrow(UnavailableError)
    expect(pauses()).toBe(1)
  })

  test('makes the login fail and deletes the new session if the sessions cannot be listed', async () => {
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
