import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { bundleWith } from '../power/seeded-bugs.ts'
import { type Bench, openBench } from './bench.ts'
import { FOUND } from './found.ts'
import { fuzzBench } from './fuzz.ts'
import { MISTAKES } from './mistakes.ts'
import { tried } from './trial.ts'

// Everything that can be sent at the functions, stored under them or answered to them, a little of it, and the same each
// time: the proof draws others, by the thousand. A failure prints its seed and the smallest case.

describe('the service as it is', () => {
  const seed = Number(process.env.FUZZ_SEED ?? 1126)
  const runs = Number(process.env.FUZZ_RUNS ?? 60)
  let bench: Bench
  beforeAll(async () => {
    bench = await openBench({ engine: inject('endpoint'), seed })
  })
  afterAll(() => bench.close())

  test('every case ends as it is promised', { timeout: 600_000 }, async () => {
    const all = await fuzzBench(bench, { seed, runs })
    expect(all.flatMap(({ failures }) => failures)).toEqual([])
    for (const { cases, statuses } of all) {
      expect(cases).toBe(runs)
      expect(Object.keys(statuses).length).toBeGreaterThan(3) // it does reach the inside
    }
  })

  test.each(FOUND)('found before: %s', async (_, trial) => {
    expect((await tried(bench, trial(bench.cast))).wrong).toEqual([])
  })

  test.each(MISTAKES)('nothing is wrong with what shows a mistake, without it: $what', async ({ shows }) => {
    expect((await tried(bench, shows(bench.cast))).wrong).toEqual([])
  })
})

// The rest of them is left to the proof.
test.each(MISTAKES.slice(0, 5))('the oracle catches it: $what', async ({ promise, at, shows, patches }) => {
  const bench = await openBench({ engine: inject('endpoint'), seed: 1, bundle: bundleWith(patches), only: at })
  try {
    const { wrong } = await tried(bench, shows(bench.cast))
    expect(wrong.map((each) => each.split(':')[0])).toContain(promise)
  } finally {
    await bench.close()
  }
})
