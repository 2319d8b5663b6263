import { availableParallelism } from 'node:os'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Bundle, bundleService } from '../../local/bundle.ts'
import { createPool, type Outcome, type Pool, type PoolOptions } from '../../local/pool.ts'
import { readService } from '../../local/service.ts'
import { gateway, removeFolders, temporaryFolder } from './support.ts'

let bundles: Map<string, Bundle>
beforeAll(async () => {
  bundles = await bundleService(await gateway(), await temporaryFolder())
})
afterAll(removeFolders)

let pool: Pool
const open = (options?: PoolOptions) => {
  pool = createPool(options)
}
afterEach(() => pool.close())

function invoke(name: string, body = '', timeoutMs = 30_000): Promise<Outcome> {
  const bundle = bundles.get(name)
  if (!bundle) throw new Error(`No function ${name}`)
  const event = JSON.stringify({ body, requestContext: { http: { method: 'POST' } } })
  const order = { bundle, environment: {}, lambdaName: name, memoryMB: 128, timeoutMs, requestId: 'r', event }
  return pool.invoke(order, name === 'heavy' ? 'heavy' : 'light')
}

type Flight = { together: number; flown: number; threadId: number }
const flight = (outcome: Outcome): Flight => {
  if (outcome.kind !== 'result') throw new Error(JSON.stringify(outcome))
  return JSON.parse(outcome.payload)
}

test('a burst is handled by few workers, one event at a time, and does not delay a check', async () => {
  open()
  await invoke('light') // the start of a worker is not what is measured
  let landed = 0
  const heavy = Array.from({ length: 200 }, async () => {
    const flown = flight(await invoke('heavy'))
    landed += 1
    return flown
  })
  await heavy[0]
  await invoke('light')
  expect(landed).toBeLessThan(100) // if the check waited, nearly all would have ended

  const flights = await Promise.all(heavy)
  const workers = Map.groupBy(flights, ({ threadId }) => threadId)
  expect(flights.every(({ together }) => together === 1)).toBe(true)
  expect(workers.size).toBe(Math.max(2, availableParallelism() - 1))
  // Each worker counted its runs without a gap: no result was shared.
  for (const own of workers.values()) expect(own.map(({ flown }) => flown)).toEqual(own.map((_, index) => index + 1))
})

test('a crash fails only its own event', async () => {
  open({ light: 2 })
  const failing = ['exit', 'throw later', 'reject later', 'exit', 'exit']
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, index) => {
      const way = index % 10 === 3 ? failing[Math.floor(index / 10)] : undefined
      return way ? invoke('fail', way) : invoke('light')
    }),
  )
  const kinds = outcomes.map(({ kind }, index) =>
    kind === (index % 10 === 3 ? 'error' : 'result') ? '' : `${index} ${kind}`,
  )
  expect(kinds.filter(Boolean)).toEqual([])
  expect(outcomes.flatMap((outcome) => (outcome.kind === 'error' ? [outcome.error.errorType] : [])).toSorted()).toEqual(
    ['RangeError', 'RangeError', 'Runtime.ExitError', 'Runtime.ExitError', 'Runtime.ExitError'],
  )
})

test('an exhausted heap ends the worker but not the process', async () => {
  open({ light: 1, memoryMB: 32 })
  const outcome = await invoke('fail', 'exhaust memory')
  expect(outcome).toMatchObject({ kind: 'error', error: { errorMessage: expect.stringContaining('memory limit') } })
  expect(flight(await invoke('light')).flown).toBe(1)
})

describe('a timeout of a function', () => {
  test.each(['hang', 'spin'])('ends the worker: %s', async (way) => {
    open({ light: 1 })
    const before = flight(await invoke('light'))
    expect(await invoke('fail', way, 100)).toEqual({ kind: 'timeout', afterMs: 100 })
    const after = flight(await invoke('light'))
    expect(after.threadId).not.toBe(before.threadId)
    expect(after.flown).toBe(1)
  })

  test('starts with the function and does not include the time in the queue', async () => {
    open({ light: 1 })
    // The second event waits longer than its timeout.
    const outcomes = await Promise.all([invoke('fail', 'hang', 6000), invoke('light', '', 5000)])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['timeout', 'result'])
  })
})

