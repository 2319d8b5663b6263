import { DescribeTableCommand, type DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb'
import { call, callFailed, classifyError } from '../aws.ts'
import { type Finding, failed, ok, unknown } from '../finding.ts'
import type { Target } from './configuration.ts'
import { checkRecentIndex } from './recent-index.ts'
import { checkStream } from './stream.ts'

export interface Table {
  readonly role: 'sessions' | 'users' | 'attempts' | 'activity'
  readonly name: string
  /** Names of the partition key and the sort key, both strings. */
  readonly key: readonly string[]
  /** Whether items expire at `expiresAt`. */
  readonly expires: boolean
  /** Whether the table needs backups; attempt counters, which last minutes, do not. */
  readonly kept: boolean
  /** Whether functions read the stream of the sessions. */
  readonly isStreamRead?: boolean
  /** Whether a local engine holds it, which has no backups, deletion protection and replicas. */
  readonly local: boolean
}

interface TableCheck {
  readonly finding: Finding
  readonly description?: TableDescription
  /** `skip`: make no further checks of this table; `stop`: nor of any other table. */
  readonly next: 'continue' | 'skip' | 'stop'
}

/** Describes a table and checks its key. Also shows whether DynamoDB answers at all. One call. */
export async function describeTable(client: DynamoDBClient, table: Table, target: Target): Promise<TableCheck> {
  const { name, key } = table
  try {
    const { Table: description } = await call((how) => client.send(new DescribeTableCommand({ TableName: name }), how))
    if (!description) throw new Error('the response is not from DynamoDB')
    const { KeySchema = [], AttributeDefinitions = [], TableStatus } = description
    if (TableStatus !== 'ACTIVE' && TableStatus !== 'UPDATING')
      return {
        finding: failed(name, `the status is ${TableStatus}`, 'Wait until it is ACTIVE, then run this again.'),
        next: 'skip',
      }
    const typeOf = (name?: string) =>
      AttributeDefinitions.find((definition) => definition.AttributeName === name)?.AttributeType
    const schema = KeySchema.map(({ AttributeName, KeyType }) => `${AttributeName} ${typeOf(AttributeName)} ${KeyType}`)
    const needed = key.map((attribute, index) => `${attribute} S ${index === 0 ? 'HASH' : 'RANGE'}`)
    if (schema.join() === needed.join())
      return { finding: ok(name, `exists, key ${key.join(', ')}`), description, next: 'continue' }
    const state = `the key is ${schema.join(', ')} instead of ${needed.join(', ')}`
    const remedy = `A key cannot be changed: deploy a table with another name and set ${variableOf(table)} to it.`
    return { finding: failed(name, state, remedy), next: 'skip' }
  } catch (error) {
    return checkOfError(error, table, target, await regionOf(client))
  }
}

function checkOfError(
  error: unknown,
  table: Table,
  { stage, endpoint, deployed }: Target,
  region: string | undefined,
): TableCheck {
  const { kind, reason } = classifyError(error)
  const where = endpoint ?? (region ? `DynamoDB in ${region}` : 'DynamoDB')
  const stop = (state: string, remedy: string): TableCheck => ({ finding: failed(where, state, remedy), next: 'stop' })
  switch (kind) {
    case 'denied':
      return {
        finding: callFailed(table.name, described(table), error, 'dynamodb:DescribeTable'),
        next: 'continue',
      }
    case 'not found': {
      const create = deployed
        ? `Deploy it (\`npx serverless deploy --stage ${stage}\`)`
        : 'Start Coatcheck (`npm start`)'
      const remedy = `${create}, or correct the stage, the Region or ${variableOf(table)}.`
      return { finding: failed(table.name, `does not exist in ${endpoint ?? region}`, remedy), next: 'skip' }
    }
    case 'no credentials':
    case 'bad credentials':
      return stop(
        `rejected the credentials or found none (${reason})`,
        'Sign in (`aws sso login`), or set AWS_PROFILE.',
      )
    default: {
      const remedy = endpoint ? 'Start the engine, or correct DYNAMODB_ENDPOINT.' : 'Check the network and --region.'
      return stop(
        kind === 'no answer' ? `does not answer (${reason})` : `gave an unexpected answer (${reason})`,
        remedy,
      )
    }
  }
}

const regionOf = (client: DynamoDBClient) => client.config.region().catch(() => undefined)
const described = ({ role }: Table) => `key, deletion protection, replicas${OWN_CHECKS[role]}`
const OWN_CHECKS = { sessions: ', stream', users: ', stream', attempts: '', activity: ', index' }
const variableOf = ({ role }: Table): string => `${role.toUpperCase()}_TABLE`

/** Checks deletion protection, replicas, stream and index in the description of a table. No call. */
export function* checkDescription(table: Table, description: TableDescription): Generator<Finding> {
  if (table.local)
    yield unknown(table.name, 'deletion protection, replicas: not checked, because a local engine has none')
  else {
    yield checkProtection(table, description)
    yield checkReplicas(table, description)
  }
  const { name, local, role } = table
  if (role === 'users' || (role === 'sessions' && table.isStreamRead))
    yield checkStream({ name, local, role }, description)
  if (role === 'activity') yield checkRecentIndex(name, description)
}

function checkProtection({ name }: Table, { DeletionProtectionEnabled }: TableDescription): Finding {
  if (DeletionProtectionEnabled) return ok(name, 'deletion protection is on')
  const remedy = `Turn it on: \`aws dynamodb update-table --table-name ${name} --deletion-protection-enabled\`.`
  return failed(name, 'deletion protection is off', remedy)
}

/** If the last writer wins, a renewal in one Region can undo a revocation in another, or lose counted attempts. */
function checkReplicas({ name, role }: Table, description: TableDescription): Finding {
  const { Replicas = [], MultiRegionConsistency, GlobalTableVersion } = description
  // The description of a global table of version 2017.11.29 lists no replicas.
  if (Replicas.length === 0 && GlobalTableVersion !== '2017.11.29') return ok(name, 'in one Region')
  const regions = Replicas.map(({ RegionName }) => RegionName).join(', ') || 'other Regions'
  if (MultiRegionConsistency === 'STRONG') return ok(name, `replicas in ${regions}, strongly consistent`)
  return failed(
    name,
    `replicas in ${regions} in which the last writer wins: they can undo a ${role === 'attempts' ? 'counted attempt' : 'revocation'}`,
    'Delete the replicas (`aws dynamodb update-table --replica-updates`), or move to a new table with MultiRegionConsistency STRONG.',
  )
}
