import { createHash } from 'node:crypto'
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda'

export type Item = Readonly<Record<string, AttributeValue>>

export type StreamView = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES'

/** A table whose writes make records. */
export interface StreamTable {
  readonly name: string
  readonly keyNames: readonly string[]
  readonly view: StreamView
}

/** One write of one item. */
export interface Change {
  readonly keys: Item
  readonly old: Item | undefined
  readonly new: Item | undefined
  /** Whether the item's time to live was over, and DynamoDB itself deleted it. */
  readonly isExpiry: boolean
}

const ACCOUNT = '000000000000'
const streamArn = (table: string, region: string) => `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${table}/stream/local`

export const keysOf = (item: Item, { keyNames }: StreamTable): Item =>
  Object.fromEntries(keyNames.flatMap((name) => (item[name] ? [[name, item[name]]] : [])))

/**
 * The record of a change in DynamoDB's shape; `undefined` if nothing changed, which makes no record.
 * Source: Amazon DynamoDB Streams API Reference, "Record" and "StreamRecord".
 */
export function toRecord(
  { name, view }: StreamTable,
  change: Change,
  { sequence, region, atMs }: { sequence: number; region: string; atMs: number },
): DynamoDBRecord | undefined {
  const images = [change.old, change.new].map((image) => image && canonical(image))
  if (images[0] === images[1]) return undefined
  const SequenceNumber = String(sequence).padStart(21, '0')
  return {
    eventID: createHash('sha256').update(`${name} ${SequenceNumber}`).digest('hex').slice(0, 32),
    eventName: change.old ? (change.new ? 'MODIFY' : 'REMOVE') : 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(atMs / 1000),
      Keys: { ...change.keys },
      ...(change.new && /NEW/.test(view) && { NewImage: { ...change.new } }),
      ...(change.old && /OLD/.test(view) && { OldImage: { ...change.old } }),
      SequenceNumber,
      SizeBytes: images.reduce((sum, image) => sum + (image?.length ?? 0), 0),
      StreamViewType: view,
    },
    ...(change.isExpiry && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
    eventSourceARN: streamArn(name, region),
  }
}

/** Equal for equal items, whatever the order of their attributes and of the members of a set. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (key, inner) => {
    if (/^[SNB]S$/.test(key) && Array.isArray(inner)) return inner.toSorted()
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
