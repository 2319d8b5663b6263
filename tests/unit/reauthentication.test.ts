import { describe, expect, test } from 'vitest'
import { changePassword, reauthenticate } from '../../lib/accounts/reauthentication.ts'
import {
  ConflictError,
  TooManyAttemptsError,
  UnauthenticatedError,
  UnavailableError,
  WrongPasswordError,
} from '../../lib/errors.ts'
import { Secret } from '../../lib/secret.ts'
import { accompanied, createParts, down, RIGHT, scopes, soon, WRONG } from '../support/parts.ts'
import { NOW } from '../support/samples.ts'

const FROM = { ip: '192.0.2.9', userAgent: 'other' }
const expectUnauthenticated = (promise: Promise<unknown>) =>
  expect(promise).rejects.toSatisfy((error) => error instanceof UnauthenticatedError && error.presented)

async function signedIn(passwordHash?: string, perAccount = 10) {
  const parts = createParts({ limits: { perAccount } })
  const user = await parts.user({ scopes: scopes('a'), ...(passwordHash && { passwordHash }) })
  const held = await parts.session(user, { authenticatedAt: NOW - 99, scopes: scopes('account') })
  const signed = { session: held.session, user, password: RIGHT }
  return { ...parts, parts, owner: user, held, signed }
}

describe('a reauthentication', () => {
  test('replaces the session by one as after a login', async () => {
    const { parts, signed, held, isAlive } = await signedIn()
    const created = await reauthenticate(parts, signed, FROM, soon())
    expect(created.session).toMatchObject({ ...FROM, scopes: ['account', 'a'], authenticatedAt: NOW, createdAt: NOW })
    expect([await isAlive(held), await isAlive(created)]).toEqual([false, true])
  })

  test('with a wrong password changes nothing, and the error names the user for the log', async () => {
    const { parts, signed, held, isAlive, stores, owner, entries } = await signedIn()
    const error = await reauthenticate(parts, { ...signed, password: WRONG }, FROM, soon()).catch((caught) => caught)
    expect(error).toBeInstanceOf(WrongPasswordError)
    expect(error.facts).toEqual({ reason: 'wrong_password', actor: owner.id, sessionId: held.session.id })
    expect(await isAlive(held)).toBe(true)
    expect(await stores.sessions.list(owner.id, soon())).toHaveLength(1)
    expect(entries).toEqual([])
  })

  test('against a malformed stored hash is refused as wrong password and logged', async () => {
    const { parts, signed, owner, entries } = await signedIn('nothing')
    await expect(reauthenticate(parts, signed, FROM, soon())).rejects.toThrow(WrongPasswordError)
    expect(entries).toEqual([{ level: 'error', event: 'corrupt_password_hash', target: owner.id }])
  })

  test('of a session that is revoked before it is read is refused', async () => {
    const { parts, signed, held, stores, owner, sessions } = await signedIn()
    const revoke = () => sessions.revoke(owner.id, held.session.id, soon())
    stores.sessions.get = accompanied(1, revoke, stores.sessions.get)
    await expectUnauthenticated(reauthenticate(parts, signed, FROM, soon()))
  })

  test('is counted before the verification, and the right password resets the counter', async () => {
    const { parts, signed: given } = await signedIn(undefined, 2)
    const signed = { ...given, session: { ...given.session, label: 'laptop', narrowed: true } }
    const wrong = () => reauthenticate(parts, { ...signed, password: WRONG }, FROM, soon())
    await expect(wrong()).rejects.toThrow(WrongPasswordError)
    const { session, token: _ } = await reauthenticate(parts, signed, FROM, soon())
    for (let i = 0; i < 2; i++) await expect(wrong()).rejects.toThrow(WrongPasswordError)
    await expect(reauthenticate(parts, { ...signed, session }, FROM, soon())).rejects.toThrow(TooManyAttemptsError)
  })

  test.each([
    [
      'revoked',
      ({ sessions, owner, held }: Awaited<ReturnType<typeof signedIn>>) =>
        sessions.revoke(owner.id, held.session.id, soon()),
    ],
    [
      'invalidated by a revoke-all',
      ({ revocations, owner }: Awaited<ReturnType<typeof signedIn>>) =>
        revocations.revokeAllSessions(owner.id, {}, soon()),
    ],
  ])('of a session that is %s meanwhile creates no session', async (_, meanwhile) => {
    const scene = await signedIn()
    const { parts, signed, stores, owner } = scene
    stores.sessions.create = accompanied(1, () => meanwhile(scene), stores.sessions.create)
    await expectUnauthenticated(reauthenticate(parts, signed, FROM, soon()))
    expect(await stores.sessions.list(owner.id, soon())).toEqual([])
  })

  test('creates no session when it is unknown whether this call deleted the old one', async () => {
    const { parts, signed, stores, held, owner } = await signedIn()
    const remove = stores.sessions.delete
    stores.sessions.delete = async (...args) => (args[1] === held.session.id ? 'unknown' : remove(...args))
    await expectUnauthenticated(reauthenticate(parts, signed, FROM, soon()))
    expect((await stores.sessions.list(owner.id, soon())).map(({ id }) => id)).toEqual([held.session.id])
  })

  test('fails and deletes the new session when the old one cannot be deleted', async () => {
    const { parts, signed, stores, held, owner } = await signedIn()
    const remove = stores.sessions.delete
    stores.sessions.delete = async (...args) => (args[1] === held.session.id ? down() : remove(...args))
    await expect(reauthenticate(parts, signed, FROM, soon())).rejects.toThrow(UnavailableError)
    expect((await stores.sessions.list(owner.id, soon())).map(({ id }) => id)).toEqual([held.session.id])
    const failures = ['the old one', 'the new one']
    stores.sessions.delete = () => Promise.reject(new UnavailableError(failures.shift() ?? ''))
    await expect(reauthenticate(parts, signed, FROM, soon())).rejects.toThrow('the old one')
    expect(failures).toEqual([])
  })
})

