import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, describe, expect, test } from 'vitest'
import { createClient } from '../../lib/dynamodb/index.ts'
import { startEmbeddedEngine } from '../../local/engine.ts'
import { openJournal } from '../../local/streams/journal.ts'
import { openPositions } from '../../local/streams/positions.ts'
import type { StreamTable } from '../../local/streams/record.ts'
import { embeddedStreams } from '../../local/streams/streams.ts'
import { createMissingTables } from '../../local/tables.ts'
import { removeFolders, temporaryFolder } from './support.ts'

// What is left of the streams of the embedded engine when the process ends, in good order or killed.

afterAll(removeFolders)

const table: StreamTable = { name: 'users', keyNames: ['pk'], view: 'KEYS_ONLY' }
const keys = (pk: string) => ({ pk: { S: pk } })
const region = 'eu-west-1'

async function write(journal: Awaited<ReturnType<typeof openJournal>>, pk: string) {
  const id = await journal.begin({ table: table.name, keys: keys(pk), old: undefined })
  await journal.complete(id, table, { keys: keys(pk), old: undefined, new: keys(pk), isExpiry: false })
}
const keysIn = (journal: Awaited<ReturnType<typeof openJournal>>, after?: string) =>
  journal.read(table.name, after, 100).map(({ record }) => record.dynamodb?.Keys?.pk?.S)

describe('the records', () => {
  test('of a start before come again after a position, and later ones after them', async () => {
    const folder = await temporaryFolder()
    const first = await openJournal({ folder, region })
    await write(first, 'one')
    await write(first, 'two')
    const [one] = first.read(table.name, undefined, 1)
    const second = await openJournal({ folder, region })
    await write(second, 'three')
    expect(keysIn(second, one?.position)).toEqual(['two', 'three'])
  })

  test('come after those of a start whose records are all too old to be kept', async () => {
    const folder = await temporaryFolder()
    const yesterday = Date.now() - 25 * 60 * 60 * 1000
    const first = await openJournal({ folder, region, now: () => yesterday })
    await write(first, 'old')
    const [old] = first.read(table.name, undefined, 1)
    const second = await openJournal({ folder, region })
    await write(second, 'new')
    expect([keysIn(second), keysIn(second, old?.position)]).toEqual([['new'], ['new']])
    expect(await readFile(join(folder, 'streams.jsonl'), 'utf8')).not.toContain('"old"')
  })

  test('are read if the last line of the file is incomplete', async () => {
    const folder = await temporaryFolder()
    const first = await openJournal({ folder, region })
    await write(first, 'one')
    await appendFile(join(folder, 'streams.jsonl'), '{"kind":"do')
    expect(keysIn(await openJournal({ folder, region }))).toEqual(['one'])
  })

  test('of a deletion by the time to live name DynamoDB as the principal', async () => {
    const journal = await openJournal({ region })
    const id = await journal.begin({ table: table.name, keys: keys('x'), old: keys('x') })
    await journal.complete(id, table, { keys: keys('x'), old: keys('x'), new: undefined, isExpiry: true })
    const [placed] = journal.read(table.name, undefined, 1)
    expect(placed?.record).toMatchObject({
      eventName: 'REMOVE',
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    })
  })
})

test('a write that happened, but whose record was lost with the process, makes its record at the next start', async () => {
  const folder = await temporaryFolder()
  const Properties = {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  } as const
  const engine = await startEmbeddedEngine(folder)
  const client = createClient({ endpoint: engine.endpoint, timeoutMs: 10_000 })
  await createMissingTables(client, { Users: { Type: 'AWS::DynamoDB::Table', Properties } })
  const killed = await openJournal({ folder, region })
  await killed.begin({ table: table.name, keys: keys('written'), old: undefined })
  await killed.begin({ table: table.name, keys: keys('never written'), old: undefined })
  await client.send(new PutItemCommand({ TableName: table.name, Item: keys('written') }))
  const streams = await embeddedStreams(engine, [table], { region, folder })
  const read = await streams.open(table.name)
  const placed = (await read?.(undefined, 100)) ?? []
  expect(placed.map(({ record }) => [record.eventName, record.dynamodb?.Keys])).toEqual([['INSERT', keys('written')]])
  streams.close()
  client.destroy()
  await engine.close()
})

test('positions are kept from start to start, and a damaged file means none', async () => {
  const folder = await temporaryFolder()
  const positions = await openPositions(folder)
  await Promise.all([positions.save('a', '1'), positions.save('b', '2'), positions.save('a', '3')])
  expect((await openPositions(folder)).get('a')).toBe('3')
  await appendFile(join(folder, 'stream-positions.json'), '}')
  expect((await openPositions(folder)).get('a')).toBeUndefined()
})
