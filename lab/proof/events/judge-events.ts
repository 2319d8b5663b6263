import type { DynamoDBRecord } from 'aws-lambda'
import { toSessionChange, toUserItemChange } from '../../../lib/dynamodb/stream-record.ts'
import type { PublishedEvent } from '../../../lib/events/published-event.ts'
import type { PlacedChange, Publisher } from '../../../lib/events/publisher.ts'

/** What the deliveries of the records of a phase came to. */
export interface Published {
  /** Rows that were written or deleted, and the different ids of their events. */
  readonly created: ReadonlyMap<string, ReadonlySet<string>>
  readonly ended: ReadonlyMap<string, ReadonlySet<string>>
  /** Every event as text. */
  readonly events: readonly string[]
  /** Texts of the stream's images that no event may have. */
  readonly secrets: ReadonlySet<string>
  /** Records that were not published. */
  readonly failures: number
  /** Records that cannot be decoded, by their attributes. */
  readonly malformed: readonly string[]
  /** Deletions without an image: DynamoDB Local writes them for a row that two requests delete at once. */
  readonly withoutImage: number
}

/** Publishes a batch with a publisher, and returns its events. */
export type Publish = (
  batch: readonly PlacedChange[],
) => Promise<{ events: readonly PublishedEvent[]; failures: Awaited<ReturnType<Publisher['publish']>> }>

/** Delivers records several times, in batches of other sizes and to other publishers, as a stream may. */
export async function deliverAll(
  records: readonly DynamoDBRecord[],
  deliveries: readonly { readonly batchSize: number; readonly publish: Publish }[],
): Promise<Published> {
  const malformed: string[] = []
  const complete = records.filter((record) => !isWithoutImage(record))
  const changes = complete.flatMap((record, index) => {
    try {
      const change = record.dynamodb?.Keys?.pk ? toUserItemChange(record) : toSessionChange(record)
      return change ? [{ sequence: String(index), change }] : []
    } catch {
      malformed.push(shapeOf(record))
      return []
    }
  })
  const rowsOf = (kind: 'created' | 'deleted') =>
    new Map(
      changes.flatMap(({ change }) =>
        'session' in change && change.kind === kind ? [[change.session.id as string, new Set<string>()] as const] : [],
      ),
    )
  const [created, ended] = [rowsOf('created'), rowsOf('deleted')]
  const texts: string[] = []
  let failures = 0
  for (const { batchSize, publish } of deliveries)
    for (let start = 0; start < changes.length; start += batchSize) {
      const { events, failures: failed } = await publish(changes.slice(start, start + batchSize))
      failures += failed.length
      for (const event of events) {
        const { id, sessionId } = event.detail
        texts.push(JSON.stringify(event))
        const rows = event.type === 'session.created' ? created : ended
        if (event.type.startsWith('session.')) rows.get(String(sessionId))?.add(id)
      }
    }
  return {
    created,
    ended,
    events: texts,
    secrets: secretsOf(records),
    failures,
    malformed,
    withoutImage: records.length - complete.length,
  }
}

const isWithoutImage = ({ eventName, dynamodb }: DynamoDBRecord) =>
  eventName === 'REMOVE' && dynamodb?.Keys?.sessionId !== undefined && Object.keys(dynamodb.OldImage ?? {}).length === 0

/** What a record is about, without any value. */
const shapeOf = ({ eventName, dynamodb: { Keys, NewImage, OldImage } = {} }: DynamoDBRecord) =>
  JSON.stringify([eventName, ...[Keys, NewImage, OldImage].map((item) => Object.keys(item ?? {}))])

/** Shorter texts may be part of an id by chance. */
const SHORTEST_SECRET = 7

/** The hashes of session secrets, addresses and user agents of every image. */
function secretsOf(records: readonly DynamoDBRecord[]): ReadonlySet<string> {
  const images = records.flatMap(({ dynamodb }) => [dynamodb?.NewImage ?? {}, dynamodb?.OldImage ?? {}])
  const texts = images.flatMap(({ secretHash, ip, userAgent }) => {
    const hash = secretHash?.B === undefined ? [] : [bytesOf(secretHash.B)]
    return [...hash.flatMap((each) => [each.toString('base64'), each.toString('hex')]), ip?.S, userAgent?.S]
  })
  return new Set(texts.filter((text = '') => text.length >= SHORTEST_SECRET) as string[])
}

/** Lambda hands binary attributes over as Base64 text, the engine as bytes. */
const bytesOf = (value: unknown) =>
  typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.from(value as Uint8Array)
