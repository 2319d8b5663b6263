import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleService } from '../../local/bundle.ts'
import { readService, type Service } from '../../local/service.ts'
import { startDynamodbLocal } from '../support/dynamodb-local.ts'
import { packageService, unpackFunctions } from '../support/packaged.ts'
import { check } from './checker.ts'
import { figuresOf } from './figures.ts'
import type { Operation } from './history-operation.ts'
import { killEngine, killWorkers, skewClocks } from './phases.ts'
import { provePower } from './power.ts'
import { type Phase, type Round, writeReport } from './proof-report.ts'
import { race, SETTLED, WEATHERS } from './races.ts'
import { SCENARIOS } from './scenarios.ts'
import { startSystem } from './system.ts'

// The proof: the packaged service in processes, behind the fault proxy, on AWS's own engine, judged by the checker; and
// the checker judged by ten bugs. `npm run proof` takes some minutes, `npm run proof:full` an hour.

const { values } = parseArgs({ options: { full: { type: 'boolean', default: false }, seed: { type: 'string' } } })
const seed = Number(values.seed ?? Math.floor(Date.now() / 1000) % 1_000_000)
const SIZES = values.full
  ? { clear: 200, spoilt: 60, kills: 200, engineKills: 20, skews: [300, 3600] }
  : { clear: 6, spoilt: 3, kills: 10, engineKills: 2, skews: [300] }
const started = new Date()
const load = loadavg()
const folder = await mkdtemp(join(tmpdir(), 'coatcheck-proof-'))
const engine = await startDynamodbLocal()
let packaged: string | undefined
try {
  console.log(`Seed ${seed}. Packaging the service …`)
  packaged = await packageService()
  const bundle = await packagedBundles(packaged)
  const system = await startSystem({ engine: engine.endpoint, seed, bundle })
  const rounds: Round[] = []
  const phases: Phase[] = []
  try {
    for (const weather of WEATHERS) {
      const history: Operation[] = []
      for (const scenario of SCENARIOS) {
        const trials = weather.rules.length === 0 ? SIZES.clear : SIZES.spoilt
        const raced = await race(system, { scenario, weather, trials, seed })
        history.push(...raced.history)
        const { length } = raced.verdict.violations
        console.log(
          `${weather.name}: ${scenario.name}: ${trials} trials, ${raced.history.length} operations, ${length} violations`,
        )
      }
      const verdict = check(history, SETTLED)
      rounds.push({ weather: weather.name, verdict, figures: figuresOf(history, verdict), operations: history.length })
    }
    phases.push(await killWorkers(system, SIZES.kills, seed))
  } finally {
    await system.close()
  }
  phases.push(await killEngine(SIZES.engineKills, seed, bundle))
  for (const seconds of SIZES.skews) phases.push(await skewClocks(engine.endpoint, seconds, seed, bundle))
  const caught = []
  for await (const found of provePower(engine.endpoint, seed)) {
    console.log(`${found.bug.id} ${found.bug.what}: ${found.times > 0 ? `caught ${found.times} times` : 'NOT CAUGHT'}`)
    caught.push(found)
  }
  const passed = await writeReport({
    seed,
    started,
    load,
    cores: availableParallelism(),
    commit: commit(),
    rounds,
    phases,
    caught,
  })
  process.exitCode = passed ? 0 : 1
} finally {
  await engine.close()
  for (const made of [folder, packaged]) if (made) await rm(made, { recursive: true, force: true })
}

/** The service's own functions as they were packaged; a neighbour's as the front makes them. */
async function packagedBundles(from: string) {
  const own = await readService('.', { stage: 'prod' })
  const bundles = await unpackFunctions(own, from, join(folder, 'packaged'))
  return async (service: Service, to: string) => (service.name === own.name ? bundles : bundleService(service, to))
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
}
