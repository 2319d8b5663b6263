import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTableCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'

interface TableResource {
  readonly Type?: string
  readonly Properties?: Pick<
    CreateTableCommandInput,
    | 'TableName'
    | 'KeySchema'
    | 'AttributeDefinitions'
    | 'BillingMode'
    | 'StreamSpecification'
    | 'GlobalSecondaryIndexes'
  >
}

interface TableOptions {
  /** Whether tables have their streams, which make each write of DynamoDB Local several times as long. */
  readonly streams?: boolean
}

/**
 * Creates the missing tables of a service's CloudFormation resources.
 * @throws Error if the engine does not answer, or if a table exists with another key
 */
export async function createMissingTables(
  client: DynamoDBClient,
  resources: Record<string, unknown>,
  { streams = true }: TableOptions = {},
): Promise<void> {
  for (const resource of Object.values(resources) as TableResource[])
    if (resource.Type === 'AWS::DynamoDB::Table' && resource.Properties)
      await createMissing(client, resource.Properties, streams)
}

async function createMissing(
  client: DynamoDBClient,
  {
    TableName,
    KeySchema,
    AttributeDefinitions,
    BillingMode,
    GlobalSecondaryIndexes,
    ...rest
  }: NonNullable<TableResource['Properties']>,
  hasStreams: boolean,
): Promise<void> {
  // CloudFormation says only the view. The embedded engine ignores it.
  const StreamSpecification = hasStreams &&
    rest.StreamSpecification && { ...rest.StreamSpecification, StreamEnabled: true }
  const input = { TableName, KeySchema, AttributeDefinitions, BillingMode, GlobalSecondaryIndexes }
  try {
    await client.send(new CreateTableCommand({ ...input, ...(StreamSpecification && { StreamSpecification }) }))
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.05 }, { TableName })
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw await toError(client, error)
    const { Table } = await client.send(new DescribeTableCommand({ TableName }))
    const asText = (schema: CreateTableCommandInput['KeySchema']) =>
      schema?.map((key) => `${key.AttributeName} ${key.KeyType}`).join(', ')
    if (asText(Table?.KeySchema) !== asText(KeySchema))
      throw new Error(
        `The table ${TableName} exists with the key ${asText(Table?.KeySchema)} instead of ${asText(KeySchema)}: delete it, or set another table name.`,
      )
    if (StreamSpecification && !Table?.StreamSpecification)
      // The embedded engine has no streams and says so; what needs them is played from its writes.
      await client.send(new UpdateTableCommand({ TableName, StreamSpecification })).catch(() => {})
  }
}

async function toError(client: DynamoDBClient, error: unknown): Promise<Error> {
  const endpoint = await client.config.endpoint?.()
  const address = endpoint ? `${endpoint.protocol}//${endpoint.hostname}:${endpoint.port ?? ''}` : 'DynamoDB'
  const [reason = ''] = (error as Error).message.split('\n')
  return new Error(
    `DynamoDB does not answer at ${address} (${reason.slice(0, 200)}): start the engine, or correct DYNAMODB_ENDPOINT.`,
  )
}
