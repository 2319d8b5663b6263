import type { ActivityStore } from '../../lib/activity/activity-store.ts'
import { dynamodbActivityStore } from '../../lib/dynamodb/activity-store.ts'
import type { DynamoDBClient } from '../../lib/dynamodb/index.ts'
import type { BareApp } from './app.ts'

/** The activity that an app can read; `undefined` with `ACTIVITY_DAYS=0`. */
export function activityOf({ config, log }: BareApp, client: DynamoDBClient): ActivityStore | undefined {
  const { activityDays: days, tables } = config
  return days === 0 ? undefined : dynamodbActivityStore({ client, tableName: tables.activity, days, log })
}
