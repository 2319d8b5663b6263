import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type Shard,
  type _Record as StreamsRecord,
} from '@aws-sdk/client-dynamodb-streams'
import type { DynamoDBRecord } from 'aws-lambda'
import type { Placed, ReadStream } from './deliver.ts'

/** An iterator is good for a quarter of an hour, and one at the beginning only while nothing was trimmed. */
const LOST = new Set(['ExpiredIteratorException', 'TrimmedDataAccessException'])

/**
 * Reads a table's stream through DynamoDB's own streams API, as DynamoDB Local has it: one shard after the other, parents
 * before children, so that the records of a key come in order. `undefined` if the table has no stream, or the engine none.
 */
export async function openEngineStream(
  client: DynamoDBStreamsClient,
  table: string,
  ttlAttribute?: string,
): Promise<ReadStream | undefined> {
  const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName: table })).catch((error: Error) => {
    if (error.name === 'UnknownOperationException') return { Streams: [] }
    throw error
  })
  const StreamArn = Streams.at(-1)?.StreamArn
  if (!StreamArn) return undefined

  const shards = async () => {
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }))
    return parentsFirst(StreamDescription?.Shards ?? [])
  }
  const openShard = async (ShardId: string, SequenceNumber?: string) => {
    const from = SequenceNumber
      ? ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber } as const)
      : ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
    const input = { StreamArn, ShardId, ...from }
    return (await client.send(new GetShardIteratorCommand(input))).ShardIterator
  }
  const start = async (after: string | undefined) => {
    const [shardId = '', sequence] = after?.split(' ') ?? []
    const known = await shards()
    if (known.some(({ ShardId }) => ShardId === shardId))
      return { shardId, iterator: await openShard(shardId, sequence) }
    const oldest = known[0]?.ShardId ?? '' // nothing was read, or what was read is older than the stream
    return { shardId: oldest, iterator: oldest ? await openShard(oldest) : undefined }
  }
  const nextShard = async (shardId: string) => {
    const known = await shards()
    return known[known.findIndex(({ ShardId }) => ShardId === shardId) + 1]?.ShardId
  }

  let place: { shardId: string; iterator: string | undefined } | undefined
  return async (after, limit) => {
    place ??= await start(after)
    if (!place.iterator) {
      const shardId = await nextShard(place.shardId)
      if (!shardId) return []
      place = { shardId, iterator: await openShard(shardId) }
    }
    const { shardId, iterator } = place
    const input = { ShardIterator: iterator, Limit: limit }
    const { Records = [], NextShardIterator } = await client
      .send(new GetRecordsCommand(input))
      .catch((error: Error) => {
        if (!LOST.has(error.name)) throw error
        place = undefined // opened again after the last record
        return { Records: [], NextShardIterator: undefined }
      })
    if (place) place = { shardId, iterator: NextShardIterator }
    return Records.map((record) => toPlaced(asExpiry(record, ttlAttribute), shardId, StreamArn))
  }
}

function parentsFirst(shards: readonly Shard[]): Shard[] {
  const ids = new Set(shards.map(({ ShardId }) => ShardId))
  const children = (parent: string | undefined): Shard[] =>
    shards
      .filter(({ ParentShardId }) => (ids.has(ParentShardId) ? ParentShardId : undefined) === parent)
      .flatMap((shard) => [shard, ...children(shard.ShardId)])
  return children(undefined)
}

/** The engine deletes nothing by itself: a deletion after the item's time gets the principal that DynamoDB's have. */
function asExpiry(record: StreamsRecord, ttlAttribute = ''): StreamsRecord {
  const { OldImage, ApproximateCreationDateTime } = record.dynamodb ?? {}
  const until = Number(OldImage?.[ttlAttribute]?.N ?? Number.POSITIVE_INFINITY)
  const isOver = until * 1000 <= (ApproximateCreationDateTime?.getTime() ?? 0)
  if (record.eventName !== 'REMOVE' || !isOver) return record
  return { ...record, userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' } }
}

/** As Lambda hands a record to a function: the time in seconds, and the stream's name. */
function toPlaced(
  { dynamodb, userIdentity, ...record }: StreamsRecord,
  shardId: string,
  eventSourceARN: string,
): Placed {
  const seconds = Math.floor((dynamodb?.ApproximateCreationDateTime?.getTime() ?? Date.now()) / 1000)
  return {
    position: `${shardId} ${dynamodb?.SequenceNumber}`,
    record: {
      ...record,
      dynamodb: { ...dynamodb, ApproximateCreationDateTime: seconds },
      ...(userIdentity && { userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId } }),
      eventSourceARN,
    } as DynamoDBRecord,
  }
}
