import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb'
import type { ActivityEntry, ActivityPageRequest, ActivityStore } from '../activity/activity-store.ts'
import { endIn } from '../activity/end-of.ts'
import { collectPage, mergeNewest, type ReadNewest } from '../activity/pages.ts'
import { logEntry } from '../audit.ts'
import type { Deadline } from '../deadline.ts'
import type { Log } from '../ports.ts'
import { type EpochSeconds, wallMilliseconds } from '../system.ts'
import { dayOf, fromActivityItem, SHARDS, shardOf } from './activity-item.ts'
import { dynamodbActivityWriter } from './activity-writer.ts'
import type { Item } from './item.ts'
import { RETURN_CONSUMED_CAPACITY, sendUnconditional } from './send.ts'

/** Options of `dynamodbActivityStore`. */
interface ActivityStoreOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
  /** How long entries are kept. */
  readonly days: number
  readonly log?: Log
  readonly now?: () => number
}

const INDEX = 'recent'
const DAY_MS = 86_400_000
/** How far the clock of the function that wrote an entry may be ahead. */
const CLOCK_SKEW_MS = 300_000
/** With a filter, the most Queries of a partition for one page. */
const MAX_USER_READS = 5
/** The most days that one page of the recent activity reads. */
const MAX_RECENT_READS = 14
/** Greater than any id. */
const AFTER_ALL = '9'

/**
 * Creates an `ActivityStore` on a DynamoDB table with partition key `subject`, sort key `id`, TTL on `expiresAt` and the
 * index `recent` with partition key `shard` and sort key `id`. The cost of each method is stated at `ActivityStore`.
 */
export function dynamodbActivityStore({
  client,
  tableName,
  days,
  log = () => {},
  now = wallMilliseconds,
}: ActivityStoreOptions): ActivityStore {
  const table = { TableName: tableName, ...RETURN_CONSUMED_CAPACITY }

  /** The newest entries of one partition, of an id in `from` to `before`. */
  async function queryNewest(
    partition: { readonly name: 'subject' | 'shard'; readonly value: string },
    { from, before = AFTER_ALL, limit }: { from: string; before?: string | undefined; limit: number },
    deadline: Deadline,
  ) {
    if (from > before) return { entries: [], hasMore: false } // DynamoDB refuses such a range
    const input: QueryCommandInput = {
      ...table,
      ...(partition.name === 'shard' ? { IndexName: INDEX } : {}),
      KeyConditionExpression: '#partition = :partition AND #id BETWEEN :from AND :before',
      ExpressionAttributeNames: { '#partition': partition.name, '#id': 'id' },
      ExpressionAttributeValues: {
        ':partition': { S: partition.value },
        ':from': { S: from },
        ':before': { S: before },
      },
      ScanIndexForward: false,
      ConsistentRead: false,
      Limit: limit + 1, // one may be the entry that the page before has ended with
    }
    const { Items = [], LastEvaluatedKey } = await sendUnconditional(client, new QueryCommand(input), deadline)
    const entries = Items.flatMap((item) => decode(item) ?? []).filter(({ id }) => id < before)
    return { entries, hasMore: LastEvaluatedKey !== undefined }
  }

  return {
    ...dynamodbActivityWriter({ client, tableName, days }),

    listOfUser(userId, { accountTag, ...page }, deadline) {
      const subjects = [`user#${userId}`, ...(accountTag === undefined ? [] : [`account#${accountTag}`])]
      const from = startOf(page)
      const read: ReadNewest = async (before, limit) => {
        const lists = await Promise.all(
          subjects.map((value) => queryNewest({ name: 'subject', value }, { from, before, limit }, deadline)),
        )
        const { entries, hasMore } = mergeNewest(lists, limit)
        return { entries, next: hasMore ? entries.at(-1)?.id : undefined }
      }
      return collectPage(read, page, MAX_USER_READS)
    },

    listRecent(page, deadline) {
      const oldest = now() - days * DAY_MS
      const from = isoOf(Math.max(oldest, (page.since ?? 0) * 1000))
      const read: ReadNewest = async (before = isoOf(now() + CLOCK_SKEW_MS), limit) => {
        const day = dayBefore(before)
        const lists = await Promise.all(
          Array.from({ length: SHARDS }, (_, shard) =>
            queryNewest({ name: 'shard', value: shardOf(day, shard) }, { from, before, limit }, deadline),
          ),
        )
        const { entries, hasMore } = mergeNewest(lists, limit)
        if (hasMore && entries.length > 0) return { entries, next: entries.at(-1)?.id }
        return { entries, next: day > dayOf(from) ? midnightOf(day) : undefined }
      }
      return collectPage(read, page, MAX_RECENT_READS)
    },

    async endOf(userId, sessionId, since, deadline) {
      const input = {
        ...table,
        KeyConditionExpression: '#subject = :subject AND #id >= :from',
        ExpressionAttributeNames: { '#subject': 'subject', '#id': 'id' },
        ExpressionAttributeValues: { ':subject': { S: `user#${userId}` }, ':from': { S: isoOf(since * 1000) } },
        ConsistentRead: true, // the item may have been written a moment ago
      }
      let ExclusiveStartKey: Item | undefined
      do {
        const query = new QueryCommand({ ...input, ...(ExclusiveStartKey && { ExclusiveStartKey }) })
        const { Items = [], LastEvaluatedKey } = await sendUnconditional(client, query, deadline)
        const entries = Items.flatMap((item) => decode(item) ?? [])
        const end = endIn(entries, sessionId)
        if (end) return end
        ExclusiveStartKey = LastEvaluatedKey
      } while (ExclusiveStartKey)
      return undefined
    },
  }

  function decode(item: Item): ActivityEntry | undefined {
    const entry = fromActivityItem(item)
    if (!entry) log(logEntry('corrupt_item', { table: tableName }))
    return entry
  }
}

const isoOf = (milliseconds: number): string => new Date(milliseconds).toISOString()
const startOf = ({ since = 0 }: Pick<ActivityPageRequest, 'since'>): string => isoOf((since as EpochSeconds) * 1000)
const midnightOf = (day: string): string => `${day}T00:00:00.000Z`

/** The day of the ids below this one: below a midnight, that is the day before. */
function dayBefore(id: string): string {
  const day = dayOf(id)
  return id === midnightOf(day) ? dayOf(isoOf(Date.parse(midnightOf(day)) - 1)) : day
}
