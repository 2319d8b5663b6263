import { expect, test } from 'vitest'
import { toSessionChange, toUserItemChange } from '../../lib/dynamodb/stream-record.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { EndOf } from '../../lib/events/ending.ts'
import type { EventBus } from '../../lib/events/event-bus.ts'
import type { PublishedEvent } from '../../lib/events/published-event.ts'
import { createPublisher, type PlacedChange } from '../../lib/events/publisher.ts'
import type { SessionRow } from '../../lib/session.ts'
import type { User } from '../../lib/user.ts'
import { SCHEMAS, schemaFaults } from '../support/event-schemas.ts'
import { createParts, soon } from '../support/parts.ts'
import { NOW, newSessionId, newUserId, sampleRow, sampleUser } from '../support/samples.ts'
import { LOGIN, LOGOUT, RENEWAL, sessionRecord, TTL } from '../support/session-stream.ts'
import { delivery } from '../support/stream.ts'

// Which events the records of both streams lead to. tests/routes/publish-events.test.ts has the requests that cause them.

const SECRETS = /secretHash|BwcHBwcHBwcH|192\.0\.2\.1|a browser|"tests"/

/** A publisher on stores in memory. */
function open({ user, rows = [], endOf = async () => undefined }: { user?: User; rows?: SessionRow[]; endOf?: EndOf }) {
  const { stores } = createParts()
  const reads: string[] = []
  const published: PublishedEvent[] = []
  const refused = new Map<string, unknown>()
  const bus: EventBus = {
    async publish(events) {
      expect(events.flatMap(({ type, detail }) => schemaFaults(type, detail))).toEqual([])
      published.push(...events)
      return new Map([...refused].filter(([id]) => events.some(({ detail }) => detail.id === id)))
    },
  }
  const users = {
    async get() {
      reads.push('user')
      return user
    },
  }
  const sessions = {
    ...stores.sessions,
    async list() {
      reads.push('sessions')
      return rows
    },
  }
  const publisher = createPublisher({ stage: 'prod', bus, users, sessions, endOf })
  return { publisher, published, refused, reads }
}

const placed = (...records: Parameters<typeof toSessionChange>[0][]): PlacedChange[] =>
  records.flatMap((record, index) => {
    const change = (record.dynamodb?.Keys as { pk?: unknown } | undefined)?.pk
      ? toUserItemChange(record)
      : toSessionChange(record)
    return change ? [{ sequence: String(index), change }] : []
  })
const shown = ({ type, detail }: PublishedEvent) => [type, detail.reason, detail.by]

const userId = newUserId()
const session = (changes: Partial<SessionRow> = {}) => sampleRow({ userId, ...changes })
const removed = (row: SessionRow, at = NOW + 60) => sessionRecord('REMOVE', row, { at })
const by = newUserId()
const changed = (reason: 'revoked_all' | 'password_change' | 'user_disabled', more = {}) =>
  sampleUser({ id: userId, epoch: 1, lastChanges: [{ epoch: 1, changeId: 'c1', reason, at: NOW + 60, by, ...more }] })

test('AWS’s records of a login, a renewal, a logout and a deletion by TTL lead to three events without secrets', async () => {
  const { publisher, published } = open({ user: sampleUser() })
  expect(await publisher.publish(placed(LOGIN, RENEWAL, LOGOUT, TTL), soon())).toEqual([])
  const id = '4f90d13a42pW_x8Lq-T7z'
  const basis = { version: 1, stage: 'prod', userId: 'V1StGXR8_Z5jdHi6B-myT', sessionId: id }
  expect(published.map(({ detail }) => detail)).toEqual([
    {
      ...basis,
      id: `${id}.session.created`,
      at: '2026-11-23T00:00:00Z',
      scopes: ['account', 'orders:read'],
      endsAt: '2026-12-23T00:00:00Z',
    },
    { ...basis, id: `${id}.session.revoked`, at: '2026-11-23T00:33:20Z', reason: 'unknown' },
    { ...basis, id: `${id}.session.expired`, at: '2026-11-30T00:16:40Z', reason: 'idle_timeout' },
  ])
  expect(JSON.stringify(published)).not.toMatch(SECRETS)
})

const ENDINGS = [
  ['the user’s change that raised the epoch', { user: changed('revoked_all') }, ['revoked_all', 'administrator']],
  ['a change by the user', { user: changed('password_change', { by: userId }) }, ['password_change', 'user']],
  ['a change by the command line', { user: changed('user_disabled', { by: undefined }) }, ['user_disabled', undefined]],
  ['a change after the deletion', { user: changed('revoked_all', { at: NOW + 90 }) }, ['unknown', undefined]],
  ['a change that is no longer kept', { user: changed('revoked_all', { epoch: 2 }) }, ['unknown', undefined]],
  [
    'the activity record',
    { user: sampleUser(), endOf: async () => ({ reason: 'logout' }) as const },
    ['logout', 'user'],
  ],
  [
    'the activity record of an administrator',
    { user: sampleUser(), endOf: async () => ({ reason: 'revoked', by }) as const },
    ['revoked', 'administrator'],
  ],
  [
    'the activity record of the command line',
    { user: sampleUser(), endOf: async () => ({ reason: 'revoked', by: 'command_line' }) as const },
    ['revoked', 'administrator'],
  ],
  [
    'the activity record of the cap, which no person applies',
    { user: sampleUser(), endOf: async () => ({ reason: 'session_cap' }) as const },
    ['session_cap', undefined],
  ],
  ['no user: a deletion', {}, ['user_deleted', undefined]],
] as const

