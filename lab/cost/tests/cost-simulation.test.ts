import { expect, test } from 'vitest'
import { Random } from '../random.ts'
import { simulate } from '../simulate.ts'
import { playPlaces, type Tally, worldOf } from '../simulation.ts'
import { DEFAULT_USAGE, type Usage } from '../usage.ts'
import { agrees, compare, ratioOf } from '../verdict.ts'

// All from seeds: what agrees once agrees always.

/** Few requests and much that ends, so that a small number shows every kind of it. */
const LIVELY: Usage = {
  ...DEFAULT_USAGE,
  requestsPerDay: 24,
  activeHours: 6,
  logoutsPerMonth: 3,
  abandonedPerMonth: 3,
  revocationsPerMonth: 2,
  policy: { idleSeconds: 3 * 86_400, lifetimeSeconds: 10 * 86_400, renewSeconds: 1800 },
}

const NO_ENDS = { logoutsPerMonth: 0, abandonedPerMonth: 0, revocationsPerMonth: 0 }

/** Two tallies of equal worlds, chance apart: what happens seldom is left to chance more. */
function expectAlike(a: Tally, b: Tally, expired: number): void {
  const names = Object.keys(a) as (keyof Tally)[]
  for (const name of names) {
    const chance = { liveSeconds: 0.01, expiredSeconds: expired }[name as string] ?? 0.003 + 4 / Math.sqrt(a[name])
    if (a[name] === 0 || b[name] === 0) expect([name, a[name]]).toEqual([name, b[name]])
    else expect(Math.abs(b[name] / a[name] - 1), name).toBeLessThan(chance)
  }
}

test.each([
  ['the defaults', DEFAULT_USAGE],
  ['much that ends', LIVELY],
  ['nothing that ends', { ...DEFAULT_USAGE, ...NO_ENDS }],
  ['several places', { ...DEFAULT_USAGE, sessionsPerUser: 5 }],
  [
    'short use, frequent renewal',
    { ...DEFAULT_USAGE, activeHours: 0.5, policy: { ...DEFAULT_USAGE.policy, renewSeconds: 60 } },
  ],
])('the model says what is simulated: %s', (_, usage) => {
  const comparisons = compare(playPlaces(worldOf(usage, 7), 20_000, 3, 0), usage, 20_000, 7)
  for (const each of comparisons.filter(({ decides }) => decides))
    expect(Math.abs(ratioOf(each) - 1), each.what).toBeLessThan(each.what.startsWith('rows expired') ? 0.04 : 0.01)
})

test('gives the same result in one thread and in two, and another one for another seed', async () => {
  const world = worldOf(LIVELY, 1)
  const done: number[] = []
  const progress = (places: number) => done.push(places)
  const one = await simulate({ world, places: 50_000, seed: 5, threads: 1, progress })
  expect(done).toEqual([20_000, 40_000, 50_000])
  expect(await simulate({ world, places: 50_000, seed: 5, threads: 2 })).toEqual(one)
  const other = await simulate({ world, places: 50_000, seed: 6, threads: 2 })
  expect(other).not.toEqual(one)
  expectAlike(one, other, 0.06)
})

test('reports a simulation that differs from the model', () => {
  const tally = playPlaces(worldOf(DEFAULT_USAGE, 7), 20_000, 3, 0)
  const asFor = (usage: Usage) => compare(tally, usage, 20_000, 7)
  expect(agrees(asFor(DEFAULT_USAGE))).toBe(true)
  expect(agrees(asFor({ ...DEFAULT_USAGE, activeHours: 4 }))).toBe(false)
  expect(agrees(asFor({ ...DEFAULT_USAGE, ttlLagHours: 50 }))).toBe(false)
  expect(agrees(asFor({ ...DEFAULT_USAGE, policy: { ...DEFAULT_USAGE.policy, idleSeconds: 3 * 86_400 } }))).toBe(false)
})

test('draws random numbers with the expected distributions', () => {
  const random = new Random(1, 0)
  const draws = Array.from({ length: 100_000 }, () => random.uniform())
  expect(Math.min(...draws.slice(0, 1000))).toBeGreaterThan(0)
  const tenths = Object.values(Object.groupBy(draws, (draw) => Math.min(9, Math.floor(draw * 10))))
  for (const tenth of tenths) expect(Math.abs((tenth?.length ?? 0) - 10_000)).toBeLessThan(400)
  const mean = (next: () => number) => Array.from({ length: 100_000 }, next).reduce((a, b) => a + b) / 100_000
  expect(mean(() => random.wait(1 / 54))).toBeCloseTo(54, 0)
  expect(mean(() => random.firstSuccess(0.25))).toBeCloseTo(4, 1)
  expect(random.firstSuccess(0)).toBe(Number.POSITIVE_INFINITY)
  expect(new Random(1, 1).uniform()).not.toBe(new Random(1, 0).uniform())
})
