import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { Invitation, InvitationId, InvitationStore } from '../accounts/invitation.ts'
import type { Deadline } from '../deadline.ts'
import { UnavailableError } from '../errors.ts'
import { type Clock, systemClock } from '../system.ts'
import { numberAttribute } from './attribute.ts'
import {
  fromInvitationItem,
  INVITATION_PREFIX,
  invitationKey,
  LISTED_ATTRIBUTES,
  toInvitationItem,
} from './invitation-item.ts'
import type { Item } from './item.ts'
import { itemReader } from './item-reader.ts'
import { projectionOf } from './projection.ts'
import { ConditionFailed, RETURN_CONSUMED_CAPACITY, send, sendUnconditional } from './send.ts'

interface InvitationStoreOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly clock?: Clock
}

/** Whether the invitation is open, or the same request has used it up. */
const OPEN = 'attribute_exists(id) AND (attribute_not_exists(used) OR used = :mark)'

/**
 * Creates an `InvitationStore` on the outbox: the item is the order of its mail, too. A list scans the table, which is
 * small, because requests for mail leave it once they are sent.
 */
export function dynamodbInvitationStore({
  client,
  tableName,
  clock = systemClock,
}: InvitationStoreOptions): InvitationStore {
  const table = { TableName: tableName, ...RETURN_CONSUMED_CAPACITY }
  const read = itemReader(client, tableName)

  /** @returns `false` if the condition failed */
  async function update(
    id: InvitationId,
    UpdateExpression: string,
    ConditionExpression: string,
    ExpressionAttributeValues: Record<string, AttributeValue>,
    deadline: Deadline,
  ): Promise<boolean> {
    const command = new UpdateItemCommand({
      ...table,
      ...{ Key: invitationKey(id), UpdateExpression, ConditionExpression, ExpressionAttributeValues },
    })
    return !((await send(client, command, deadline)) instanceof ConditionFailed)
  }

  async function get(id: InvitationId, deadline: Deadline) {
    const item = await read(invitationKey(id), deadline)
    if (!item) return undefined
    const invitation = fromInvitationItem(item)
    if (!invitation) throw new UnavailableError('DynamoDB returned a malformed invitation')
    return invitation.expiresAt > clock() ? invitation : undefined
  }

  return {
    get,

    async put(invitation, deadline) {
      const put = new PutItemCommand({
        ...table,
        Item: toInvitationItem(invitation),
        ConditionExpression: 'attribute_not_exists(id)',
      })
      await send(client, put, deadline) // a failed condition means that an earlier attempt was applied
    },

    arm(id, hash, deadline) {
      const only = 'attribute_exists(id) AND attribute_not_exists(used)'
      return update(id, 'SET secretHash = :hash', only, { ':hash': { S: hash } }, deadline)
    },

    async settle(id, deadline) {
      await update(id, 'SET isSettled = :true', 'attribute_exists(id)', { ':true': { BOOL: true } }, deadline)
    },

    accept(id, hash, mark, deadline) {
      const values = { ':mark': { S: mark }, ':hash': { S: hash }, ':outcome': { S: 'accepted' } }
      return update(id, 'SET used = :mark, outcome = :outcome', `${OPEN} AND secretHash = :hash`, values, deadline)
    },

    async revoke(id, mark, deadline) {
      const values = { ':mark': { S: mark }, ':outcome': { S: 'revoked' } }
      if (await update(id, 'SET used = :mark, outcome = :outcome', OPEN, values, deadline)) return 'revoked'
      return (await get(id, deadline))?.outcome
    },

    async list({ limit, after }, deadline) {
      const invitations: Invitation[] = []
      let from: Item | undefined = after && invitationKey(after)
      do {
        const page = await scan(from, deadline)
        for (const item of page.Items ?? []) {
          const invitation = fromInvitationItem(item)
          if (!invitation) continue
          const last = invitations.at(-1)
          if (invitations.length === limit && last) return { invitations, next: last.id }
          const { hash: _hash, isSettled: _isSettled, ...listed } = invitation
          invitations.push(listed)
        }
        from = page.LastEvaluatedKey
      } while (from)
      return { invitations }
    },
  }

  function scan(ExclusiveStartKey: Item | undefined, deadline: Deadline) {
    const command = new ScanCommand({
      ...table,
      ConsistentRead: true,
      Select: 'SPECIFIC_ATTRIBUTES', // explicit, because the role's condition requires it
      ...projectionOf(LISTED_ATTRIBUTES),
      FilterExpression: 'begins_with(#id, :prefix) AND #expiresAt > :now',
      ExpressionAttributeValues: { ':prefix': { S: INVITATION_PREFIX }, ':now': numberAttribute(clock()) },
      ExclusiveStartKey,
    })
    return sendUnconditional(client, command, deadline)
  }
}