test.each(ENDINGS)('a revoked session’s reason comes from %s', async (_source, given, expected) => {
  const { publisher, published } = open(given)
  await publisher.publish(placed(removed(session())), soon())
  expect(published.map(shown)).toEqual([['session.revoked', ...expected]])
})

test('a replaced session is found in the batch without a call, else by one Query', async () => {
  const old = session()
  const replaced = [{ id: old.id, secretHash: old.secretHash, replacedAt: NOW }]
  const successor = session({ replaced })
  const inBatch = open({ user: sampleUser() })
  const created = sessionRecord('INSERT', successor, { at: NOW })
  await inBatch.publisher.publish(placed(created, removed(old)), soon())
  expect(inBatch.published.map(shown)[1]).toEqual(['session.revoked', 'replaced', 'user'])
  expect(inBatch.published[0]?.detail.replaces).toBe(old.id)
  expect(JSON.stringify(inBatch.published)).not.toMatch(SECRETS)

  const inTable = open({ user: sampleUser(), rows: [session(), successor] })
  await inTable.publisher.publish(placed(removed(old)), soon())
  expect(inTable.published.map(shown)).toEqual([['session.revoked', 'replaced', 'user']])
  expect([inBatch.reads, inTable.reads]).toEqual([['user'], ['user', 'sessions']])
})

test('a row that a request deletes after its end has expired, and no call asks why', async () => {
  const { publisher, published, reads } = open({})
  const over = session({ expiresAt: NOW + 60, endsAt: NOW + 60 })
  await publisher.publish(placed(removed(over)), soon())
  expect(published.map(shown)).toEqual([['session.expired', 'absolute_timeout', undefined]])
  expect(reads).toEqual([])
})

test('a user is read once for all records of a batch', async () => {
  const { publisher, published, reads } = open({ user: changed('revoked_all') })
  await publisher.publish(placed(...[1, 2, 3].map(() => removed(session()))), soon())
  expect([published.length, reads]).toEqual([3, ['user']])
})

const userChange = (eventName: 'INSERT' | 'MODIFY' | 'REMOVE', at = NOW + 61) => {
  const [record] = delivery([eventName, `user#${userId}`]).Records
  return { ...record, dynamodb: { ...record?.dynamodb, ApproximateCreationDateTime: at } }
}

test('a change of a user leads to one event, however many records it has', async () => {
  const last = { epoch: 2, changeId: 'c2', reason: 'password_change', at: NOW + 55, by: userId } as const
  const user = changed('user_disabled')
  const both = {
    ...user,
    lastChanges: [...(user.lastChanges ?? []), last, { ...last, reason: 'revoked_all' } as const],
  }
  const { publisher, published, reads } = open({ user: both })
  await publisher.publish(placed(userChange('MODIFY'), userChange('MODIFY')), soon())
  expect(published.map(({ detail }) => detail.id)).toEqual([
    `${userId}.c1.user.disabled`,
    `${userId}.c2.password.changed`,
  ])
  expect(reads).toEqual(['user'])
})

test('a record of another change does not repeat the events of an earlier one', async () => {
  const { publisher, published } = open({ user: changed('user_disabled') })
  await publisher.publish(placed(userChange('MODIFY', NOW + 7200), userChange('INSERT')), soon())
  expect(published).toEqual([])
})

test('a deleted user leads to an event, a registration that was withdrawn to none', async () => {
  const { publisher, published } = open({})
  await publisher.publish(placed(userChange('INSERT'), userChange('REMOVE')), soon())
  expect(published).toEqual([])
  await publisher.publish(placed(userChange('INSERT'), userChange('MODIFY'), userChange('REMOVE')), soon())
  await publisher.publish(placed(userChange('REMOVE')), soon())
  expect(published.map(({ detail }) => detail.id)).toEqual(Array(2).fill(`${userId}.user.deleted`))
})

test('the same record gives the same event id, whatever is known by then', async () => {
  const record = removed(session({ id: newSessionId() }))
  const first = open({ user: changed('revoked_all') })
  const second = open({})
  await first.publisher.publish(placed(record), soon())
  await second.publisher.publish(placed(record), soon())
  expect(first.published.map(({ detail }) => detail.id)).toEqual(second.published.map(({ detail }) => detail.id))
})

test('a record is reported if its event was refused or a store failed; the others are published', async () => {
  const row = session()
  const failing = async () => {
    throw new UnavailableError('down')
  }
  const { publisher, published, refused } = open({ user: sampleUser(), endOf: failing })
  const created = sessionRecord('INSERT', session(), { at: NOW })
  refused.set(`${created.dynamodb?.Keys?.sessionId?.S}.session.created`, 'throttled')
  const others = sessionRecord('INSERT', session(), { at: NOW })
  const failures = await publisher.publish(placed(others, removed(row), created), soon())
  expect(failures.map(({ sequence }) => sequence)).toEqual(['1', '2'])
  expect(published).toHaveLength(2)
})

test('docs/events.md has a schema of each type, which allows no further field', () => {
  const types = ['created', 'revoked', 'expired'].map((kind) => `session.${kind}`)
  expect([...SCHEMAS.keys()].sort()).toEqual(['password.changed', ...types.sort(), 'user.deleted', 'user.disabled'])
  const detail = { version: 1, id: 'x', stage: 'prod', at: '2026-11-23T00:00:00Z', userId }
  expect(schemaFaults('user.deleted', detail)).toEqual([])
  expect(schemaFaults('user.deleted', { ...detail, email: 'ann@example.com' })).not.toEqual([])
})