describe('a failed import', () => {
  test('is reported for each event by a new worker', async () => {
    open({ light: 1 })
    for (const _ of [1, 2]) {
      expect(await invoke('broken')).toMatchObject({ kind: 'error', error: { errorMessage: 'cannot be imported' } })
    }
    expect(flight(await invoke('light')).flown).toBe(1)
  })

  test('is reported for a handler that takes a callback', async () => {
    open({ light: 1 })
    const error = { errorType: 'TypeError', errorMessage: expect.stringContaining('takes a callback') }
    expect(await invoke('callback')).toMatchObject({ kind: 'error', error })
  })
})

test('a function can be CommonJS', async () => {
  const yaml = 'service: s\nprovider: { name: aws, runtime: nodejs24.x }\nfunctions: { old: { handler: old.handler } }'
  const folder = await temporaryFolder({ 'serverless.yml': yaml, 'old.js': 'exports.handler = async () => "works"' })
  const own = await bundleService(await readService(folder, { stage: 'local' }), await temporaryFolder())
  bundles = new Map([...bundles, ...own])
  open({ light: 1 })
  expect(await invoke('old')).toEqual({ kind: 'result', payload: '"works"' })
})

test('an error is reported with type and stack and keeps the worker', async () => {
  open({ light: 1 })
  await invoke('light')
  expect(await invoke('fail', 'throw')).toEqual({
    kind: 'error',
    error: {
      errorType: 'RangeError',
      errorMessage: 'the secret reason',
      stack: expect.arrayContaining(['RangeError: the secret reason']),
    },
  })
  expect(await invoke('fail', 'throw a string')).toMatchObject({ error: { errorType: 'string' } })
  expect(flight(await invoke('light')).flown).toBe(2)
})

test('a full queue throttles further events', async () => {
  open({ light: 1, queue: 2 })
  const kinds = await Promise.all([1, 2, 3, 4, 5].map(async () => (await invoke('light')).kind))
  expect(kinds).toEqual(['result', 'result', 'result', 'throttled', 'throttled'])
})

test('close settles waiting and running events and can be repeated', async () => {
  open({ light: 1 })
  await pool.warm()
  const waiting = [invoke('fail', 'hang'), invoke('light')]
  await Promise.all([pool.close(), pool.close()])
  await pool.close()
  expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(['error', 'throttled'])
  expect(await invoke('light')).toEqual({ kind: 'throttled' })
})

describe('worker processes', () => {
  test('are separate processes and end with the pool', async () => {
    open({ workers: 'processes', light: 2, heavy: 1 })
    await pool.warm()
    await invoke('light')
    const pids = pool.pids()
    expect(pids).toHaveLength(2)
    expect(pids).not.toContain(process.pid)
    await pool.close()
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  test('fail only their own event when they are killed, and are replaced', async () => {
    open({ workers: 'processes', light: 1, heavy: 1 })
    await pool.warm()
    const [first = 0] = pool.pids()
    const killed = invoke('heavy')
    const stuck = invoke('fail', 'hang')
    await vi.waitFor(() => expect(pool.pids()).toHaveLength(2), 30_000)
    process.kill(first, 'SIGKILL')
    expect(await stuck).toEqual({ kind: 'error', error: { errorType: 'Runtime.ExitError', errorMessage: 'SIGKILL' } })
    expect((await killed).kind).toBe('result')
    expect((await invoke('light')).kind).toBe('result')
    expect(pool.pids()).not.toContain(first)
  })

  test('report crashes, exhausted memory and timeouts like threads', async () => {
    open({ workers: 'processes', light: 1, memoryMB: 64, log: () => {} }) // what V8 says when it dies
    expect(await invoke('fail', 'exit')).toMatchObject({ kind: 'error', error: { errorType: 'Runtime.ExitError' } })
    expect(await invoke('fail', 'throw later')).toMatchObject({ kind: 'error' })
    expect(await invoke('fail', 'exhaust memory')).toMatchObject({ kind: 'error' })
    expect(await invoke('fail', 'hang', 200)).toEqual({ kind: 'timeout', afterMs: 200 })
    expect((await invoke('light')).kind).toBe('result')
  })
})
