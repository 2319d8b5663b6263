import { DescribeTableCommand, type DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb'
import { call, couldNotLook, troubleOf } from '../aws.ts'
import { type Finding, failed, ok, unknown } from '../finding.ts'
import type { Target } from './configuration.ts'
import { checkStream } from './stream.ts'

export interface Table {
  readonly role: 'sessions' | 'users' | 'attempts'
  readonly name: string
  /** Partition key, sort key; texts both. */
  readonly key: readonly string[]
  /** Whether rows end by themselves, at `expiresAt`. */
  readonly expires: boolean
  /** Whether anybody would want it back as it was: not what is counted for a few minutes. */
  readonly kept: boolean
  /** In an engine on this machine, which knows nothing of backups, protection and replicas. */
  readonly local: boolean
}

interface FirstLook {
  readonly finding: Finding
  readonly description?: TableDescription
  /** `skip`: nothing more to learn about this table; `stop`: nor about any other. */
  readonly next: 'go on' | 'skip' | 'stop'
}

/** The first look at a table, which shows as well whether anybody answers. One call. */
export async function describeTable(client: DynamoDBClient, table: Table, target: Target): Promise<FirstLook> {
  const { name, key } = table
  try {
    const { Table: description } = await call((how) => client.send(new DescribeTableCommand({ TableName: name }), how))
    if (!description) throw new Error('an answer that is not DynamoDB’s')
    const { KeySchema = [], AttributeDefinitions = [], TableStatus } = description
    if (TableStatus !== 'ACTIVE' && TableStatus !== 'UPDATING')
      return {
        finding: failed(name, `is ${TableStatus}`, 'Wait until it is ACTIVE, and run this again.'),
        next: 'skip',
      }
    const typeOf = (name?: string) => AttributeDefinitions.find((one) => one.AttributeName === name)?.AttributeType
    const schema = KeySchema.map(({ AttributeName, KeyType }) => `${AttributeName} ${typeOf(AttributeName)} ${KeyType}`)
    const needed = key.map((attribute, index) => `${attribute} S ${index === 0 ? 'HASH' : 'RANGE'}`)
    if (schema.join() === needed.join())
      return { finding: ok(name, `exists, key ${key.join(', ')}`), description, next: 'go on' }
    const seen = `has the key ${schema.join(', ')} where ${needed.join(', ')} is needed`
    const remedy = `A key cannot be changed: deploy a table under another name, and set ${variableOf(table)} to it.`
    return { finding: failed(name, seen, remedy), next: 'skip' }
  } catch (error) {
    return asFirstLook(error, table, target, await regionOf(client))
  }
}

function asFirstLook(
  error: unknown,
  table: Table,
  { stage, endpoint, deployed }: Target,
  region: string | undefined,
): FirstLook {
  const { kind, reason } = troubleOf(error)
  const where = endpoint ?? (region ? `DynamoDB in ${region}` : 'DynamoDB')
  const stop = (seen: string, remedy: string): FirstLook => ({ finding: failed(where, seen, remedy), next: 'stop' })
  switch (kind) {
    case 'denied':
      return {
        finding: couldNotLook(table.name, described(table), error, 'dynamodb:DescribeTable'),
        next: 'go on',
      }
    case 'absent': {
      const make = deployed ? `Deploy it (\`npx serverless deploy --stage ${stage}\`)` : 'Start Coatcheck (`npm start`)'
      const remedy = `${make}, or correct the stage, the Region or ${variableOf(table)}.`
      return { finding: failed(table.name, `does not exist in ${endpoint ?? region}`, remedy), next: 'skip' }
    }
    case 'no credentials':
      return stop(`takes no credentials from here (${reason})`, 'Sign in (`aws sso login`), or set AWS_PROFILE.')
    case 'no region':
      return stop(`no Region to ask (${reason})`, 'Give --region, or set AWS_REGION.')
    default: {
      const remedy = endpoint ? 'Start the engine, or correct DYNAMODB_ENDPOINT.' : 'Check the network and --region.'
      return stop(
        kind === 'no answer' ? `does not answer (${reason})` : `answers in a way of its own (${reason})`,
        remedy,
      )
    }
  }
}

const regionOf = (client: DynamoDBClient) => client.config.region().catch(() => undefined)
const described = ({ role }: Table) => `key, deletion protection, replicas${role === 'users' ? ', stream' : ''}`
const variableOf = ({ role }: Table): string => `${role.toUpperCase()}_TABLE`

/** What the description says besides the key. No call. */
export function* checkDescription(table: Table, description: TableDescription): Generator<Finding> {
  if (table.local) yield unknown(table.name, 'deletion protection, replicas: a local engine has none')
  else {
    yield checkProtection(table, description)
    yield checkReplicas(table, description)
  }
  if (table.role === 'users') yield checkStream(table, description)
}

function checkProtection({ name }: Table, { DeletionProtectionEnabled }: TableDescription): Finding {
  if (DeletionProtectionEnabled) return ok(name, 'deletion protection is on')
  const remedy = `Turn it on: \`aws dynamodb update-table --table-name ${name} --deletion-protection-enabled\`.`
  return failed(name, 'deletion protection is off', remedy)
}

/** Last writer wins: a renewal in one Region could undo a revocation in another, or a count of attempts be lost. */
function checkReplicas({ name, role }: Table, description: TableDescription): Finding {
  const { Replicas = [], MultiRegionConsistency, GlobalTableVersion } = description
  // Of a global table of 2017 the description names the version alone.
  if (Replicas.length === 0 && GlobalTableVersion !== '2017.11.29') return ok(name, 'is in one Region')
  const regions = Replicas.map(({ RegionName }) => RegionName).join(', ') || 'other Regions'
  if (MultiRegionConsistency === 'STRONG') return ok(name, `has replicas in ${regions}, strongly consistent`)
  return failed(
    name,
    `has replicas in ${regions} where the last writer wins: they can undo a ${role === 'attempts' ? 'count' : 'revocation'}`,
    'Delete the replicas (`aws dynamodb update-table --replica-updates`), or move to a new table with MultiRegionConsistency STRONG.',
  )
}
