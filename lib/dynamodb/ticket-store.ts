import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { hashOfLink } from '../accounts/mailed-link.ts'
import type { TicketStore } from '../accounts/tickets.ts'
import { parseEmail } from '../email.ts'
import type { Secret } from '../secret.ts'
import { numberAttribute, parseWholeNumber } from './attribute.ts'
import type { Item } from './item.ts'
import { itemReader } from './item-reader.ts'
import { ConditionFailed, RETURN_CONSUMED_CAPACITY, send, sendUnconditional } from './send.ts'

/** The prefix of a ticket's key in the attempts table; a counter's key never contains `#`. */
const TICKET_PREFIX = 'ticket#'

/** Creates a `TicketStore` on the attempts table, whose TTL removes the tickets. */
export function dynamodbTicketStore({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient
  readonly tableName: string
}): TicketStore {
  const table = { TableName: tableName, ...RETURN_CONSUMED_CAPACITY }
  const read = itemReader(client, tableName)
  return {
    async put(secret, { email, expiresAt }, deadline) {
      const Item: Item = { ...ticketKey(secret), email: { S: email }, expiresAt: numberAttribute(expiresAt) }
      await sendUnconditional(client, new PutItemCommand({ ...table, Item }), deadline)
    },

    async get(secret, now, deadline) {
      const item = await read(ticketKey(secret), deadline)
      const email = parseEmail(item?.email?.S ?? '')
      const expiresAt = parseWholeNumber(item?.expiresAt)
      if (!item || item.used !== undefined || email === undefined || expiresAt === undefined) return undefined
      return expiresAt > now ? { email, expiresAt } : undefined
    },

    async use(secret, mark, deadline) {
      const update = new UpdateItemCommand({
        ...table,
        Key: ticketKey(secret),
        UpdateExpression: 'SET used = :mark',
        ConditionExpression: 'attribute_exists(#key) AND (attribute_not_exists(used) OR used = :mark)',
        ExpressionAttributeNames: { '#key': 'key' },
        ExpressionAttributeValues: { ':mark': { S: mark } },
      })
      return !((await send(client, update, deadline)) instanceof ConditionFailed)
    },
  }
}

const ticketKey = (secret: Secret): Item => ({ key: { S: `${TICKET_PREFIX}${hashOfLink(secret)}` } })
