import { describe, expect, test } from 'vitest'
import { UnavailableError } from '../../lib/errors.ts'
import type { SessionRow } from '../../lib/session.ts'
import { createParts, down, FROM, failing, scopes, soon } from '../support/parts.ts'
import { NOW } from '../support/samples.ts'

describe('a new session', () => {
  test('has the times of now, and says only what it was given', async () => {
    const { session, user } = createParts({ idleSeconds: 1000, lifetimeSeconds: 5000 })
    const owner = await user()
    const { session: created } = await session(owner, { scopes: scopes('a') })
    expect(created).toEqual({
      id: created.id,
      userId: owner.id,
      userEpoch: 0,
      scopes: ['a'],
      ...FROM,
      createdAt: NOW,
      authenticatedAt: NOW,
      lastSeenAt: NOW,
      expiresAt: NOW + 1000,
      endsAt: NOW + 5000,
    })
  })

  test('in the place of another keeps what it is given of it', async () => {
    const { session, user } = createParts({ idleSeconds: 1000 })
    const given = { authenticatedAt: NOW - 50, endsAt: NOW + 500, narrowed: true, label: 'laptop' }
    const { session: created } = await session(await user(), given)
    expect(created).toMatchObject({ ...given, createdAt: NOW, expiresAt: NOW + 500 })
    expect((await session(await user(), { narrowed: false })).session).not.toHaveProperty('narrowed')
  })

  test.each([1, 2])('is tried under a fresh id after %i failures', async (failures) => {
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

  test('fails after three, and at once with what is no failure of the store', async () => {
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
    ['are ended', { epoch: 1 }],
    ['are of somebody disabled', { status: 'disabled' as const }],
  ])('does not begin while its user’s %s, and leaves no row', async (_, change) => {
    const { sessions, user, stores } = createParts()
    const owner = await user()
    const get = async () => ({ ...owner, ...change })
    expect(await sessions.create({ user: owner, scopes: [], ...FROM }, { get }, soon())).toBeUndefined()
    expect(await stores.sessions.list(owner.id, soon())).toEqual([])
  })

  test('whose user cannot be read again is taken back, and the failure is the answer', async () => {
    const { sessions, user, stores } = createParts()
    const owner = await user()
    const create = () => sessions.create({ user: owner, scopes: [], ...FROM }, { get: down }, soon())
    await expect(create()).rejects.toThrow('down')
    expect(await stores.sessions.list(owner.id, soon())).toEqual([])
    stores.sessions.delete = () => Promise.reject(new Error('down as well'))
    await expect(create()).rejects.toThrow(UnavailableError)
  })
})
