import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, describe, expect, test } from 'vitest'
import { type CriteriaOptions, parseCriteria } from '../../cli/sessions/criteria.ts'
import { revokeSessions } from '../../cli/sessions/revoke.ts'
import { revokeMany } from '../../cli/sessions/revoke-many.ts'
import type { SelectionOptions } from '../../cli/sessions/revoke-selected.ts'
import { createAccounts } from '../../lib/accounts/accounts.ts'
import { parseConfig } from '../../lib/config.ts'
import { toSessionItem } from '../../lib/dynamodb/session-item.ts'
import type { SessionRow } from '../../lib/session.ts'
import { systemClock } from '../../lib/system.ts'
import { removeFolders, temporaryFolder } from '../local/support.ts'
import { newSessionId, newUserId, sampleRow } from '../support/samples.ts'
import { stackOfTest } from './stack.ts'

// Revoking selected sessions of all users, after an incident.

afterAll(removeFolders)

const now = systemClock()
const rowOf = (fields: Partial<SessionRow> = {}): SessionRow =>
  sampleRow({
    userId: newUserId(),
    id: newSessionId(),
    createdAt: now - 100,
    lastSeenAt: now - 100,
    expiresAt: now + 10_000,
    endsAt: now + 20_000,
    ...fields,
  })

/** A stack with these sessions; `ids` reads those that are left. */
async function stackWith(rows: readonly SessionRow[]) {
  const stack = await stackOfTest()
  const { sessions: name, client } = stack.tables
  for (let start = 0; start < rows.length; start += 25) {
    const puts = rows.slice(start, start + 25).map((row) => ({ PutRequest: { Item: toSessionItem(row) } }))
    await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: puts } }))
  }
  const left = async () => (await stack.tables.scan(name)).map((item) => item.sessionId?.S).sort()
  const revoke = (options: SelectionOptions) =>
    stack.invoke(revokeSessions, [undefined, undefined, { yes: true, json: true, ...options }])
  return { stack, left, revoke }
}
const idsOf = (rows: readonly SessionRow[]) => rows.map(({ id }) => id).sort()

describe('a selection', () => {
  const selects = (options: CriteriaOptions, fields: Partial<SessionRow>) =>
    parseCriteria(options).matches(rowOf(fields), now)

  test.each<[CriteriaOptions, Partial<SessionRow>, Partial<SessionRow>]>([
    [{ all: true }, {}, { createdAt: now + 1 }],
    [{ all: true }, {}, { expiresAt: now }],
    [
      { createdBefore: new Date(now * 1000).toISOString().slice(0, 19).concat('Z') },
      { createdAt: now - 1 },
      { createdAt: now },
    ],
    [{ createdBefore: '2999-01-01' }, { createdAt: now }, { createdAt: now + 1 }],
    [{ ip: '192.0.2.0/24' }, { ip: '192.0.2.255' }, { ip: '192.0.3.0' }],
    [{ ip: '192.0.2.7' }, { ip: '192.0.2.7' }, { ip: '192.0.2.8' }],
    [{ ip: '2001:db8::/32' }, { ip: '2001:db8:1::1' }, { ip: '192.0.2.7' }],
    [{ scope: 'notes:read' }, { scopes: ['notes:read'] as never }, { scopes: ['notes:write'] as never }],
    [{ idleFor: '2m' }, { lastSeenAt: now - 120 }, { lastSeenAt: now - 119 }],
    [
      { idleFor: '1h', ip: '192.0.2.7' },
      { lastSeenAt: now - 3600, ip: '192.0.2.7' },
      { lastSeenAt: now, ip: '192.0.2.7' },
    ],
  ])('%j selects %j and does not select %j', (options, taken, left) => {
    expect([selects(options, taken), selects(options, left)]).toEqual([true, false])
  })

  test('selects a session that replaced another session since the start, and none that replaced one earlier', () => {
    const replaced = (replacedAt: number) => [{ id: newSessionId(), secretHash: new Uint8Array(32), replacedAt }]
    const later = { createdAt: now + 5 }
    for (const options of [{ all: true }, { createdBefore: '2020-01-01' }]) {
      expect(selects(options, { ...later, replaced: replaced(now + 5) })).toBe(true)
      expect(selects(options, { ...later, replaced: replaced(now - 1) })).toBe(false)
    }
  })

  test.each<[CriteriaOptions, string]>([
    [{}, 'No session is selected.'],
    [{ all: true, ip: '192.0.2.7' }, '--all and a selection exclude each other.'],
    [{ createdBefore: 'yesterday' }, 'Invalid --created-before'],
    [{ createdBefore: '2026-11-30T12:00:00' }, 'Invalid --created-before'],
    [{ ip: '192.0.2' }, 'Invalid --ip'],
    [{ ip: '192.0.2.0/33' }, 'Invalid --ip'],
    [{ ip: '192.0.2.0/' }, 'Invalid --ip'],
    [{ idleFor: '5' }, 'Invalid --idle-for'],
    [{ idleFor: '0d' }, 'Invalid --idle-for'],
  ])('%j is refused', (options, message) => expect(() => parseCriteria(options)).toThrow(message))
})

