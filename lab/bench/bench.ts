import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { startEngine } from './engine.ts'
import { endProgress, showProgress } from './progress.ts'
import { startProvenance } from './provenance.ts'
import { printSection, writeReport } from './report.ts'
import type { Section, Settings } from './section.ts'

// Measures and writes `docs/performance.md`: node lab/bench/bench.ts [--quick] [--only check,peers,…] [--rows 1000000]

/** In the order they run; the one that fills a table last, for the engine keeps its rows in its heap. */
const PARTS = ['check', 'staleness', 'peers', 'work', 'sign-in', 'ending', 'first-answer', 'cold-start', 'growth']
const ROWS = 1_000_000

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, rows: { type: 'string' } },
})
const { quick = false } = values
const parts = values.only?.split(',') ?? PARTS
for (const name of parts) if (!PARTS.includes(name)) throw new Error(`There is no part ${name}: ${PARTS.join(', ')}.`)
const rows = Number(values.rows ?? (quick ? 20_000 : ROWS))
if (!Number.isSafeInteger(rows) || rows < 2000) throw new RangeError('--rows is a number from 2000 up')
const [load = 0] = loadavg()
if (load > availableParallelism() / 4)
  console.log(`The machine is busy (load ${load.toFixed(1)}): ratios will waver, and times mean little.`)

const finish = await startProvenance()
const engine = await startEngine()
const sections: Section[] = []
try {
  for (const [index, name] of parts.entries()) {
    const section = await run(name, { endpoint: engine.endpoint, quick, rows }, `${index + 1}/${parts.length} ${name}`)
    sections.push(section)
    printSection(section)
  }
} finally {
  await engine.close()
}
const provenance = finish(engine.name)
if (quick || values.only !== undefined) console.log('\nA part of the whole, or a quick look: nothing is written.')
else await writeReport(provenance, sections, { rows, asked: ROWS })

/** Runs a part in its own process. Its output is shown only if it fails, since the routes log every request. */
async function run(name: string, settings: Settings, title: string): Promise<Section> {
  const child = fork(new URL('part.ts', import.meta.url), [name, JSON.stringify(settings)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4000)
  })
  let found: Section | undefined
  child.on('message', ({ section, share = 1 }: { share?: number; section?: Section }) => {
    found = section
    showProgress(title, share)
  })
  const [code] = await once(child, 'exit') // the next part has the machine to itself
  endProgress()
  if (!found) throw new Error(`${name} ended with ${code}:\n${said}`)
  return found
}
