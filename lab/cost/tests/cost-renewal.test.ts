import { fixedClock, memorySessionStore } from 'coatcheck/testing'
import { expect, test } from 'vitest'
import { startDeadline } from '../../../lib/deadline.ts'
import type { SessionStore } from '../../../lib/ports.ts'
import { createSessions } from '../../../lib/sessions/sessions.ts'
import { sampleRow } from '../../../tests/support/samples.ts'
import { Random } from '../random.ts'
import { eventsPerDay } from '../spacing.ts'

// The promise about writes, and the model of it, against the decision itself: `renew`, over a store that counts.

/** Writes per check, of one session that is asked for at these times. */
async function writesPerCheck(start: number, times: readonly number[]): Promise<number> {
  const clock = fixedClock(start)
  const memory = memorySessionStore()
  let writes = 0
  const store: SessionStore = {
    ...memory,
    renew: (...args) => {
      writes++
      return memory.renew(...args)
    },
  }
  const sessions = createSessions({ store, clock })
  const row = sampleRow({ createdAt: start, lastSeenAt: start, expiresAt: start + 604_800, endsAt: start + 2_592_000 })
  await store.create(row, startDeadline())
  for (const at of times) {
    clock.advance(at - clock())
    const session = await sessions.find(row.userId, row.id)
    if (!session || !(await sessions.renew(session))) throw new Error('a session in use has ended')
  }
  return writes / times.length
}

const START = 1_800_000_000

test('writes at most 0.07 times per check at one request a minute', async () => {
  const times = Array.from({ length: 2 * 1440 }, (_, minute) => START + 60 * (minute + 1))
  const perCheck = await writesPerCheck(START, times)
  expect(perCheck).toBeCloseTo(1 / 15)
  expect(perCheck).toBeLessThanOrEqual(0.07)
})

test('writes as often as the model says at random requests once a minute', async () => {
  const random = new Random(4, 0)
  const times: number[] = []
  for (let at = START; at < START + 5 * 86_400; at += random.wait(1 / 60)) times.push(Math.floor(at))
  const perCheck = await writesPerCheck(START, times)
  expect(perCheck).toBeLessThanOrEqual(0.07)
  expect(perCheck / (eventsPerDay(1 / 60, 5 * 86_400, 900) / (5 * 1440))).toBeCloseTo(1, 1)
})
