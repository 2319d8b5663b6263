import type { TableDescription } from '@aws-sdk/client-dynamodb'
import { type Finding, failed, ok } from '../finding.ts'

const INDEX = 'recent'
const KEY = 'shard HASH, id RANGE'

/** Checks the index by which the activity of all users is listed. No call. */
export function checkRecentIndex(name: string, { GlobalSecondaryIndexes = [] }: TableDescription): Finding {
  const index = GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === INDEX)
  const deploy = 'Deploy the service, whose template has the index.'
  if (!index) return failed(name, `there is no index ${INDEX}: the activity of all users cannot be listed`, deploy)
  const { KeySchema = [], Projection, IndexStatus = 'ACTIVE' } = index
  if (IndexStatus !== 'ACTIVE' && IndexStatus !== 'UPDATING')
    return failed(name, `the index ${INDEX} is ${IndexStatus}`, 'Wait until it is ACTIVE, then run this again.')
  const key = KeySchema.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(', ')
  if (key === KEY && Projection?.ProjectionType === 'ALL') return ok(name, `the index ${INDEX}`)
  const state = `the index ${INDEX} has the key ${key} and the projection ${Projection?.ProjectionType} instead of ${KEY} and ALL`
  return failed(name, state, `An index cannot be changed: delete it. ${deploy}`)
}
