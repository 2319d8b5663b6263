import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, expect, test, vi } from 'vitest'
import { createClient } from '../../lib/dynamodb/index.ts'
import { startEmbeddedEngine } from '../../local/engine.ts'
import { playExpiry } from '../../local/streams/expiry.ts'
import { embeddedStreams } from '../../local/streams/streams.ts'
import { createMissingTables } from '../../local/tables.ts'

// DynamoDB's time to live, played on the embedded engine, which has none.

const Properties = {
  TableName: 'things',
  BillingMode: 'PAY_PER_REQUEST' as const,
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
}

const engine = await startEmbeddedEngine()
const client = createClient({ endpoint: engine.endpoint, timeoutMs: 10_000 })
afterAll(async () => {
  client.destroy()
  await engine.close()
})

test('an item whose time is over is deleted with the principal of DynamoDB’s deletions, and no other item', async () => {
  await createMissingTables(client, { Things: { Type: 'AWS::DynamoDB::Table', Properties } })
  const table = { name: 'things', keyNames: ['id'], view: 'NEW_AND_OLD_IMAGES' } as const
  const streams = await embeddedStreams(engine, [table], { region: 'local' })
  const now = Math.floor(Date.now() / 1000)
  for (const [id, expiresAt] of Object.entries({ over: now - 7200, soon: now + 7200, recent: now - 600, never: 0 }))
    await client.send(
      new PutItemCommand({
        TableName: 'things',
        Item: { id: { S: id }, ...(expiresAt > 0 && { expiresAt: { N: String(expiresAt) } }) },
      }),
    )
  const tables = [{ ...table, attribute: 'expiresAt' }]
  const lines: string[] = []
  const playing = playExpiry({ client, tables, log: (line) => lines.push(line), intervalMs: 20, delaySeconds: 3600 })
  const read = await streams.open('things')
  const removals = await vi.waitFor(
    async () => {
      const records = (await read?.(undefined, 100)) ?? []
      const found = records.map(({ record }) => record).filter(({ eventName }) => eventName === 'REMOVE')
      expect(found).not.toEqual([])
      return found
    },
    { timeout: 10_000 },
  )
  await playing.stop()
  streams.close()
  expect([removals.map(({ dynamodb }) => dynamodb?.Keys), lines]).toEqual([[{ id: { S: 'over' } }], []])
  expect(removals[0]?.userIdentity).toEqual({ type: 'Service', principalId: 'dynamodb.amazonaws.com' })
})
