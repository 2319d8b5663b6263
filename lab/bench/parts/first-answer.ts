import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type Summary, summaryOf } from '../../shared/statistics.ts'
import { markdownTable as table } from '../../shared/table.ts'
import { createGuest, createTables, type Guest, openCoatcheck } from '../coatcheck.ts'
import {
  AUTHORIZER,
  type Bundle,
  FLOOR,
  GUARDED,
  GUARDED_WARM,
  JWT,
  makeBundles,
  makeLanes,
  PLAIN,
  PLAIN_ALIASED,
} from '../cold/bundles.ts'
import type { Call } from '../cold/calls.ts'
import { startHttpsFront } from '../cold/https-front.ts'
import { coldStart, lambdaEnvironment, type Start } from '../cold/start.ts'
import { authorizerEvent, httpEvent } from '../http-event.ts'
import { orderOf } from '../rounds.ts'
import { type Finding, figure, type Part, spread } from '../section.ts'

const HEALTH = 'health'
const MOST_BYTES = 50 * 1024
const MOST_OF_SDK = 0.45
const MOST_OF_FLOOR = 1.3
const MOST_OF_HEALTH_MS = 15
const OK = '"statusCode":200'

/** The first answer of a check in a new execution environment, beside the least that it could take. */
export const measure: Part = async ({ endpoint, quick }, progress) => {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-bench-'))
  const front = await startHttpsFront(endpoint, folder)
  try {
    const tables = await createTables(endpoint, 'first')
    const coatcheck = openCoatcheck(endpoint, tables)
    const env = lambdaEnvironment(front, tables)
    const bundles = [
      ...(await makeLanes(join(folder, 'lanes'))),
      ...(await makeBundles(join(folder, 'functions'), [AUTHORIZER, HEALTH])),
    ]
    const calls = await callsOf(await createGuest(coatcheck))
    const starts = new Map(bundles.map(({ name }) => [name, [] as Start[]]))
    const rounds = quick ? 5 : 40
    for (let round = -1; round < rounds; round++) {
      for (const bundle of orderOf(bundles, round + 1)) {
        const start = await coldStart(bundle, calls[bundle.name] as Call, env)
        if (round >= 0) starts.get(bundle.name)?.push(start) // the first round fills the caches of files
      }
      progress((round + 2) / (rounds + 1))
    }
    return {
      title: 'First answer',
      findings: findingsOf(bundles, starts),
      text: `What a check adds to the first request of a new execution environment: a fresh process of Node ${process.version} that has loaded what Lambda’s runtime client loads imports a handler and has it answer one event, with one strongly consistent read over TLS. The processor time of the whole process is compared, round by round; the handlers take turns, in an order that changes every round. The floor signs its request by hand, and neither checks nor repeats anything. The plain SDK is a handler of one GetItem, as it comes and with the plugin of \`coatcheck/esbuild\`. The authorizer of the service, and a handler that calls \`warmUp()\`, make one read more while they are imported, where a small Lambda is said to have a whole processor; the handler then has its connection. ${rounds} rounds.\n\n${timesOf(bundles, starts)}`,
      data: Object.fromEntries(bundles.map(({ name, bytes }) => [name, { bytes, ...summariesOf(starts, name) }])),
    }
  } finally {
    await front.close()
    await rm(folder, { recursive: true })
  }
}

type Starts = ReadonlyMap<string, readonly Start[]>

async function callsOf({ session, token: bearer }: Guest): Promise<Record<string, Call>> {
  const { userId, id: sessionId } = session
  const read: Call = [{ userId, sessionId }, OK]
  const guarded: Call = [httpEvent('GET', '/notes', { bearer }), OK]
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const token = await new SignJWT({ sid: sessionId })
    .setProtectedHeader({ alg: 'ES256' })
    .setSubject(userId)
    .setIssuer('https://auth.example.com')
    .setAudience('https://api.example.com')
    .setExpirationTime('1h')
    .sign(privateKey)
  return {
    [PLAIN]: read,
    [PLAIN_ALIASED]: read,
    [FLOOR]: read,
    [JWT]: [{ token, key: await exportJWK(publicKey) }, OK],
    [GUARDED]: guarded,
    [GUARDED_WARM]: guarded,
    [AUTHORIZER]: [authorizerEvent('GET', '/notes', { bearer }), '"isAuthorized":true'],
    [HEALTH]: [httpEvent('GET', '/health'), OK],
  }
}

function findingsOf(bundles: readonly Bundle[], starts: Starts): Finding[] {
  const { bytes = Number.NaN } = bundles.find(({ name }) => name === AUTHORIZER) ?? {}
  const health = summariesOf(starts, HEALTH).importCpuMs
  return [
    {
      what: 'code of the authorizer parsed before its first answer',
      target: `≤ ${MOST_BYTES / 1024} KB`,
      result: `${figure(bytes / 1024, 1)} KB`,
      met: bytes <= MOST_BYTES,
    },
    atMost(MOST_OF_SDK, 'processor time to the first answer, a guarded handler against the plain SDK', GUARDED, PLAIN),
    atMost(MOST_OF_FLOOR, 'processor time to the first answer, a guarded handler against the floor', GUARDED, FLOOR),
    atMost(
      undefined,
      'for comparison: the authorizer, with its read during init, against the plain SDK',
      AUTHORIZER,
      PLAIN,
    ),
    atMost(
      undefined,
      'for comparison: the authorizer, with its read during init, against the floor',
      AUTHORIZER,
      FLOOR,
    ),
    {
      what: 'processor time to import health',
      target: `< ${MOST_OF_HEALTH_MS} ms`,
      result: spread(health, 1, ' ms'),
      met: health.median < MOST_OF_HEALTH_MS,
    },
  ]

  function atMost(most: number | undefined, what: string, name: string, to: string): Finding {
    const ratio = ratioOf(starts, name, to)
    const result = spread(ratio)
    return most === undefined
      ? { what, target: '–', result }
      : { what, target: `≤ ${most.toFixed(2)}`, result, met: ratio.median <= most }
  }
}

/** Round by round: those of one round started a moment after each other. */
function ratioOf(starts: Starts, name: string, to: string): Summary {
  const others = starts.get(to) ?? []
  return summaryOf(
    (starts.get(name) ?? []).map(({ answerCpuMs }, round) => answerCpuMs / (others[round]?.answerCpuMs ?? Number.NaN)),
  )
}

function summariesOf(starts: Starts, name: string) {
  const all = starts.get(name) ?? []
  const of = (what: (start: Start) => number) => summaryOf(all.map(what))
  return {
    importCpuMs: of(({ importCpuMs }) => importCpuMs),
    handlerCpuMs: of(({ importCpuMs, answerCpuMs }) => answerCpuMs - importCpuMs),
    answerCpuMs: of(({ answerCpuMs }) => answerCpuMs),
    answerMs: of(({ answerMs }) => answerMs),
  }
}

function timesOf(bundles: readonly Bundle[], starts: Starts): string {
  const rows = bundles.map(({ name, bytes }) => {
    const { importCpuMs, handlerCpuMs, answerCpuMs, answerMs } = summariesOf(starts, name)
    const cells = [importCpuMs, handlerCpuMs].map(({ median }) => figure(median, 1))
    return [name, figure(bytes / 1024), ...cells, spread(answerCpuMs, 1), spread(answerMs, 0)]
  })
  const head = ['handler', 'KB', 'CPU of the import, ms', 'of the event, ms', 'to the first answer, ms', 'of time, ms']
  return table(head, rows)
}