describe('sessions revoke without a user', () => {
  test('revokes the selected sessions of all users and reports what it cost', async () => {
    const [taken, kept] = [[rowOf({ ip: '192.0.2.9' }), rowOf({ ip: '192.0.2.9' })], [rowOf({ ip: '203.0.113.1' })]]
    const { revoke, left } = await stackWith([...taken, ...kept])
    const { code, lines } = await revoke({ ip: '192.0.2.0/24' })
    expect(code).toBe(0)
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      ...{ revoked: 2, matched: 2, scanned: 4, passes: 2, dryRun: false },
      readUnits: expect.any(Number),
      seconds: expect.any(Number),
    })
    expect(await left()).toEqual(idsOf(kept))
  })

  test('revokes nothing with --dry-run, which asks nothing, nor after another answer than yes', async () => {
    const rows = [rowOf(), rowOf()]
    const { stack, left } = await stackWith(rows)
    const dry = await stack.invoke(revokeSessions, [undefined, undefined, { all: true, dryRun: true }])
    expect(dry.lines[0]).toMatch(/^2 sessions would be revoked\. 2 rows read, \d+ read units?\.$/)
    const declined = await stack.invoke(revokeSessions, [undefined, undefined, { all: true }], { answer: 'n' })
    expect([declined.code, declined.questions]).toEqual([1, ['Revoke all sessions, of all users? [y/N] ']])
    expect(await left()).toEqual(idsOf(rows))
  })

  test('is refused with a user as well, and with an invalid pace', async () => {
    const { stack, revoke } = await stackWith([])
    const both = await stack.invoke(revokeSessions, ['ann@example.com', undefined, { createdBefore: '2026-01-01' }])
    expect([both.code, both.complaints[0]]).toEqual([2, expect.stringContaining('A user and --created-before exclude')])
    const slow = await revoke({ all: true, maxUnits: '0' })
    expect([slow.code, slow.complaints[0]]).toEqual([2, expect.stringContaining('Invalid --max-units "0"')])
  })
})

describe('a long revocation', () => {
  /** Runs `revokeMany` without a command around it; `onPage` is called after each page. */
  async function run(rows: readonly SessionRow[], checkpoint: string | undefined, onPage: (pages: number) => unknown) {
    const { stack, left } = await stackWith(rows)
    const { client } = stack.tables
    const config = parseConfig(stack.environment, { origin: false })
    const audit = { log: () => {}, record: async () => {} }
    const parts = { config, client, store: stack.store, sessions: stack.sessions, ...audit }
    const again = async (selection: string, stopAfter = Number.POSITIVE_INFINITY) => {
      const stopping = new AbortController()
      let pages = 0
      return revokeMany(
        { ...parts, ...createAccounts(parts) },
        {
          criteria: parseCriteria({ all: true }),
          selection,
          maxUnits: 1_000_000,
          dryRun: false,
          checkpoint,
          signal: stopping.signal,
          onProgress: () => {
            onPage(++pages)
            if (pages >= stopAfter) stopping.abort()
          },
        },
      )
    }
    return { again, left, stack }
  }

  test('goes on from its checkpoint after an interruption, and removes it at the end', async () => {
    const file = join(await temporaryFolder(), 'checkpoint.json')
    const rows = Array.from({ length: 2_000 }, () => rowOf())
    const { again, left } = await run(rows, file, () => {})
    const interrupted = await again('all', 1)
    expect(interrupted.revoked).toBeGreaterThan(0)
    expect((await left()).length).toBe(2_000 - interrupted.revoked)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ selection: 'all', revoked: interrupted.revoked })
    await expect(again('other')).rejects.toThrow('is the checkpoint of another selection')
    const finished = await again('all')
    expect([finished.revoked, finished.scanned, finished.startedAt]).toEqual([2_000, 2_000, interrupted.startedAt])
    expect(await left()).toEqual([])
    await expect(readFile(file)).rejects.toThrow('ENOENT')
    await writeFile(file, 'not JSON')
    await expect(again('all')).rejects.toThrow('is not a checkpoint')
  })

  test('also revokes a session that replaced another session in a part of the table that was scanned already', async () => {
    const successor = (startedAt: number) =>
      rowOf({
        createdAt: startedAt + 1,
        replaced: [{ id: newSessionId(), secretHash: new Uint8Array(32), replacedAt: startedAt + 1 }],
      })
    const later = rowOf({ createdAt: now + 1_000 })
    let put: Promise<unknown> | undefined
    const parts = await run([rowOf(), later], undefined, () => {
      put ??= parts.stack.tables.put(parts.stack.tables.sessions, toSessionItem(successor(systemClock())))
    })
    const { passes } = await parts.again('all')
    await put
    expect(passes).toBeGreaterThanOrEqual(2)
    expect(await parts.left()).toEqual([later.id])
  })
})