describe('a password change', () => {
  const newPassword = new Secret('another good password')

  test('stores the new password, revokes all sessions and replaces this one', async () => {
    const { parts, signed, session, owner, held, isAlive, stored } = await signedIn()
    const other = await session(owner)
    const calledBack: string[] = []
    const change = { ...signed, newPassword, afterChange: () => calledBack.push('changed') }
    const created = await changePassword(parts, change, FROM, soon())
    expect((await stored(owner)).passwordHash).toBe('right:another good password')
    expect(created.revoked).toEqual([other.session.id])
    expect(created.session).toMatchObject(FROM)
    expect([await isAlive(held), await isAlive(other), await isAlive(created)]).toEqual([false, false, true])
    expect(calledBack).toEqual(['changed'])
  })

  test('with a wrong current password changes nothing', async () => {
    const { parts, signed, owner, held, isAlive, stored } = await signedIn()
    const change = changePassword(parts, { ...signed, password: WRONG, newPassword }, FROM, soon())
    await expect(change).rejects.toThrow(WrongPasswordError)
    expect(await stored(owner)).toEqual(owner)
    expect(await isAlive(held)).toBe(true)
  })

  test('is refused when the password was changed meanwhile', async () => {
    const { parts, signed, owner, administration } = await signedIn()
    const hash = parts.hasher.hash
    parts.hasher = {
      ...parts.hasher,
      hash: accompanied(1, () => administration.setPassword(owner.id, 'set by another', soon()), hash),
    }
    await expectUnauthenticated(changePassword(parts, { ...signed, newPassword }, FROM, soon()))
    const { users } = parts
    await users.replacePasswordHash(owner.id, 'set by another', 'in another form', soon())
    const { session } = await parts.session({ ...owner, epoch: 1 })
    const late = changePassword(parts, { ...signed, session, newPassword }, FROM, soon())
    await expect(late).rejects.toThrow(ConflictError)
  })
})
