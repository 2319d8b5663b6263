import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../tests/support/free-port.ts'
import { request } from '../../tests/support/http.ts'
import { makeStartingPlace, type StartingPlace } from '../../tests/support/starting-place.ts'
import { quantile } from '../shared/statistics.ts'
import { report, starting, table } from './report.ts'

// TH-14: a storm of logins, each of which hashes a password, does not slow checks of sessions down.

const LOGINS_PER_SECOND = 100
const SECONDS = 30
const CHECKS_PER_SECOND = 20
/** Generous: a check takes a few milliseconds on a quiet machine, and here all share two cores with the generator. */
const GATE_MS = 1000

let place: StartingPlace
let url: string
beforeAll(async () => {
  place = await makeStartingPlace()
  const PORT = String(await freePort())
  url = `http://localhost:${PORT}`
  const limits = { LOGIN_ATTEMPTS_PER_SOURCE: '1000000', DATASTORE_TIMEOUT_MS: '2000' }
  await place.start({ PORT, BCRYPT_COST: '10', ...limits }).ready
})
afterAll(() => place.remove())

interface Outcome {
  readonly ms: number
  readonly status: number
}

/** So many a second for so long, whether or not the ones before have been answered; timed from when each was due. */
async function openLoop(perSecond: number, seconds: number, act: () => Promise<{ status: number }>) {
  const outcomes: Outcome[] = []
  const due = performance.now()
  const pending = new Set<Promise<void>>()
  for (let i = 0; i < perSecond * seconds; i++) {
    const at = due + (1000 * i) / perSecond
    await sleep(Math.max(0, at - performance.now()))
    const one = act()
      .catch(() => ({ status: 0 }))
      .then(({ status }) => void outcomes.push({ ms: performance.now() - at, status }))
      .finally(() => pending.delete(one))
    pending.add(one)
  }
  return { outcomes, pending }
}

test(`at ${LOGINS_PER_SECOND} logins a second a check stays below ${GATE_MS} ms in 99 of 100 cases [TH-14]`, async () => {
  const started = starting()
  const account = { email: 'owner@example.com', password: 'correct horse battery staple' }
  await request(url, 'POST', '/auth/register', { body: account })
  const { json } = await request(url, 'POST', '/auth/login', { body: { ...account, credential: 'bearer' } })
  const check = () => request(url, 'GET', '/auth/session', { bearer: json.token })
  const guess = () =>
    request(url, 'POST', '/auth/login', {
      body: { email: `${nanoid()}@example.com`, password: account.password, credential: 'bearer' },
    })

  const settled = async ({ outcomes, pending }: Awaited<ReturnType<typeof openLoop>>) => {
    await Promise.all(pending)
    return outcomes
  }
  const quiet = await settled(await openLoop(CHECKS_PER_SECOND, 5, check))
  console.log(`TH-14 quiet: ${quiet.length} checks; now ${SECONDS} s of logins`)
  const [logins, checks] = await Promise.all([
    openLoop(LOGINS_PER_SECOND, SECONDS, guess),
    openLoop(CHECKS_PER_SECOND, SECONDS, check).then(settled),
  ])

  const ms = (outcomes: readonly Outcome[], share: number) =>
    Math.round(
      quantile(
        outcomes.map((outcome) => outcome.ms),
        share,
      ),
    )
  const row = (name: string, outcomes: readonly Outcome[]) => [
    name,
    outcomes.length,
    ...[0.5, 0.9, 0.99, 1].map((share) => ms(outcomes, share)),
  ]
  const answered = Map.groupBy(logins.outcomes, ({ status }) => status)
  const statuses = [...answered].map(([status, list]) => `${list.length} with ${status}`).join(', ')
  await report(
    'TH-14 Checks while others sign in',
    started,
    `\`npm start\` with bcrypt at cost 10, its tables embedded, the load from a process beside it. ${LOGINS_PER_SECOND} logins a second on unknown accounts for ${SECONDS} seconds, far more than can be hashed: when the last was sent ${statuses} had been answered, and ${logins.pending.size} were waiting; 503 is what API Gateway answers where a function's concurrency is used up. Meanwhile \`GET /auth/session\` ${CHECKS_PER_SECOND} times a second, timed from when each was due. Asked for: 99 % below ${GATE_MS} ms, and every one answered.\n\n${table(
      ['milliseconds', 'checks', 'median', '90 %', '99 %', 'longest'],
      [row('before', quiet), row('meanwhile', checks)],
    )}`,
  )
  expect(new Set(checks.map(({ status }) => status))).toEqual(new Set([200]))
  expect(ms(checks, 0.99)).toBeLessThan(GATE_MS)
})
