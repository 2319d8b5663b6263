import { DescribeContinuousBackupsCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { call, callFailed } from '../aws.ts'
import { type Finding, failed, ok, unknown } from '../finding.ts'
import type { Table } from './table.ts'

/** Checks that point-in-time recovery is on. One call. */
export async function checkBackups(client: DynamoDBClient, { name, local }: Table): Promise<Finding> {
  if (local) return unknown(name, 'point-in-time recovery: not checked, because a local engine has none')
  try {
    const { ContinuousBackupsDescription: backups } = await call((how) =>
      client.send(new DescribeContinuousBackupsCommand({ TableName: name }), how),
    )
    if (backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED')
      return ok(name, 'point-in-time recovery is on')
    const command = `aws dynamodb update-continuous-backups --table-name ${name} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`
    return failed(name, 'point-in-time recovery is off', `Turn it on: \`${command}\`.`)
  } catch (error) {
    return callFailed(name, 'point-in-time recovery', error, 'dynamodb:DescribeContinuousBackups')
  }
}
