import { DescribeTimeToLiveCommand, type DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb'
import { call, couldNotLook } from '../aws.ts'
import { type Finding, failed, ok, unknown } from '../finding.ts'
import type { Table } from './table.ts'

const ATTRIBUTE = 'expiresAt'

/** Whether ended rows are cleared away. They are refused either way: without it they pile up. One call. */
export async function checkExpiry(
  client: DynamoDBClient,
  { name, role, local }: Table,
  description: TableDescription | undefined,
): Promise<Finding> {
  if (local) return unknown(name, 'TTL: a local engine does not say')
  if (description?.MultiRegionConsistency === 'STRONG') {
    const instead =
      role === 'sessions' ? 'a login deletes those of its user two days after their end' : 'ended rows stay'
    return ok(name, `no TTL, which a strongly consistent global table cannot have: ${instead}`)
  }
  try {
    const { TimeToLiveDescription: seen } = await call((how) =>
      client.send(new DescribeTimeToLiveCommand({ TableName: name }), how),
    )
    const { TimeToLiveStatus: status = 'DISABLED', AttributeName: attribute } = seen ?? {}
    const set = (enabled: boolean, on = ATTRIBUTE) =>
      `\`aws dynamodb update-time-to-live --table-name ${name} --time-to-live-specification Enabled=${enabled},AttributeName=${on}\``
    if (status === 'DISABLED') return failed(name, 'TTL is off: ended rows stay', `Turn it on: ${set(true)}.`)
    if (attribute !== ATTRIBUTE)
      return failed(
        name,
        `TTL looks at ${attribute}, not at ${ATTRIBUTE}: ended rows stay`,
        `Turn it off (${set(false, attribute)}), and an hour later on again (${set(true)}).`,
      )
    if (status === 'ENABLED') return ok(name, `TTL on ${ATTRIBUTE}`)
    const remedy =
      status === 'ENABLING'
        ? 'Run this again within the hour it may take.'
        : `Wait an hour, and turn it on: ${set(true)}.`
    return failed(name, `TTL is ${status}`, remedy)
  } catch (error) {
    return couldNotLook(name, 'TTL', error, 'dynamodb:DescribeTimeToLive')
  }
}
