import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'

interface TableResource {
  readonly Type?: string
  readonly Properties?: Pick<
    CreateTableCommandInput,
    'TableName' | 'KeySchema' | 'AttributeDefinitions' | 'BillingMode'
  >
}

/**
 * Creates the tables of a service's CloudFormation resources that an engine does not have yet.
 * @throws Error in one sentence when the engine cannot be reached, or has such a table with another key.
 */
export async function createMissingTables(client: DynamoDBClient, resources: Record<string, unknown>): Promise<void> {
  for (const resource of Object.values(resources) as TableResource[])
    if (resource.Type === 'AWS::DynamoDB::Table' && resource.Properties)
      await createMissing(client, resource.Properties)
}

async function createMissing(
  client: DynamoDBClient,
  { TableName, KeySchema, AttributeDefinitions, BillingMode }: NonNullable<TableResource['Properties']>,
): Promise<void> {
  try {
    await client.send(new CreateTableCommand({ TableName, KeySchema, AttributeDefinitions, BillingMode }))
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.05 }, { TableName })
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw await explained(client, error)
    const { Table } = await client.send(new DescribeTableCommand({ TableName }))
    const asText = (schema: CreateTableCommandInput['KeySchema']) =>
      schema?.map((key) => `${key.AttributeName} ${key.KeyType}`).join(', ')
    if (asText(Table?.KeySchema) !== asText(KeySchema))
      throw new Error(
        `The table ${TableName} exists with the key ${asText(Table?.KeySchema)} where ${asText(KeySchema)} is needed.`,
      )
  }
}

async function explained(client: DynamoDBClient, error: unknown): Promise<Error> {
  const endpoint = await client.config.endpoint?.()
  const where = endpoint ? `${endpoint.protocol}//${endpoint.hostname}:${endpoint.port ?? ''}` : 'DynamoDB'
  const [reason = ''] = (error as Error).message.split('\n')
  return new Error(`No DynamoDB answers at ${where}: is DYNAMODB_ENDPOINT right? (${reason.slice(0, 200)})`)
}
