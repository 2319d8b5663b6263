import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { CodeChallenge, CodeChallengeStore } from '../accounts/login-code.ts'
import { parseEmail } from '../email.ts'
import { UnavailableError } from '../errors.ts'
import { hashOneTimeSecret } from '../one-time-secret.ts'
import { numberAttribute, parseWholeNumber } from './attribute.ts'
import type { Item } from './item.ts'
import { itemReader } from './item-reader.ts'
import { type OneTimeTable, oneTimeItems } from './one-time-item.ts'
import { ConditionFailed, RETURN_CONSUMED_CAPACITY, send } from './send.ts'

/** Creates a `CodeChallengeStore` on the attempts table. */
export function dynamodbCodeChallengeStore(table: OneTimeTable): CodeChallengeStore {
  const { client, tableName: TableName } = table
  const items = oneTimeItems(table, 'code')
  const read = itemReader(client, TableName)
  const keyOf = (hash: string): Item => ({ key: { S: `code#${hash}` } })
  return {
    use: items.use,

    put: (secret, { email, salt, expiresAt }, deadline) =>
      items.put(secret, { email: { S: email }, salt: { S: salt }, tries: numberAttribute(0) }, expiresAt, deadline),

    async get(hash, now, deadline) {
      const item = await read(keyOf(hash), deadline)
      const challenge = item && item.used === undefined ? decode(item) : undefined
      return challenge && challenge.expiresAt > now ? challenge : undefined
    },

    async takeTry(secret, limit, now, deadline) {
      const update = new UpdateItemCommand({
        TableName,
        ...RETURN_CONSUMED_CAPACITY,
        Key: keyOf(hashOneTimeSecret(secret)),
        UpdateExpression: 'SET tries = tries + :one',
        ConditionExpression: 'tries < :limit AND attribute_not_exists(used) AND expiresAt > :now',
        ExpressionAttributeValues: {
          ':one': numberAttribute(1),
          ':limit': numberAttribute(limit),
          ':now': numberAttribute(now),
        },
        ReturnValues: 'ALL_NEW', // costs no more units
      })
      const output = await send(client, update, deadline)
      return output instanceof ConditionFailed ? undefined : decode(output.Attributes ?? {})
    },
  }
}

/** @throws UnavailableError for an item that Coatcheck cannot have written */
function decode({ email, salt, expiresAt }: Item): CodeChallenge {
  const challenge = { email: parseEmail(email?.S ?? ''), salt: salt?.S, expiresAt: parseWholeNumber(expiresAt) }
  if (!challenge.email || challenge.salt === undefined || challenge.expiresAt === undefined)
    throw new UnavailableError('DynamoDB returned a malformed challenge of a mailed code')
  return challenge as CodeChallenge
}
