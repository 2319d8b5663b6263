import { BatchWriteItemCommand, DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { DynamoDBRecord } from 'aws-lambda'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createClient, type DynamoDBClient } from '../../lib/dynamodb/index.ts'
import { startEmbeddedEngine } from '../../local/engine.ts'
import { embeddedStreams, engineStreams, type OpenStream } from '../../local/streams/streams.ts'
import { createMissingTables } from '../../local/tables.ts'
import { isFirstEngine } from '../support/engine.ts'

// The records of writes: on the embedded engine from the writes that pass to it, on DynamoDB Local from its own streams.

const NAME = `streams-${process.pid}`
const resources = {
  Sessions: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: NAME,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'userId', AttributeType: 'S' },
        { AttributeName: 'sessionId', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'userId', KeyType: 'HASH' },
        { AttributeName: 'sessionId', KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
  },
} as const
const table = { name: NAME, keyNames: ['userId', 'sessionId'], view: 'NEW_AND_OLD_IMAGES' } as const

let client: DynamoDBClient
let open: OpenStream
const closing: (() => unknown)[] = []
beforeAll(async () => {
  const embedded = isFirstEngine ? await startEmbeddedEngine() : undefined
  if (embedded) closing.push(() => embedded.close())
  const endpoint = embedded?.endpoint ?? inject('endpoint')
  client = createClient({ endpoint, timeoutMs: 10_000 })
  closing.push(() => client.destroy())
  await createMissingTables(client, resources)
  const streams = embedded ? await embeddedStreams(embedded, [table], { region: 'us-east-1' }) : engineStreams(endpoint)
  closing.push(() => streams.close())
  open = streams.open
})
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

const key = (sessionId: string) => ({ userId: { S: 'u' }, sessionId: { S: sessionId } })
const item = (sessionId: string, label: string) => ({ ...key(sessionId), label: { S: label } })
const put = (sessionId: string, label: string) =>
  client.send(new PutItemCommand({ TableName: NAME, Item: item(sessionId, label) }))
const remove = (sessionId: string) => client.send(new DeleteItemCommand({ TableName: NAME, Key: key(sessionId) }))

/** Reads until so many records have come. */
async function records(count: number): Promise<DynamoDBRecord[]> {
  const read = await open(NAME)
  if (!read) throw new Error('The table has no stream.')
  const found: { position: string; record: DynamoDBRecord }[] = []
  while (found.length < count) found.push(...(await read(found.at(-1)?.position, 100)))
  return found.map(({ record }) => record)
}

/** What a function can tell from a record, in short. */
const summary = ({ eventName, dynamodb }: DynamoDBRecord) =>
  [eventName, dynamodb?.Keys?.sessionId?.S, dynamodb?.OldImage?.label?.S, dynamodb?.NewImage?.label?.S].join(' ')

test('each write that changes an item makes one record, in order, with the images before and after', async () => {
  await put('a', 'one')
  await put('a', 'two')
  await put('a', 'two') // changes nothing: no record
  const set = { TableName: NAME, Key: key('a'), UpdateExpression: 'SET label = :label' }
  await client.send(new UpdateItemCommand({ ...set, ExpressionAttributeValues: { ':label': { S: 'three' } } }))
  await client
    .send(
      new UpdateItemCommand({
        ...set,
        ConditionExpression: 'label = :label',
        ExpressionAttributeValues: { ':label': { S: 'never' } },
      }),
    )
    .catch(() => {}) // refused: no record
  await remove('a')
  await remove('a') // deletes nothing: no record
  const batch = [{ PutRequest: { Item: item('b', 'one') } }, { DeleteRequest: { Key: key('a') } }]
  await client.send(new BatchWriteItemCommand({ RequestItems: { [NAME]: batch } }))
  await remove('b')

  const all = await records(6)
  expect(all.map(summary)).toEqual([
    'INSERT a  one',
    'MODIFY a one two',
    'MODIFY a two three',
    'REMOVE a three ',
    'INSERT b  one',
    'REMOVE b one ',
  ])
  const numbers = all.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '')
  expect(numbers.toSorted()).toEqual(numbers)
  expect(new Set(all.map(({ eventID }) => eventID)).size).toBe(6)
  expect(all[0]).toMatchObject({
    eventSource: 'aws:dynamodb',
    eventSourceARN: expect.stringContaining(`table/${NAME}/stream/`),
    dynamodb: {
      Keys: key('a'),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      SizeBytes: expect.any(Number),
      ApproximateCreationDateTime: expect.any(Number),
    },
  })
})

test('parallel writes of one key make a chain: each record begins where the one before ended', async () => {
  const before = 6
  await Promise.all(Array.from({ length: 20 }, (_, index) => put('chain', String(index))))
  const chain = (await records(before + 20)).slice(before)
  for (const [index, { dynamodb }] of chain.entries())
    expect(dynamodb?.OldImage?.label).toEqual(chain[index - 1]?.dynamodb?.NewImage?.label)
})

test('a read goes on after any position', async () => {
  const read = await open(NAME)
  const [first, second] = (await read?.(undefined, 2)) ?? []
  const again = await open(NAME)
  const [next] = (await again?.(first?.position, 1)) ?? []
  expect(next?.record.eventID).toBe(second?.record.eventID)
})
