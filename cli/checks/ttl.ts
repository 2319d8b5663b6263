import { DescribeTimeToLiveCommand, type DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb'
import { call, callFailed } from '../aws.ts'
import { type Finding, failed, ok, unknown } from '../finding.ts'
import type { Table } from './table.ts'

const ATTRIBUTE = 'expiresAt'

/** Checks that DynamoDB deletes expired items. Without TTL they are rejected too, but remain in the table. One call. */
export async function checkTtl(
  client: DynamoDBClient,
  { name, role, local }: Table,
  description: TableDescription | undefined,
): Promise<Finding> {
  if (local) return unknown(name, 'TTL: not checked, because a local engine does not report it')
  if (description?.MultiRegionConsistency === 'STRONG') {
    const cleanup =
      role === 'sessions'
        ? 'a login deletes sessions of its user that expired more than two days ago'
        : 'expired items remain'
    return ok(name, `no TTL, which a strongly consistent global table cannot have: ${cleanup}`)
  }
  try {
    const { TimeToLiveDescription: ttl } = await call((how) =>
      client.send(new DescribeTimeToLiveCommand({ TableName: name }), how),
    )
    const { TimeToLiveStatus: status = 'DISABLED', AttributeName: attribute } = ttl ?? {}
    const set = (enabled: boolean, on = ATTRIBUTE) =>
      `\`aws dynamodb update-time-to-live --table-name ${name} --time-to-live-specification Enabled=${enabled},AttributeName=${on}\``
    if (status === 'DISABLED') return failed(name, 'TTL is off: expired items remain', `Turn it on: ${set(true)}.`)
    if (attribute !== ATTRIBUTE)
      return failed(
        name,
        `TTL uses the attribute ${attribute} instead of ${ATTRIBUTE}: expired items remain`,
        `Turn it off (${set(false, attribute)}), and on again an hour later (${set(true)}).`,
      )
    if (status === 'ENABLED') return ok(name, `TTL on ${ATTRIBUTE}`)
    const remedy =
      status === 'ENABLING'
        ? 'Run this again in an hour: DynamoDB may take that long.'
        : `Wait an hour, then turn it on: ${set(true)}.`
    return failed(name, `TTL is ${status}`, remedy)
  } catch (error) {
    return callFailed(name, 'TTL', error, 'dynamodb:DescribeTimeToLive')
  }
}
