import { type DynamoDBClient, UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import type { UserStore } from '../ports.ts'
import type { UserId } from '../user.ts'
import { numberAttribute } from './attribute.ts'
import type { Item } from './item.ts'
import { itemReader } from './item-reader.ts'
import { projectionOf } from './projection.ts'
import { ConditionFailed, RETURN_CONSUMED_CAPACITY, send } from './send.ts'
import { userKey } from './user-item.ts'

/** The writes of a sign-in with a second factor, which stand apart from the factor itself. */
export function dynamodbFactorUse({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient
  readonly tableName: string
}): Pick<UserStore, 'useTotpStep' | 'useRecoveryCode' | 'usePasskey'> {
  const read = itemReader(client, tableName)

  /** If the condition fails, the stored mark tells whether an earlier attempt of this write was applied. */
  async function use(
    userId: UserId,
    mark: string,
    input: Pick<UpdateItemCommandInput, 'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames'>,
    values: Item,
    deadline: Deadline,
  ): Promise<boolean> {
    const update = new UpdateItemCommand({
      TableName: tableName,
      ...RETURN_CONSUMED_CAPACITY,
      Key: userKey(userId),
      ...input,
      ExpressionAttributeValues: { ...values, ':mark': { S: mark } },
    })
    if (!((await send(client, update, deadline)) instanceof ConditionFailed)) return true
    const item = await read(userKey(userId), deadline, 'strong', projectionOf(['pk', 'factorMark']))
    return item?.factorMark?.S === mark
  }

  return {
    useTotpStep: (userId, totp, step, mark, deadline) =>
      use(
        userId,
        mark,
        {
          UpdateExpression: 'SET totpStep = :step, totp.sealed = :sealed, factorMark = :mark',
          ConditionExpression: 'totp.id = :id AND (attribute_not_exists(totpStep) OR totpStep < :step)',
        },
        { ':step': numberAttribute(step), ':id': { S: totp.id }, ':sealed': { S: totp.sealed } },
        deadline,
      ),

    useRecoveryCode: (userId, codeHash, mark, deadline) =>
      use(
        userId,
        mark,
        {
          UpdateExpression: 'SET factorMark = :mark DELETE recoveryCodes :codes',
          ConditionExpression: 'contains(recoveryCodes, :code)',
        },
        { ':code': { S: codeHash }, ':codes': { SS: [codeHash] } },
        deadline,
      ),

    usePasskey: (userId, passkeyId, { count, at }, mark, deadline) =>
      use(
        userId,
        mark,
        {
          UpdateExpression: `SET passkeyUsedAt.#id = :at, factorMark = :mark${count > 0 ? ', passkeyCounts.#id = :count' : ''}`,
          ConditionExpression: `attribute_exists(passkeys.#id)${count > 0 ? ` AND ${COUNTS_UP}` : ''}`,
          ExpressionAttributeNames: { '#id': passkeyId },
        },
        { ':at': numberAttribute(at), ...(count > 0 ? { ':count': numberAttribute(count) } : {}) },
        deadline,
      ),
  }
}

const COUNTS_UP = '(attribute_not_exists(passkeyCounts.#id) OR passkeyCounts.#id < :count)'
