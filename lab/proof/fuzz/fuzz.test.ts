import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { bundleWith } from '../../mutation/patch.ts'
import { type Bench, openBench } from './bench.ts'
import { FOUND } from './found.ts'
import { fuzzBench } from './fuzz.ts'
import { MISTAKES } from './mistakes.ts'
import { runTrial } from './trial.ts'

// A few cases of each property, the same each time; the proof runs thousands of others. A failure prints its seed and the
// smallest case.

describe('the service', () => {
  const seed = Number(process.env.FUZZ_SEED ?? 1126)
  const runs = Number(process.env.FUZZ_RUNS ?? 20)
  let bench: Bench
  beforeAll(async () => {
    bench = await openBench({ engine: inject('endpoint'), seed })
  })
  afterAll(() => bench.close())

  test('keeps its promises in every generated case', { timeout: 600_000 }, async () => {
    const all = await fuzzBench(bench, { seed, runs })
    expect(all.flatMap(({ failures }) => failures)).toEqual([])
    for (const { cases, statuses } of all) {
      expect(cases).toBe(runs)
      expect(Object.keys(statuses).length).toBeGreaterThan(3) // cases reach the inner code
    }
  })

  test.each(FOUND)('keeps its promises in a case that failed once: %s', async (_, trial) => {
    expect((await runTrial(bench, trial(bench.cast))).wrong).toEqual([])
  })

  test.each(MISTAKES)(
    'keeps its promises, without the mistake, in the case that shows it: $what',
    async ({ shows }) => {
      expect((await runTrial(bench, shows(bench.cast))).wrong).toEqual([])
    },
  )
})

// The proof runs all of them, and through the fuzz.
test.each(MISTAKES.filter(({ id }) => !['Z6', 'Z7', 'Z8'].includes(id)))(
  'the oracle detects the mistake: $what',
  async ({ promise, at, shows, patches }) => {
    const bench = await openBench({ engine: inject('endpoint'), seed: 1, bundle: bundleWith(patches), only: at })
    try {
      const { wrong } = await runTrial(bench, shows(bench.cast))
      expect(wrong.map((each) => each.split(':')[0])).toContain(promise)
    } finally {
      await bench.close()
    }
  },
)
