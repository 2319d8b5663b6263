import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { nanoid } from 'nanoid'
import { inject } from 'vitest'
import { createClient } from '../../lib/dynamodb/index.ts'
import type { Item } from '../../lib/dynamodb/item.ts'
import type { TableNames } from '../../lib/table-names.ts'
import { readService } from '../../local/service.ts'
import { tableNames, tableParams } from '../../local/table-settings.ts'
import { createMissingTables } from '../../local/tables.ts'

export interface TestTables extends TableNames {
  readonly client: DynamoDBClient
  /** Past the stores: what is really in a table. */
  scan(table: string): Promise<Item[]>
  put(table: string, item: Item): Promise<void>
  get(table: string, key: Item): Promise<Item | undefined>
}

/** The SDK's own handler, of which its types tell less. */
interface Configurable {
  updateHttpClientConfig(option: 'connectionTimeout', milliseconds: number): void
}

/** A client that a busy machine makes neither fail nor repeat a call. */
export function createTestClient(endpoint: string, timeoutMs = 10_000): DynamoDBClient {
  const client = createClient({ endpoint, timeoutMs })
  const { requestHandler } = client.config as unknown as { requestHandler: Configurable }
  requestHandler.updateHttpClientConfig('connectionTimeout', 10_000)
  return client
}

/** Tables of one's own on the run's engine, made from the definitions that are deployed. */
export async function createTestTables(): Promise<TestTables> {
  const client = createTestClient(inject('endpoint'))
  const names = tableNames(`t${nanoid(8)}`)
  const { resources } = await readService('.', { stage: 'local', params: tableParams(names) })
  await createMissingTables(makingAtOnce(client), resources, { streams: false })
  return openTestTables(client, names)
}

/** Tables that a stack makes itself. */
export function openTestTables(client: DynamoDBClient, names: TableNames): TestTables {
  return {
    client,
    ...names,
    scan: async (TableName) => (await client.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? [],
    put: async (TableName, Item) => void (await client.send(new PutItemCommand({ TableName, Item }))),
    get: async (TableName, Key) =>
      (await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item,
  }
}

/** The same client, to which a table is created once it is there: milliseconds here, where the SDK's waiter takes a second. */
function makingAtOnce(client: DynamoDBClient): DynamoDBClient {
  const statusOf = async (TableName: string | undefined) =>
    (await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus
  const send = async (command: Parameters<typeof client.send>[0]) => {
    const answer = await client.send(command)
    if (command instanceof CreateTableCommand)
      while ((await statusOf(command.input.TableName)) !== 'ACTIVE') await sleep(5)
    return answer
  }
  return new Proxy(client, { get: (target, name) => (name === 'send' ? send : Reflect.get(target, name)) })
}
