import { DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import type { DynamoDBRecord } from 'aws-lambda'
import { openEngineStream } from '../../../local/streams/engine-streams.ts'

/** Records the stream of a table, from now until they are read. */
export interface Recording {
  /** Everything that was written since; ends the stream. */
  records(): Promise<DynamoDBRecord[]>
}

const PAGE = 1000

/** Switches a table's stream on, which makes its writes slower: DynamoDB Local alone has one. */
export async function recordStream(
  engine: string,
  TableName: string,
  view: 'KEYS_ONLY' | 'NEW_AND_OLD_IMAGES',
): Promise<Recording> {
  const settings = {
    endpoint: engine,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }
  const client = new DynamoDBClient(settings)
  const streams = new DynamoDBStreamsClient(settings)
  const set = (StreamSpecification: { StreamEnabled: boolean; StreamViewType?: typeof view }) =>
    client.send(new UpdateTableCommand({ TableName, StreamSpecification }))
  await set({ StreamEnabled: true, StreamViewType: view })
  return {
    async records() {
      const read = await openEngineStream(streams, TableName)
      if (!read) throw new Error(`The engine has no stream of ${TableName}.`)
      const records: DynamoDBRecord[] = []
      for (let [position, empty] = ['', 0]; empty < 2; ) {
        const page = await read(position || undefined, PAGE)
        records.push(...page.map(({ record }) => record))
        position = page.at(-1)?.position ?? position
        empty = page.length === 0 ? empty + 1 : 0
      }
      await set({ StreamEnabled: false })
      client.destroy()
      streams.destroy()
      return records
    },
  }
}
