import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { bundleService } from '../../local/bundle.ts'
import { readService, type Service } from '../../local/service.ts'
import { startDynamodbLocal } from '../support/dynamodb-local.ts'
import { packageService, unpackFunctions } from '../support/packaged.ts'
import type { CheckerOptions } from './checker.ts'
import { check } from './checker.ts'
import { figuresOf } from './figures.ts'
import type { Operation } from './history-operation.ts'
import { provePower } from './power.ts'
import { type Killing, type Round, writeReport } from './proof-report.ts'
import { race, randomFrom, WEATHERS } from './races.ts'
import { SCENARIOS } from './scenarios.ts'
import { type System, startSystem } from './system.ts'

// The proof: the packaged service in processes, behind the fault proxy, on AWS's own engine, judged by the checker; and
// the checker judged by ten bugs. `npm run proof` takes some minutes, `npm run proof:full` an hour.

const { values } = parseArgs({ options: { full: { type: 'boolean', default: false }, seed: { type: 'string' } } })
const seed = Number(values.seed ?? Math.floor(Date.now() / 1000) % 1_000_000)
const SIZES = values.full ? { clear: 200, spoilt: 60, kills: 200 } : { clear: 6, spoilt: 3, kills: 10 }
/** What acts a while after its answer was lost has acted by then: the longest deadline of a request, and some. */
const SETTLED: CheckerOptions = { settle: 20_000_000, rowsPerCreation: 6 }

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
  let killing: Killing
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
    killing = await killWorkers(system, SIZES.kills)
  } finally {
    await system.close()
  }
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
    killing,
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

/** Workers are killed at random moments, by their pids, while everything goes on; then all is judged as ever. */
async function killWorkers(system: System, kills: number): Promise<Killing> {
  const random = randomFrom(seed)
  const history: Operation[] = []
  let killed = 0
  let isOver = false
  const killer = (async () => {
    while (killed < kills) {
      await sleep(200 + random() * 600)
      const pids = system.pids()
      const pid = pids[Math.floor(random() * pids.length)]
      if (pid === undefined) continue
      process.kill(pid, 'SIGKILL')
      killed++
    }
    isOver = true
  })()
  const weather = { name: 'workers killed', rules: [] }
  while (!isOver)
    for (const scenario of SCENARIOS) {
      if (isOver || /guesses|at its end/.test(scenario.name)) continue
      const raced = await race(system, { scenario, weather, trials: 4, seed: seed + killed })
      history.push(...raced.history)
    }
  await killer
  const verdict = check(history, SETTLED)
  console.log(`workers killed: ${killed}, ${history.length} operations, ${verdict.violations.length} violations`)
  return { killed, verdict, operations: history.length }
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
}
