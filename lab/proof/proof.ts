import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createClient } from '../../lib/dynamodb/index.ts'
import { bundleService } from '../../local/bundle.ts'
import { readService } from '../../local/service.ts'
import { createMissingTables } from '../../local/tables.ts'
import { startDynamodbLocal } from '../../tests/support/dynamodb-local.ts'
import { packageService, unpackFunctions } from '../../tests/support/packaged.ts'
import { startProvenance } from '../shared/provenance.ts'
import { turnClocks } from './clocks.ts'
import { eventsSection } from './events/events-section.ts'
import { recordEvents } from './events/record-events.ts'
import { phasesSection, verdictSection } from './figures/figures-section.ts'
import { stalenessSection } from './figures/staleness-section.ts'
import { fuzzAll } from './fuzz/fuzz.ts'
import { fuzzSection } from './fuzz/fuzz-section.ts'
import { provePower as provePowerOfFuzz } from './fuzz/power.ts'
import { killEngine, killWorkers } from './kills.ts'
import { costsSection } from './load/costs.ts'
import { playLoad } from './load/load-profile.ts'
import { playStorms } from './load/storms.ts'
import { ALLOWED_SECONDS } from './notices/allowed.ts'
import type { Phase } from './phase.ts'
import { type Caught, provePower } from './power/power.ts'
import { powerSection } from './power/power-section.ts'
import { raceAtLimits, raceUnderEachCondition, raceWithLateReads } from './races/conditions.ts'
import { printReport, writeReport } from './report.ts'
import type { Section } from './section.ts'
import { FULL, QUICK } from './sizes.ts'
import { type Bundling, type Log, type Setting, startSystem } from './system.ts'

// The proof: the packaged service in processes, with faults on its way to DynamoDB Local, judged by the checker; and the
// checker judged by seeded bugs. `npm run proof` takes minutes, `npm run proof:full` an hour. `--only` runs some parts and
// writes no report; `--keep` writes every history.

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    seed: { type: 'string' },
    only: { type: 'string' },
    keep: { type: 'boolean' },
  },
})
const seed = Number(values.seed ?? Math.floor(Date.now() / 1000) % 1_000_000)
const sizes = values.full ? FULL : QUICK
const finish = await startProvenance(values.full ? 'npm run proof:full' : 'npm run proof', seed)
const folder = await mkdtemp(join(tmpdir(), 'coatcheck-proof-'))
const engine = await startDynamodbLocal()
const log: Log = { lines: 0, leaks: [] }
const phases: Phase[] = []
const sections: Section[] = []

const PARTS: Record<string, (setting: Setting) => Promise<void>> = {
  async load(setting) {
    if (!sizes.soak) return
    const { phase, sections: shown } = await playLoad(setting, sizes.soak, engine.pid)
    phases.push(phase)
    sections.push(...shown)
  },
  async races(setting) {
    // In parallel, since most of the time is spent waiting: for retries of throttled calls and for the staleness to pass.
    const all = await Promise.all([
      raceAndKill(setting),
      raceWithLateReads(setting, sizes),
      Array.fromAsync(raceAtLimits(setting, sizes)),
    ])
    phases.push(...all.flat())
  },
  async engine(setting) {
    phases.push(await killEngine(setting, sizes.engineKills))
  },
  async clocks(setting) {
    const recording = await recordEvents(engine.endpoint)
    for (const clocks of sizes.clocks) phases.push(await turnClocks(setting, clocks, sizes.clockRounds))
    sections.push(eventsSection(await recording.publish()))
  },
  async storms(setting) {
    const system = await startSystem({ ...setting, lightWorkers: 12 })
    try {
      const { phase, section } = await playStorms(system, { seed, ...sizes.storms })
      phases.push(phase)
      sections.push(section, await costsSection(system))
    } finally {
      await system.close()
    }
  },
  async power() {
    const print = ({ id, what, times }: Caught) =>
      console.log(`${id} ${what}: ${times > 0 ? `caught ${times} times` : 'NOT CAUGHT'}`)
    sections.push(powerSection(await provePower(engine.endpoint, seed, sizes.seededBugs, print)))
  },
  async fuzz() {
    const options = { engine: engine.endpoint, seed, runs: sizes.fuzz, progress: console.log }
    const fuzzed = await fuzzAll(options)
    const found = sizes.isThorough ? await Array.fromAsync(provePowerOfFuzz({ ...options, progress: () => {} })) : []
    sections.push(fuzzSection(fuzzed, found))
  },
}

try {
  console.log(`Seed ${seed}. Packaging the service …`)
  const setting = { engine: engine.endpoint, seed, bundle: await packagedBundles(), log }
  await warmUp(engine.endpoint)
  const wanted = values.only?.split(',') ?? Object.keys(PARTS)
  for (const name of wanted) {
    const play = PARTS[name]
    if (!play) throw new Error(`Unknown part "${name}" in --only. The parts are ${Object.keys(PARTS).join(', ')}.`)
    console.log(`== ${name}, ${new Date().toISOString().slice(11, 19)} UTC`)
    await play(setting)
  }
  const verdict = [verdictSection(phases, log), phasesSection(phases), stalenessSection(phases, ALLOWED_SECONDS)]
  const all = [...verdict, ...sections]
  process.exitCode = printReport(all) ? 0 : 1
  if (!values.only) await writeReport(finish(), all)
} finally {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
}

/** The engine's first table can take longer than the service's timeout for an attempt. */
async function warmUp(endpoint: string): Promise<void> {
  const client = createClient({ endpoint, timeoutMs: 60_000 })
  await createMissingTables(client, (await readService('.', { stage: 'warm-up' })).resources)
  client.destroy()
}

async function raceAndKill(setting: Setting): Promise<Phase[]> {
  const system = await startSystem({ ...setting, heavyWorkers: 8 })
  try {
    const raced = await Array.fromAsync(raceUnderEachCondition(system, sizes, seed))
    return [...raced, await killWorkers(system, sizes.kills, seed)]
  } finally {
    await system.close()
  }
}

/** Coatcheck's functions as they were packaged; those of the example services as the front bundles them, once. */
async function packagedBundles(): Promise<Bundling> {
  const packaged = await packageService()
  try {
    const own = await readService('.', { stage: 'prod' })
    const bundles = await unpackFunctions(own, packaged, join(folder, 'packaged'))
    const made = new Map([[own.name, Promise.resolve(bundles)]])
    return (service) => {
      const known = made.get(service.name) ?? bundleService(service, join(folder, service.name))
      made.set(service.name, known)
      return known
    }
  } finally {
    await rm(packaged, { recursive: true, force: true })
  }
}
