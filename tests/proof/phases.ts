import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FrontOptions } from '../../local/front.ts'
import { startDynamodbLocal } from '../support/dynamodb-local.ts'
import { type CheckerOptions, check } from './checker.ts'
import type { Operation } from './history-operation.ts'
import type { Phase } from './proof-report.ts'
import { race, randomFrom, SETTLED } from './races.ts'
import { SCENARIOS } from './scenarios.ts'
import { type System, startSystem } from './system.ts'

// What happens to machines: workers and the engine are killed while everything goes on, clocks differ.

type Bundling = NonNullable<FrontOptions['bundle']>

const PATIENT = SCENARIOS.filter(({ name }) => !/guesses|at its end/.test(name))

/** Races, one scenario after another and round after round, until it is over. */
async function racesUntil(
  isOver: (round: number) => boolean,
  system: System,
  name: string,
  seed: number,
): Promise<Operation[]> {
  const history: Operation[] = []
  for (let round = 0; !isOver(round); round++)
    for (const scenario of PATIENT) {
      if (isOver(round)) break
      const weather = { name: `${name}, round ${round}`, rules: [] }
      history.push(...(await race(system, { scenario, weather, trials: 4, seed: seed + round })).history)
    }
  return history
}

function judged(name: string, count: number, history: Operation[], options: CheckerOptions = {}): Phase {
  const verdict = check(history, { ...SETTLED, ...options })
  console.log(`${name}: ${count}, ${history.length} operations, ${verdict.violations.length} violations`)
  return { name, count, verdict, operations: history.length }
}

/** Workers are killed at random moments, by their pids. */
export async function killWorkers(system: System, kills: number, seed: number): Promise<Phase> {
  const random = randomFrom(seed)
  let killed = 0
  const killer = (async () => {
    while (killed < kills) {
      await sleep(200 + random() * 600)
      const pids = system.pids()
      const pid = pids[Math.floor(random() * pids.length)]
      if (pid === undefined) continue
      process.kill(pid, 'SIGKILL')
      killed++
    }
  })()
  const history = await racesUntil(() => killed >= kills, system, 'workers killed', seed)
  await killer
  return judged('workers killed', killed, history)
}

/** The engine, its data on disk, is killed and started anew on the same data: nothing acknowledged may be lost. */
export async function killEngine(kills: number, seed: number, bundle: Bundling): Promise<Phase> {
  const random = randomFrom(seed)
  const path = await mkdtemp(join(tmpdir(), 'coatcheck-engine-'))
  let engine = await startDynamodbLocal({ path })
  const { port } = engine
  const system = await startSystem({ engine: engine.endpoint, seed, bundle })
  let killed = 0
  try {
    const killer = (async () => {
      while (killed < kills) {
        await sleep(2000 + random() * 3000)
        await engine.kill()
        engine = await startDynamodbLocal({ path, port })
        killed++
      }
    })()
    const history = await racesUntil(() => killed >= kills, system, 'engine killed', seed)
    await killer
    return judged('engine killed', killed, history)
  } finally {
    await system.close()
    await engine.close()
    await rm(path, { recursive: true, force: true })
  }
}

/** Of the workers one third each has the time, is ahead, and is behind. */
export async function skewClocks(engine: string, seconds: number, seed: number, bundle: Bundling): Promise<Phase> {
  const clockAhead = (index: number) => [0, seconds, -seconds][index % 3] ?? 0
  const system = await startSystem({ engine, seed, bundle, clockAhead })
  try {
    const history = await racesUntil((round) => round > 0, system, `clocks ${seconds} s apart`, seed)
    return judged(`clocks ${seconds} s ahead and behind`, 8, history, { skew: 2 * seconds * 1_000_000 })
  } finally {
    await system.close()
  }
}
