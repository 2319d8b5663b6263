import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bcryptHasher } from '../../../lib/passwords/password-hasher.ts'
import { Secret } from '../../../lib/secret.ts'
import { type Summary, summaryOf } from '../../shared/statistics.ts'
import { markdownTable as table } from '../../shared/table.ts'
import { createGuest, createTables, openCoatcheck } from '../coatcheck.ts'
import { type Bundle, makeBundles } from '../cold/bundles.ts'
import { ADMIN_SCOPES, callsOf, PASSWORD } from '../cold/calls.ts'
import { type HttpsFront, startHttpsFront } from '../cold/https-front.ts'
import { coldStart, PEPPER, type Start, serviceEnvironment } from '../cold/start.ts'
import { orderOf } from '../rounds.ts'
import { figure, type Part, type Settings, spread } from '../section.ts'

/** A function's first moments: a fresh process imports its bundle and answers one event. */
export const measure: Part = async (settings, progress) => {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-bench-'))
  const front = await startHttpsFront(settings.endpoint, folder)
  try {
    const { bundles, starts } = await startAll(folder, front, settings, progress)
    return {
      title: 'Cold start',
      findings: [],
      text: `As Lambda would see it: the bundle of each function, made with the options of \`serverless.yml\`, in a fresh process of Node ${process.version} that has loaded what Lambda’s runtime client loads; the import, and from before the import to the answer to a first event, which reads and writes what that route does, over TLS on an engine that has been running for a while. bcrypt has a cost of 4 here, or it would be the whole figure. The functions take turns, in an order that changes every round. A round trip to DynamoDB and Lambda’s own start of the process come on top, for all alike; and a small Lambda has less of a processor than this machine.\n\n${timesOf(bundles, starts)}`,
      data: Object.fromEntries(
        bundles.map(({ name, bytes }) => [
          name,
          { bytes, starts: starts.get(name)?.length, ...summariesOf(starts, name) },
        ]),
      ),
    }
  } finally {
    await front.close()
    await rm(folder, { recursive: true })
  }
}

async function startAll(
  folder: string,
  front: HttpsFront,
  { endpoint, quick }: Settings,
  progress: (share: number) => void,
) {
  const tables = await createTables(endpoint, 'cold')
  const env = serviceEnvironment(front, tables)
  const coatcheck = openCoatcheck(endpoint, tables)
  const passwordHash = await bcryptHasher({ cost: 4, pepper: new Secret(PEPPER) }).hash(new Secret(PASSWORD))
  const admin = await createGuest(coatcheck, { scopes: ADMIN_SCOPES, passwordHash })
  const bundles = await makeBundles(folder, Object.keys(callsOf(admin, admin, '')))
  const starts = new Map(bundles.map(({ name }) => [name, [] as Start[]]))
  const rounds = quick ? 2 : 10
  for (let round = 0; round < rounds; round++) {
    for (const bundle of orderOf(bundles, round)) {
      const guest = await createGuest(coatcheck, { passwordHash })
      const call = callsOf(admin, guest, `fresh-${guest.user.id}@example.com`.toLowerCase())[bundle.name]
      if (call) starts.get(bundle.name)?.push(await coldStart(bundle, call, env))
    }
    progress((round + 1) / rounds)
  }
  return { bundles, starts }
}

type Starts = ReadonlyMap<string, readonly Start[]>

function summariesOf(starts: Starts, name: string): Record<keyof Start, Summary> {
  const all = starts.get(name) ?? []
  const of = (what: keyof Start) => summaryOf(all.map((start) => start[what]))
  return {
    importMs: of('importMs'),
    importCpuMs: of('importCpuMs'),
    answerMs: of('answerMs'),
    answerCpuMs: of('answerCpuMs'),
  }
}

function timesOf(bundles: readonly Bundle[], starts: Starts): string {
  const rows = bundles.map(({ name, bytes }) => {
    const { importMs, importCpuMs, answerMs, answerCpuMs } = summariesOf(starts, name)
    const cells = [
      ...[spread(importMs, 0), figure(importCpuMs.median)],
      ...[spread(answerMs, 0), figure(answerCpuMs.median)],
    ]
    return [name, figure(bytes / 1024), ...cells, starts.get(name)?.length ?? 0]
  })
  return table(
    ['function', 'KB', 'import, ms', 'of CPU, ms', 'import to first answer, ms', 'of CPU, ms', 'starts'],
    rows,
  )
}
