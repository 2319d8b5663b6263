import { setTimeout as pause } from 'node:timers/promises'
import { DeleteItemCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { object, text } from '../json.ts'
import type { Service } from '../service.ts'
import { EXPIRY_HEADER } from './observed-writes.ts'
import type { Item } from './record.ts'

/** A table whose items DynamoDB deletes some time after the time in an attribute. */
export interface ExpiringTable {
  readonly name: string
  readonly keyNames: readonly string[]
  readonly attribute: string
}

export interface ExpiryOptions {
  readonly client: DynamoDBClient
  readonly tables: readonly ExpiringTable[]
  readonly log: (line: string) => void
  readonly intervalMs?: number
  /** How long after its time an item is deleted at the earliest; in AWS hours or days. */
  readonly delaySeconds?: number
}

const INTERVAL_MS = 60_000
const DELAY_SECONDS = 60

/** The tables of a service's resources that have a time to live. */
export const expiringTables = ({ resources }: Service): ExpiringTable[] =>
  Object.values(resources).flatMap((resource) => {
    const { TableName, TimeToLiveSpecification, KeySchema } = object(object(resource).Properties)
    const { AttributeName, Enabled } = object(TimeToLiveSpecification)
    if (object(resource).Type !== 'AWS::DynamoDB::Table' || Enabled !== true) return []
    const keyNames = (KeySchema as { AttributeName: string }[]).map((key) => key.AttributeName)
    return [{ name: text(TableName), keyNames, attribute: text(AttributeName) }]
  })

/** Plays DynamoDB's time to live, which neither engine has: deletes items whose time is over, until it is stopped. */
export function playExpiry(options: ExpiryOptions): { stop(): Promise<void> } {
  const { tables, log, intervalMs = INTERVAL_MS } = options
  const stopping = new AbortController()
  const playing = (async () => {
    while (!stopping.signal.aborted) {
      for (const table of tables)
        await deleteExpired(table, options).catch((error: Error) => {
          if (!stopping.signal.aborted) log(`Expired items of ${table.name} could not be deleted: ${error.message}`)
        })
      await pause(intervalMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  return {
    stop() {
      stopping.abort()
      return playing
    },
  }
}

async function deleteExpired(
  { name: TableName, keyNames, attribute }: ExpiringTable,
  { client, delaySeconds = DELAY_SECONDS }: ExpiryOptions,
): Promise<void> {
  const condition = {
    ExpressionAttributeNames: { '#time': attribute },
    ExpressionAttributeValues: { ':latest': { N: String(Math.floor(Date.now() / 1000) - delaySeconds) } },
  }
  let ExclusiveStartKey: Item | undefined
  do {
    const page = await client.send(
      new ScanCommand({
        TableName,
        ...condition,
        FilterExpression: '#time < :latest',
        ...(ExclusiveStartKey && { ExclusiveStartKey: ExclusiveStartKey as never }),
      }),
    )
    for (const item of page.Items ?? []) {
      const Key = Object.fromEntries(keyNames.map((key) => [key, item[key]])) as never
      await client
        .send(asExpiry(new DeleteItemCommand({ TableName, Key, ...condition, ConditionExpression: '#time < :latest' })))
        .catch((error: Error) => {
          if (error.name !== 'ConditionalCheckFailedException') throw error // renewed meanwhile
        })
    }
    ExclusiveStartKey = page.LastEvaluatedKey as Item | undefined
  } while (ExclusiveStartKey)
}

/** Marks a deletion, so that its record has the principal of DynamoDB's own deletions. */
function asExpiry(command: DeleteItemCommand): DeleteItemCommand {
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> }
      headers[EXPIRY_HEADER] = 'true'
      return next(args)
    },
    { name: 'coatcheckExpiry', step: 'build' },
  )
  return command
}
