import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb'
import type { ActivityEraser, ActivitySubject } from '../activity/activity-store.ts'
import type { Deadline } from '../deadline.ts'
import { deleteItems } from './delete-batch.ts'
import { RETURN_CONSUMED_CAPACITY, sendUnconditional } from './send.ts'

/** Creates an `ActivityEraser` on the table of `dynamodbActivityStore`. */
export function dynamodbActivityEraser({
  client,
  tableName,
}: {
  readonly client: DynamoDBClient
  readonly tableName: string
}): ActivityEraser {
  async function eraseSubject(subject: ActivitySubject, deadline: Deadline): Promise<number> {
    for (let erased = 0; ; ) {
      const query = new QueryCommand({
        TableName: tableName,
        ...RETURN_CONSUMED_CAPACITY,
        KeyConditionExpression: '#subject = :subject',
        ProjectionExpression: '#subject, #id',
        ExpressionAttributeNames: { '#subject': 'subject', '#id': 'id' },
        ExpressionAttributeValues: { ':subject': { S: subject } },
        ConsistentRead: true,
      })
      const { Items: keys = [], LastEvaluatedKey } = await sendUnconditional(client, query, deadline)
      await deleteItems(client, tableName, keys, deadline)
      erased += keys.length
      if (keys.length === 0 && !LastEvaluatedKey) return erased
    }
  }

  return {
    async erase(subjects, deadline) {
      const erased = await Promise.all(subjects.map((subject) => eraseSubject(subject, deadline)))
      return erased.reduce((sum, count) => sum + count, 0)
    },
  }
}
