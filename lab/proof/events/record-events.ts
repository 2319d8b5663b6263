import { startDeadline } from '../../../lib/deadline.ts'
import { dynamodbActivityStore } from '../../../lib/dynamodb/activity-store.ts'
import { createClient, dynamodbSessionStore } from '../../../lib/dynamodb/index.ts'
import { itemReader } from '../../../lib/dynamodb/item-reader.ts'
import { dynamodbUserReader } from '../../../lib/dynamodb/user-reader.ts'
import type { PublishedEvent } from '../../../lib/events/published-event.ts'
import { createPublisher } from '../../../lib/events/publisher.ts'
import { readService } from '../../../local/service.ts'
import { createMissingTables } from '../../../local/tables.ts'
import { TABLES } from '../tables.ts'
import { deliverAll, type Publish, type Published } from './judge-events.ts'
import { recordStream } from './stream-records.ts'

const DEADLINE_SECONDS = 60

type Parts = Omit<Parameters<typeof createPublisher>[0], 'stage' | 'bus'>

/** Nothing is known any more: the ids must not depend on it. */
const IGNORANT: Parts = {
  users: { get: async () => undefined },
  sessions: { list: async () => [] },
  endOf: async () => undefined,
}

/** Records the streams of both tables; `publish` ends them and delivers what was written since, twice. */
export async function recordEvents(engine: string): Promise<{ publish(): Promise<Published> }> {
  const client = createClient({ endpoint: engine, timeoutMs: 60_000 })
  await createMissingTables(client, (await readService('.', { stage: 'local' })).resources, { streams: false })
  client.destroy()
  const streams = [
    await recordStream(engine, TABLES.sessions, 'NEW_AND_OLD_IMAGES'),
    await recordStream(engine, TABLES.users, 'KEYS_ONLY'),
  ]
  return {
    async publish() {
      const records = (await Promise.all(streams.map((stream) => stream.records()))).flat()
      const client = createClient({ endpoint: engine, timeoutMs: 10_000 })
      const activity = dynamodbActivityStore({ client, tableName: TABLES.activity, days: 90 })
      const knowing: Parts = {
        users: dynamodbUserReader({
          read: itemReader(client, TABLES.users),
          tableName: TABLES.users,
          omitPasswordHash: true,
        }),
        sessions: dynamodbSessionStore({ client, tableName: TABLES.sessions }),
        endOf: activity.endOf,
      }
      try {
        return await deliverAll(records, [
          { batchSize: 100, publish: publisherOf(knowing) },
          { batchSize: 7, publish: publisherOf(IGNORANT) },
        ])
      } finally {
        client.destroy()
      }
    },
  }
}

function publisherOf(parts: Parts): Publish {
  return async (batch) => {
    const events: PublishedEvent[] = []
    const bus = {
      async publish(published: readonly PublishedEvent[]) {
        events.push(...published)
        return new Map()
      },
    }
    const failures = await createPublisher({ stage: 'local', bus, ...parts }).publish(
      batch,
      startDeadline(DEADLINE_SECONDS),
    )
    return { events, failures }
  }
}
