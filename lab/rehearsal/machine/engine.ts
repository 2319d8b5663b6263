import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb'
import { type Engine, startEmbeddedEngine } from '../../../local/engine.ts'
import { startDynamodbLocal } from '../../../tests/support/dynamodb-local.ts'
import { createResolver } from '../template/resolve.ts'
import { resourcesOf, type Template } from '../template/template.ts'

export interface NamedEngine extends Pick<Engine, 'endpoint' | 'close'> {
  readonly name: 'DynamoDB Local' | 'the embedded engine'
}

/** DynamoDB Local if there is Java 17, else the embedded engine, which answers fewer kinds of requests. */
export async function startEngine(): Promise<NamedEngine> {
  const version = await promisify(execFile)('java', ['-version']).then(
    ({ stderr }) => Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0),
    () => 0,
  )
  if (version >= 17) return { ...(await startDynamodbLocal()), name: 'DynamoDB Local' }
  return { ...(await startEmbeddedEngine()), name: 'the embedded engine' }
}

/** A client of the engine itself, whose calls belong to no function. */
export const engineClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({ endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } })

/** Creates the template's tables with their keys and indexes. */
export async function createTables(client: DynamoDBClient, template: Template): Promise<void> {
  const resolver = createResolver(template)
  for (const [id, { Properties: own }] of resourcesOf(template, 'AWS::DynamoDB::Table')) {
    const TableName = resolver.text(own.TableName ?? id)
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } = own
    const indexes = {
      ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }),
      ...(LocalSecondaryIndexes && { LocalSecondaryIndexes }),
    }
    const keys = { KeySchema, AttributeDefinitions, ...indexes }
    await client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...keys }))
    await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 0.1, maxDelay: 0.5 }, { TableName })
  }
}
