import { expect, test } from 'vitest'
import type { PublishedEvent } from '../../../lib/events/published-event.ts'
import { createPublisher } from '../../../lib/events/publisher.ts'
import { newSessionId, newUserId, sampleRow } from '../../../tests/support/samples.ts'
import { sessionRecord } from '../../../tests/support/session-stream.ts'
import { eventsSection } from './events-section.ts'
import { deliverAll, type Publish } from './judge-events.ts'

const AT = 1_800_000_000
const records = [1, 2, 3].flatMap(() => {
  const row = sampleRow({ userId: newUserId(), id: newSessionId() })
  return [sessionRecord('INSERT', row, { at: AT }), sessionRecord('REMOVE', row, { at: AT + 60 })]
})

/** The publisher without stores, whose events are changed on the way. */
function publisher(change: (event: PublishedEvent, delivery: number) => readonly PublishedEvent[]): Publish {
  let deliveries = 0
  return async (batch) => {
    const events: PublishedEvent[] = []
    const bus = {
      async publish(published: readonly PublishedEvent[]) {
        for (const event of published) events.push(...change(event, deliveries++))
        return new Map()
      },
    }
    const users = { get: async () => undefined }
    const parts = { stage: 'prod', bus, users, sessions: { list: async () => [] }, endOf: async () => undefined }
    const failures = await createPublisher(parts).publish(batch, { signal: new AbortController().signal } as never)
    return { events, failures }
  }
}

async function failuresOf(change: Parameters<typeof publisher>[0]): Promise<readonly string[]> {
  const publish = publisher(change)
  const published = await deliverAll(records, [
    { batchSize: 100, publish },
    { batchSize: 2, publish },
  ])
  return eventsSection(published).failures
}

const withDetail = (event: PublishedEvent, more: object) => [{ ...event, detail: { ...event.detail, ...more } }]

test('events whose ids are the same in each delivery have no violation', async () => {
  expect(await failuresOf((event) => [event])).toEqual([])
})

test.each<[what: string, change: Parameters<typeof publisher>[0], failure: RegExp]>([
  [
    'an id that changes with the delivery',
    (event, n) => withDetail(event, { id: `${n}` }),
    /deleted gives exactly one/,
  ],
  ['a missing event', (event) => (event.type === 'session.revoked' ? [] : [event]), /deleted gives exactly one/],
  ['a hash', (event) => withDetail(event, { of: Buffer.alloc(32, 7).toString('base64') }), /^I6/],
  ['a token', (event) => withDetail(event, { of: `cct_${'a'.repeat(21)}.${'b'.repeat(21)}.${'c'.repeat(43)}` }), /^I6/],
])('%s is a violation', async (_, change, failure) => {
  expect(await failuresOf(change)).toEqual(expect.arrayContaining([expect.stringMatching(failure)]))
})

test('a phase without events is a failure', async () => {
  expect(eventsSection(await deliverAll([], [])).failures).toHaveLength(4)
})
