import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { BULK_DEADLINE_SECONDS, REQUEST_DEADLINE_SECONDS, startDeadline } from '../../lib/deadline.ts'
import { UnavailableError } from '../../lib/errors.ts'

// These tests use fake timers.

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => vi.useRealTimers())

const lasting = (ms: number) => () => new Promise<string>((done) => setTimeout(() => done('done'), ms))
const never = () => new Promise<never>(() => {})
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

/** How long a call without a response may still take. */
async function left(deadline: ReturnType<typeof startDeadline>): Promise<number> {
  const startedAt = performance.now()
  const refused = deadline.run(never).catch(() => performance.now() - startedAt)
  await pass(60_000)
  return Math.round(await refused)
}

describe('a deadline', () => {
  test('is two seconds for a request and ten for bulk operations', async () => {
    expect([REQUEST_DEADLINE_SECONDS, BULK_DEADLINE_SECONDS]).toEqual([2, 10])
    expect(await left(startDeadline())).toBe(2000)
    expect(await left(startDeadline(BULK_DEADLINE_SECONDS))).toBe(10_000)
  })

  test('is shared by all calls of a request', async () => {
    const deadline = startDeadline()
    const first = deadline.run(lasting(1500))
    await pass(1500)
    expect(await first).toBe('done')
    expect(await left(deadline)).toBe(500)
    await expect(deadline.run(lasting(0))).rejects.toThrow(UnavailableError)
  })

  test('does not count the time between calls', async () => {
    const deadline = startDeadline()
    await pass(60_000)
    expect(await left(deadline)).toBe(2000)
  })

  test('counts the time of parallel calls once', async () => {
    const deadline = startDeadline()
    const all = Promise.all(Array.from({ length: 60 }, (_, i) => deadline.run(lasting(100 + i))))
    await pass(200)
    await all
    expect(await left(deadline)).toBe(2000 - 159)
  })

  test('aborts a call that exceeds it and rejects with UnavailableError', async () => {
    const deadline = startDeadline()
    let aborted = false
    const refused = deadline.run((signal) => {
      signal.addEventListener('abort', () => {
        aborted = true
      })
      return never()
    })
    const caught = refused.catch((error) => error)
    await pass(2000)
    expect(await caught).toBeInstanceOf(UnavailableError)
    expect(aborted).toBe(true)
  })

  test('clears its timer when a call returns', async () => {
    await startDeadline().run(async () => 'at once')
    expect(vi.getTimerCount()).toBe(0)
  })
})
