import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startDynamodbLocal } from '../../tests/support/dynamodb-local.ts'
import { percentile } from './figures/latency.ts'
import { type Instant, instant, type Operation } from './history/operation.ts'
import { judgePhase, type Phase } from './phase.ts'
import { racesUntil, randomFrom } from './races/races.ts'
import { type Setting, type System, startSystem } from './system.ts'

// R14: workers and the engine are killed under load. No acknowledged change may be lost, and no user half changed.

const LANES = ['light', 'heavy'] as const
type Lane = (typeof LANES)[number]

interface Kill {
  readonly lane: Lane
  readonly at: Instant
}

/** Functions that compare or hash a password run on workers of their own. */
const laneOf = ({ op }: Operation): Lane =>
  ['register', 'login', 'reauthenticate', 'password-change'].includes(op) ? 'heavy' : 'light'

/** Kills workers at random moments, by their pids. */
export async function killWorkers(system: System, many: number, seed: number): Promise<Phase> {
  const random = randomFrom(seed)
  const kills: Kill[] = []
  const killer = (async () => {
    while (kills.length < many) {
      await sleep(200 + random() * 600)
      const lane = LANES[Math.floor(random() * LANES.length)] ?? 'light'
      const pids = system.pids(lane)
      const pid = pids[Math.floor(random() * pids.length)]
      if (pid === undefined) continue
      process.kill(pid, 'SIGKILL')
      kills.push({ lane, at: instant() })
      if (kills.length % 20 === 0) console.log(`workers killed: ${kills.length} of ${many}`)
    }
  })()
  const history = await racesUntil(() => kills.length >= many, system, 'workers killed', seed)
  await killer
  const recoveryMs = recoveries(
    kills.map(({ at }) => at),
    (index) => history.filter((operation) => laneOf(operation) === kills[index]?.lane),
  )
  const lost = history.filter(({ outcome }) => outcome === 'ambiguous').length
  return judgePhase('workers killed', history, {}, noteOf(many, lost, recoveryMs))
}

/** Kills the engine, whose data is on disk, and starts it again on the same data. */
export async function killEngine(setting: Setting, many: number): Promise<Phase> {
  const random = randomFrom(setting.seed)
  const path = await mkdtemp(join(tmpdir(), 'coatcheck-engine-'))
  let engine = await startDynamodbLocal({ path })
  const { port } = engine
  const system = await startSystem({ ...setting, engine: engine.endpoint })
  const up: Instant[] = []
  try {
    const killer = (async () => {
      while (up.length < many) {
        await sleep(2000 + random() * 3000)
        await engine.kill()
        engine = await startDynamodbLocal({ path, port })
        up.push(instant())
        console.log(`engine killed: ${up.length} of ${many}`)
      }
    })()
    const history = await racesUntil(() => up.length >= many, system, 'engine killed', setting.seed)
    await killer
    const unavailable = history.filter(({ outcome }) => outcome === 'unavailable').length
    return judgePhase(
      'engine killed',
      history,
      {},
      noteOf(
        many,
        unavailable,
        recoveries(up, () => history),
      ),
    )
  } finally {
    await system.close()
    await engine.close()
    await rm(path, { recursive: true, force: true })
  }
}

/** Milliseconds from each instant to the first success of an operation that was invoked after it, sorted. */
function recoveries(from: readonly Instant[], operationsOf: (index: number) => readonly Operation[]): Float64Array {
  const times = from.map((at, index) => {
    const after = operationsOf(index).filter(
      ({ op, outcome, invoked }) => op !== 'table-snapshot' && outcome === 'ok' && invoked > at,
    )
    return (after.reduce((first, { returned }) => Math.min(first, returned), Infinity) - at) / 1000
  })
  return Float64Array.from(times.filter(Number.isFinite)).sort() // after the last kill there may be no operation
}

function noteOf(kills: number, unanswered: number, recoveryMs: Float64Array) {
  const [p50, max] = [percentile(recoveryMs, 0.5), recoveryMs.at(-1) ?? Number.NaN]
  const note = `${kills} kills, ${unanswered} operations without a response, first success after ${p50.toFixed(0)} ms (median), ${max.toFixed(0)} ms at most`
  return { note, figures: { kills, unanswered, recoveryP50Ms: p50, recoveryMaxMs: max } }
}
