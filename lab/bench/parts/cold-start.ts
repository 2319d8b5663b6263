import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bcryptHasher } from '../../../lib/passwords/password-hasher.ts'
import { Secret } from '../../../lib/secret.ts'
import { type Summary, summaryOf } from '../../shared/statistics.ts'
import { markdownTable as table } from '../../shared/table.ts'
import { createGuest, createTables, openCoatcheck } from '../coatcheck.ts'
import { type Bundle, makeBundles, PLAIN, PLAIN_ALIASED } from '../cold/bundles.ts'
import { ADMIN_SCOPES, callsOf, PASSWORD } from '../cold/calls.ts'
import { coldStart, environmentOf, PEPPER, type Start } from '../cold/start.ts'
import { orderOf } from '../rounds.ts'
import { type Finding, figure, type Part, type Settings, spread } from '../section.ts'

const AUTHORIZER = 'authorizer'
const MOST_BYTES = 220 * 1024
const MOST_IMPORT = 0.6
/** Functions with a target, and their baseline: they get more rounds. */
const CENTRAL = [PLAIN, PLAIN_ALIASED, AUTHORIZER]

/** A function's first moments: a fresh process imports its bundle and answers one event. */
export const measure: Part = async (settings, progress) => {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-bench-'))
  try {
    const bundles = await makeBundles(folder)
    const starts = await startAll(bundles, settings, progress)
    return {
      title: 'Cold start',
      findings: findingsOf(bundles, starts),
      text: `As Lambda would see it: the bundle of each function, made with the options of \`serverless.yml\`, in a fresh process of Node ${process.version}; the import, and from before the import to the answer to a first event, which reads and writes what that route does, on an engine that has been running for a while. Region, credentials and endpoint come from the environment. bcrypt has a cost of 4 here, or it would be the whole figure. The plain SDK is a handler of one GetItem, bundled with the same options: once as it comes, once with our aliases, which leave out what Lambda has no use for. The functions take turns, in an order that changes every round. A round trip to DynamoDB, a TLS handshake and Lambda’s own start of the process come on top, for all alike; and a small Lambda has less of a processor than this machine.\n\n${timesOf(bundles, starts)}`,
      data: Object.fromEntries(
        bundles.map(({ name, bytes }) => [
          name,
          { bytes, starts: starts.get(name)?.length, ...summariesOf(starts, name) },
        ]),
      ),
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function startAll(bundles: readonly Bundle[], { endpoint, quick }: Settings, progress: (share: number) => void) {
  const tables = await createTables(endpoint, 'cold')
  const env = environmentOf(endpoint, tables)
  const coatcheck = openCoatcheck(endpoint, tables)
  const passwordHash = await bcryptHasher({ cost: 4, pepper: new Secret(PEPPER) }).hash(new Secret(PASSWORD))
  const admin = await createGuest(coatcheck, { scopes: ADMIN_SCOPES, passwordHash })
  const starts = new Map(bundles.map(({ name }) => [name, [] as Start[]]))
  const central = bundles.filter(({ name }) => CENTRAL.includes(name))
  const rounds = quick ? 3 : 30
  const every = 3 // all the others in each third round
  for (let round = 0; round < rounds; round++) {
    for (const bundle of orderOf(round % every === 0 ? bundles : central, round)) {
      const guest = await createGuest(coatcheck, { passwordHash })
      const call = callsOf(admin, guest, `fresh-${guest.user.id}@example.com`.toLowerCase())[bundle.name]
      if (!call) throw new Error(`There is no call for ${bundle.name}: cold/calls.ts has none.`)
      const start = await coldStart(bundle, call, env)
      starts.get(bundle.name)?.push(start)
    }
    progress((round + 1) / rounds)
  }
  return starts
}

type Starts = ReadonlyMap<string, readonly Start[]>

function findingsOf(bundles: readonly Bundle[], starts: Starts): Finding[] {
  const { bytes = Number.NaN } = bundles.find(({ name }) => name === AUTHORIZER) ?? {}
  const time = ratio(starts, AUTHORIZER, PLAIN, 'importMs')
  const cpu = ratio(starts, AUTHORIZER, PLAIN, 'importCpuMs')
  return [
    {
      what: 'bundle of the authorizer, minified',
      target: `≤ ${MOST_BYTES / 1024} KB`,
      result: `${figure(bytes / 1024, 1)} KB`,
      met: bytes <= MOST_BYTES,
    },
    {
      what: 'import of the authorizer against the plain SDK’s, bundled',
      target: `≤ ${MOST_IMPORT}`,
      result: `${spread(time)}; of CPU ${cpu.median.toFixed(2)}`,
      met: time.median <= MOST_IMPORT,
    },
    {
      what: 'for comparison: the authorizer to its first answer, against the plain SDK’s',
      target: '–',
      result: spread(ratio(starts, AUTHORIZER, PLAIN, 'answerMs')),
    },
  ]
}

/** Round by round: those of one round started a moment after each other. */
function ratio(starts: Starts, name: string, to: string, of: keyof Start): Summary {
  const others = starts.get(to) ?? []
  return summaryOf((starts.get(name) ?? []).map((start, round) => start[of] / (others[round]?.[of] ?? Number.NaN)))
}

function summariesOf(starts: Starts, name: string): Record<keyof Start, Summary> {
  const all = starts.get(name) ?? []
  const of = (what: keyof Start) => summaryOf(all.map((start) => start[what]))
  return { importMs: of('importMs'), importCpuMs: of('importCpuMs'), answerMs: of('answerMs') }
}

function timesOf(bundles: readonly Bundle[], starts: Starts): string {
  const rows = bundles.map(({ name, bytes }) => {
    const { importMs, importCpuMs, answerMs } = summariesOf(starts, name)
    const cells = [spread(importMs, 0), figure(importCpuMs.median), spread(answerMs, 0)]
    return [name, figure(bytes / 1024), ...cells, starts.get(name)?.length ?? 0]
  })
  return table(['function', 'KB', 'import, ms', 'of CPU, ms', 'import to first answer, ms', 'starts'], rows)
}
