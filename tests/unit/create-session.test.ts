import { describe, expect, test } from 'vitest'
import { UnavailableError } from '../../lib/errors.ts'
import { BY_PASSWORD } from '../../lib/factor.ts'
import type { SessionRow } from '../../lib/session.ts'
import { createParts, down, FROM, failing, scopes, soon } from '../support/parts.ts'
import { NOW, SESSION_KINDS } from '../support/samples.ts'

describe('a new session', () => {
  test('has the current time and exactly the given fields', async () => {
    const { session, user } = createParts({ idleSeconds: 1000, lifetimeSeconds: 5000 })
    const owner = await user()
    const { session: created } = await session(owner, { scopes: scopes('a') })
    expect(created).toEqual({
      id: created.id,
      userId: owner.id,
      userEpoch: 0,
      scopes: ['a'],
      ...BY_PASSWORD,
      ...FROM,
      createdAt: NOW,
      authenticatedAt: NOW,
      lastSeenAt: NOW,
      expiresAt: NOW + 1000,
      endsAt: NOW + 5000,
    })
  })

  test('keeps the given times, label and narrowing when it replaces another session', async () => {
    const { session, user } = createParts({ idleSeconds: 1000 })
    const given = { authenticatedAt: NOW - 50, endsAt: NOW + 500, narrowed: true, label: 'laptop' }
    const { session: created } = await session(await user(), given)
    expect(created).toMatchObject({ ...given, createdAt: NOW, expiresAt: NOW + 500 })
    expect((await session(await user(), { narrowed: false })).session).not.toHaveProperty('narrowed')
  })

  test.each([1, 2])('is created under a new id and a new secret after %i failed tries', async (failures) => {
    const { session, user, stores } = createParts()
    const owner = await user()
    const tried: SessionRow[] = []
    const create = failing(failures, stores.sessions.create)
    stores.sessions.create = (row, deadline) => {
      tried.push(row)
      return create(row, deadline)
    }
    const { session: created } = await session(owner)
    expect(tried).toHaveLength(failures + 1)
    expect(new Set(tried.map(({ id }) => id)).size).toBe(failures + 1)
    expect(new Set(tried.map(({ secretHash }) => Buffer.from(secretHash).toString('hex'))).size).toBe(failures + 1)
    expect((await stores.sessions.list(owner.id, soon())).map(({ id }) => id)).toEqual([created.id])
  })

  test('fails after three failed tries, and at once for an error other than UnavailableError', async () => {
    const { session, user, stores, calls } = createParts()
    const owner = await user()
    const creates = () => calls.filter((call) => call === 'sessions.create').length
    stores.sessions.create = down
    await expect(session(owner)).rejects.toThrow(UnavailableError)
    expect(creates()).toBe(3)
    stores.sessions.create = () => Promise.reject(new TypeError('a bug'))
    await expect(session(owner)).rejects.toThrow(TypeError)
    expect(creates()).toBe(4)
  })

  test.each([
    ['all sessions of its user were revoked', { epoch: 1 }],
    ['its user was disabled', { status: 'disabled' as const }],
  ])('is not created, and leaves no row, if %s in between', async (_, change) => {
    const { sessions, user, stores } = createParts()
    const owner = await user()
    const get = async () => ({ ...owner, ...change })
    for (const kind of SESSION_KINDS) {
      stores.sessions.create = failing(1, stores.sessions.create)
      expect(await sessions.create({ user: owner, scopes: [], ...FROM, ...kind }, { get }, soon())).toBeUndefined()
      expect(await sessions.create({ user: owner, scopes: [], ...FROM, ...kind }, { get }, soon())).toBeUndefined()
    }
    expect(await stores.sessions.list(owner.id, soon())).toEqual([])
  })

  test('is deleted again, and creation fails, when its user cannot be read again', async () => {
    const { sessions, user, stores } = createParts()
    const owner = await user()
    const create = () => sessions.create({ user: owner, scopes: [], ...FROM }, { get: down }, soon())
    await expect(create()).rejects.toThrow('down')
    expect(await stores.sessions.list(owner.id, soon())).toEqual([])
    stores.sessions.delete = () => Promise.reject(new Error('down as well'))
    await expect(create()).rejects.toThrow(UnavailableError)
  })
})
