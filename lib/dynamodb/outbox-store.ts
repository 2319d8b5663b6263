import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { isInvitationId } from '../accounts/invitation.ts'
import { defined } from '../defined.ts'
import { parseEmail } from '../email.ts'
import { UnavailableError } from '../errors.ts'
import { FACTORS_CHANGES } from '../mail/mail-message.ts'
import { OUTBOX_SECONDS, type OutboxItem, type OutboxStore } from '../outbox/outbox.ts'
import { type Clock, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import { isUserId, type UserId } from '../user.ts'
import { numberAttribute, parseWholeNumber } from './attribute.ts'
import { INVITATION_PREFIX } from './invitation-item.ts'
import type { Item } from './item.ts'
import { itemReader } from './item-reader.ts'
import { RETURN_CONSUMED_CAPACITY, sendUnconditional } from './send.ts'

interface OutboxStoreOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly clock?: Clock
  readonly randomText?: RandomText
}

/** Creates an `OutboxStore` on a DynamoDB table with partition key `id` and TTL on `expiresAt`. */
export function dynamodbOutboxStore({
  client,
  tableName,
  clock = systemClock,
  randomText = systemRandomText,
}: OutboxStoreOptions): OutboxStore {
  const table = { TableName: tableName, ...RETURN_CONSUMED_CAPACITY }
  const read = itemReader(client, tableName)
  return {
    async put(request, deadline) {
      const Item: Item = {
        ...outboxKey(randomText(ID_LENGTH)),
        kind: { S: request.kind },
        ...('email' in request ? { email: { S: request.email } } : {}),
        ...('userId' in request ? { userId: { S: request.userId } } : {}),
        ...('epoch' in request ? { epoch: numberAttribute(request.epoch) } : {}),
        ...('claim' in request && request.claim !== undefined ? { claim: { S: request.claim } } : {}),
        ...('challenge' in request ? { challenge: { S: request.challenge } } : {}),
        ...('ip' in request
          ? { ip: { S: request.ip }, userAgent: { S: request.userAgent }, at: numberAttribute(request.at) }
          : {}),
        ...('change' in request ? { change: { S: request.change } } : {}),
        expiresAt: numberAttribute(clock() + OUTBOX_SECONDS),
      }
      await sendUnconditional(client, new PutItemCommand({ ...table, Item }), deadline)
    },

    async get(id, deadline) {
      const item = await read(outboxKey(id), deadline)
      if (!item) return undefined
      const request = fromOutboxItem(item)
      if (!request) throw new UnavailableError('DynamoDB returned a malformed outbox item')
      return request.expiresAt > clock() ? request : undefined
    },

    async delete(id, deadline) {
      await sendUnconditional(client, new DeleteItemCommand({ ...table, Key: outboxKey(id) }), deadline)
    },
  }
}

const outboxKey = (id: string): Item => ({ id: { S: id } })

function fromOutboxItem(item: Item): OutboxItem | undefined {
  const id = item.id?.S
  const expiresAt = parseWholeNumber(item.expiresAt)
  const kind = item.kind?.S
  const email = parseEmail(item.email?.S ?? '')
  const userId = parseUserId(item.userId?.S)
  if (id === undefined || expiresAt === undefined) return undefined
  if (kind === 'password_reset' || kind === 'registration') return email && { id, expiresAt, kind, email }
  if (kind === 'invitation') {
    const invitationId = id.slice(INVITATION_PREFIX.length)
    return isInvitationId(invitationId) ? { id, expiresAt, kind, invitationId } : undefined
  }
  const challenge = item.challenge?.S
  if (kind === 'login_code') return challenge === undefined ? undefined : { id, expiresAt, kind, challenge }
  if (kind === 'new_sign_in') {
    const [ip, userAgent, at] = [item.ip?.S, item.userAgent?.S, parseWholeNumber(item.at)]
    if (userId === undefined || !isUserId(userId)) return undefined
    if (ip === undefined || userAgent === undefined || at === undefined) return undefined
    return { id, expiresAt, kind, userId, ip, userAgent, at }
  }
  const change = FACTORS_CHANGES.find((each) => each === item.change?.S)
  if (kind === 'factors_changed') return change && userId ? { id, expiresAt, kind, userId, change } : undefined
  if (kind === 'verification' || kind === 'password_changed' || kind === 'email_change_undone')
    return userId && { id, expiresAt, kind, userId }
  if (!userId || !email) return undefined
  const epoch = parseWholeNumber(item.epoch)
  if (kind === 'email_change') return epoch === undefined ? undefined : { id, expiresAt, kind, userId, email, epoch }
  if (kind === 'email_change_requested') return { id, expiresAt, kind, userId, email }
  if (kind === 'email_changed') return { id, expiresAt, kind, userId, email, ...defined({ claim: item.claim?.S }) }
  return undefined
}

const parseUserId = (text = ''): UserId | undefined => (isUserId(text) ? text : undefined)
