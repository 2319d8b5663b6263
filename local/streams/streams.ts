import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { createClient } from '../../lib/dynamodb/index.ts'
import { parseLocalEndpoint } from '../../lib/dynamodb/local-endpoint.ts'
import type { Engine } from '../engine.ts'
import { object, text } from '../json.ts'
import type { Service } from '../service.ts'
import type { ReadStream } from './deliver.ts'
import { openEngineStream } from './engine-streams.ts'
import type { ExpiringTable } from './expiry.ts'
import { openJournal } from './journal.ts'
import { completeInterrupted, observeWrites } from './observed-writes.ts'
import type { StreamTable, StreamView } from './record.ts'

/** Reads the stream of a table by the table's name; `undefined` if it has none here. */
export type OpenStream = (tableName: string) => Promise<ReadStream | undefined>

/** Where streams are read, until it is closed. */
export interface Streams {
  readonly open: OpenStream
  close(): void
}

/** The tables of a service's resources that have a stream. */
export const streamTables = ({ resources }: Service): StreamTable[] =>
  Object.values(resources).flatMap((resource) => {
    const { TableName, StreamSpecification, KeySchema } = object(object(resource).Properties)
    if (object(resource).Type !== 'AWS::DynamoDB::Table' || !StreamSpecification) return []
    const keyNames = (KeySchema as { AttributeName: string }[]).map(({ AttributeName }) => AttributeName)
    return [{ name: text(TableName), keyNames, view: text(object(StreamSpecification).StreamViewType) as StreamView }]
  })

/** Streams of the embedded engine, which has none: from the writes that pass to it. */
export async function embeddedStreams(
  engine: Required<Pick<Engine, 'endpoint' | 'observe'>>,
  tables: readonly StreamTable[],
  { region, folder }: { region: string; folder?: string },
): Promise<Streams> {
  const client = createClient({ endpoint: engine.endpoint, timeoutMs: 10_000 })
  const journal = await openJournal({ folder, region })
  await completeInterrupted(client, tables, journal)
  engine.observe(observeWrites(client, tables, journal))
  return {
    open: async (table) => async (after, limit) => journal.read(table, after, limit),
    close: () => client.destroy(),
  }
}

/** Streams of an engine that has them. */
export function engineStreams(endpoint: string, expiring: readonly ExpiringTable[] = []): Streams {
  const client = new DynamoDBStreamsClient(parseLocalEndpoint(endpoint))
  const ttlAttribute = (table: string) => expiring.find(({ name }) => name === table)?.attribute
  return { open: (table) => openEngineStream(client, table, ttlAttribute(table)), close: () => client.destroy() }
}
