import { inject } from 'vitest'
import { dynamodbSessionStore, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import type { SessionStore } from '../../lib/ports.ts'
import { isLive, type SessionId } from '../../lib/session.ts'
import { memorySessionStore } from '../../testing/memory-session-store.ts'
import { memoryUserStore } from '../../testing/memory-user-store.ts'
import { draws } from './draws.ts'
import { isFirstEngine } from './engine.ts'
import type { Place, Run } from './observed-scene.ts'
import { createTestTables, type TestTables } from './tables.ts'

// Where a race is run.

export * from './observed-scene.ts'

const memory: Place = {
  isEngine: false,
  share: (orders) => orders,
  async open() {
    const [users, sessions] = [memoryUserStore(), memorySessionStore()]
    return (run) =>
      run ? { users: heldUp(users, run), sessions: rowByRow(heldUp(sessions, run)) } : { users, sessions }
  },
}

let tables: Promise<TestTables> | undefined
/** Held up before each request: a sweep is Queries and batches of deletes here, and a refused write may be two calls. */
const engine: Place = {
  isEngine: true,
  // What protocols there are shows on the first: a second one shows whether it answers as that does.
  share: (orders) => (isFirstEngine ? orders : Math.ceil(orders * 0.4)),
  async open() {
    tables ??= createTestTables()
    const { client: real, users, sessions } = await tables
    return (run) => {
      const client = run ? heldUp(real, run) : real
      return {
        users: dynamodbUserStore({ client, tableName: users }),
        sessions: dynamodbSessionStore({ client, tableName: sessions }),
      }
    }
  },
}

/** The daily tier draws in memory fewer orders than are drawn on an engine. */
const sampled: Place = { ...memory, isEngine: true, share: (orders) => Math.ceil(orders * 0.6) }

export const PLACES: [name: string, place: Place][] = draws(0, 1)
  ? [
      ...(isFirstEngine ? [['in memory', memory] as [string, Place]] : []), // independent of the engine
      [inject('engine'), engine],
    ]
  : [['in memory', sampled]]

function heldUp<Store extends object>(store: Store, run: Run): Store {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown as (...args: unknown[]) => unknown
      return (...args: unknown[]) => run(async () => method.apply(target, args))
    },
  })
}

/** Deletes as the DynamoDB store does: a Query, single deletes, and again until a Query finds no row. */
function rowByRow(store: SessionStore): SessionStore {
  return {
    ...store,
    async deleteBelowEpoch(userId, epoch, now, deadline) {
      const revoked: SessionId[] = []
      for (;;) {
        const outdated = (await store.list(userId, deadline)).filter((row) => row.userEpoch < epoch)
        if (outdated.length === 0) return revoked
        for (const row of outdated) {
          await store.delete(userId, row.id, deadline)
          if (isLive(row, now)) revoked.push(row.id)
        }
      }
    },
  }
}
