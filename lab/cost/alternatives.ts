import {
  checking,
  costOf,
  GB,
  gbSeconds,
  invocations,
  type Line,
  type Month,
  monthOf,
  refreshing,
  signingIn,
  storing,
} from './month.ts'
import { SESSION_BYTES, SESSION_WRITE_UNITS } from './row-size.ts'
import { MONTH_HOURS, type Usage } from './usage.ts'

/** A way to authenticate requests, and its cost in a month. */
export interface Alternative {
  readonly name: string
  /** The label in the chart. */
  readonly short: string
  readonly ours: boolean
  readonly delaySeconds: number
  /** Its limitations and further requirements. */
  readonly but: string
  readonly lines: readonly Line[]
}

/** The minimum charge, and the assumed overhead of a key in Valkey. */
const LEAST_CACHE_GB = 0.1
const CACHE_OVERHEAD = 100

/** Time in a handler that runs anyway: its milliseconds, and no invocation. */
const inHandler = (what: string, count: number, ms: number, { memoryMb }: Usage): Line => ({
  what,
  price: 'lambdaSeconds',
  quantity: gbSeconds(count, ms, memoryMb),
  part: 'checks',
})

export function alternatives(usage: Usage): Alternative[] {
  const month = monthOf(usage)
  const kept = [...signingIn(month, usage, true), ...storing(month, usage, true)]
  const { authorizerTtlSeconds: ttl, jwtTtlSeconds, maxStalenessSeconds: stale } = usage
  const authorizer = (count: number) => invocations('authorizer', 'checks', count, usage.authorizerMs, usage.memoryMb)
  return [
    {
      name: 'Coatcheck, in the handler',
      short: 'Coatcheck in the handler',
      ours: true,
      delaySeconds: stale,
      but: stale === 0 ? '–' : 'a revoked session is served for as long as a check may be reused',
      lines: [
        ...checking(month, usage, month.checksAnew),
        inHandler('checks: time in the handler', month.checksAnew, usage.checkMs, usage),
        ...kept,
      ],
    },
    {
      name: 'Coatcheck, authorizer, no cache',
      short: 'Coatcheck authorizer',
      ours: true,
      delaySeconds: 0,
      but: '–',
      lines: [...checking(month, usage, month.checks), ...authorizer(month.checks), ...kept],
    },
    {
      name: `Coatcheck, authorizer, cache ${ttl} s`,
      short: `Coatcheck authorizer, cache ${ttl} s`,
      ours: true,
      delaySeconds: ttl,
      but: 'a revoked session is served from the cache; to empty it is to empty all of it',
      lines: [...checking(month, usage, month.cacheMisses), ...authorizer(month.cacheMisses), ...kept],
    },
    ...jwts(month, usage, jwtTtlSeconds),
    ...cognitos(usage, jwtTtlSeconds),
    valkey(month, usage),
    {
      name: 'Read and write on every request, DynamoDB',
      short: 'Read and write each request',
      ours: false,
      delaySeconds: 0,
      but: 'as express-session’s stores do where they touch; an unconditional write can bring a revoked session back',
      lines: [
        { what: 'checks: reads', price: 'readUnits', quantity: month.checks, part: 'checks' },
        { what: 'checks: writes', price: 'writeUnits', quantity: month.checks * SESSION_WRITE_UNITS, part: 'checks' },
        inHandler('checks: time in the handler', month.checks, 2 * usage.checkMs, usage),
        ...kept,
      ],
    },
  ]
}

function jwts(month: Month, usage: Usage, delaySeconds: number): Alternative[] {
  const but = 'no list of who is signed in, and no end to a token before its time; keys to keep and to change'
  const others = [...refreshing(month, usage), ...signingIn(month, usage, true), ...storing(month, usage, true)]
  const verifying = invocations('authorizer', 'checks', month.checks, usage.verifyMs, usage.memoryMb)
  const lambda = { name: 'JWT, Lambda authorizer', short: 'JWT, Lambda authorizer', lines: [...verifying, ...others] }
  const native = { name: 'JWT, HTTP API’s own authorizer', short: 'JWT, native authorizer', lines: others }
  return [lambda, native].map((each) => ({ ...each, ours: false, delaySeconds, but }))
}

function cognitos({ users }: Usage, delaySeconds: number): Alternative[] {
  const but = 'access tokens hold until they end, whatever was revoked; not like for like: it also keeps the users'
  return (['Lite', 'Essentials'] as const).map((tier) => ({
    name: `Cognito ${tier}, HTTP API’s own authorizer`,
    short: `Cognito ${tier}`,
    ours: false,
    delaySeconds,
    but,
    lines: [{ what: 'monthly active users', price: `cognito${tier}`, quantity: users, part: 'keeping' }],
  }))
}

function valkey(month: Month, usage: Usage): Alternative {
  const { checks, logins, logouts, revokes, liveRows } = month
  const gb = Math.max(LEAST_CACHE_GB, (liveRows * (SESSION_BYTES + CACHE_OVERHEAD)) / GB)
  return {
    name: 'Sessions in ElastiCache Serverless, Valkey',
    short: 'Sessions in Valkey',
    ours: false,
    delaySeconds: 0,
    but: 'read from the primary, in functions in a VPC (a way out of it is not in the price); it is memory: a failover can lose what was just written, a revoke too',
    lines: [
      { what: 'checks: GETEX, which renews too', price: 'cacheUnits', quantity: checks, part: 'checks' },
      inHandler('checks: time in the handler', checks, usage.cacheMs, usage),
      { what: 'logins, logouts, revokes', price: 'cacheUnits', quantity: logins + logouts + revokes, part: 'sign-in' },
      ...signingIn(month, usage, false),
      { what: 'sessions in memory', price: 'cacheStorage', quantity: gb * MONTH_HOURS, part: 'keeping' },
      ...storing(month, usage, false),
    ],
  }
}

/** A month of it in dollars: in all, for the checks alone, and in all for each million checks. */
export function bill({ lines }: Alternative, { checks }: Pick<Month, 'checks'>) {
  const total = costOf(lines)
  return { total, checks: costOf(lines, ({ part }) => part === 'checks'), perMillion: (total / checks) * 1e6 }
}
