import type { Consistency } from '../../lib/ports.ts'
import { DEFAULT_POLICY, type SessionPolicy } from '../../lib/session.ts'

/** The users of an application, their habits, and the configuration that a bill depends on. */
export interface Usage {
  /** Each of them active in the month, and every day of it. */
  readonly users: number
  readonly requestsPerDay: number
  /** The hours of a day in which a user's requests come, at random. */
  readonly activeHours: number
  /** Places a user is signed in at, among which the requests divide. */
  readonly sessionsPerUser: number
  /** Of each place: ends of a day's use with a logout; with nothing, the session being left behind; revokes at any time. */
  readonly logoutsPerMonth: number
  readonly abandonedPerMonth: number
  readonly revocationsPerMonth: number
  readonly policy: SessionPolicy
  readonly consistency: Consistency
  readonly maxStalenessSeconds: number
  /** Warm processes that a session's requests fall on, each as likely as the others. */
  readonly processes: number
  /** Expired rows are gone after at most so long, and on average after half of it. */
  readonly ttlLagHours: number
  readonly authorizerTtlSeconds: number
  /** How long an access token is good for: of the alternatives with JWT, and of Cognito. */
  readonly jwtTtlSeconds: number
  readonly memoryMb: number
  readonly checkMs: number
  readonly authorizerMs: number
  readonly verifyMs: number
  readonly cacheMs: number
  readonly loginMs: number
}

export const DEFAULT_USAGE: Usage = {
  users: 1e6,
  requestsPerDay: 200,
  activeHours: 3,
  sessionsPerUser: 1,
  logoutsPerMonth: 1,
  abandonedPerMonth: 0.5,
  revocationsPerMonth: 0.05,
  policy: DEFAULT_POLICY,
  consistency: 'strong',
  maxStalenessSeconds: 0,
  processes: 10,
  ttlLagHours: 48,
  authorizerTtlSeconds: 300,
  jwtTtlSeconds: 3600,
  memoryMb: 512,
  checkMs: 5,
  authorizerMs: 8,
  verifyMs: 2,
  cacheMs: 2,
  loginMs: 320,
}

/** The memory of the login function: one whole virtual CPU, for bcrypt. */
export const LOGIN_MEMORY_MB = 1769

export const DAY_SECONDS = 86_400
/** As AWS counts a month: 730 hours. */
export const MONTH_HOURS = 730
export const MONTH_DAYS = MONTH_HOURS / 24

/** Of one session in one day, and while it is in use. */
export function pace({ requestsPerDay, sessionsPerUser, activeHours }: Usage) {
  const perDay = requestsPerDay / sessionsPerUser
  const useSeconds = activeHours * 3600
  return { perDay, useSeconds, perSecond: perDay / useSeconds }
}

/** Why the model does not cover a usage, and what to change. */
export function problemOf(usage: Usage): string | undefined {
  const { policy, activeHours, requestsPerDay, sessionsPerUser } = usage
  if (policy.renewSeconds >= policy.idleSeconds) return '--renew-seconds must be below --idle-seconds.'
  const restSeconds = DAY_SECONDS - activeHours * 3600
  if (Math.max(policy.renewSeconds, usage.authorizerTtlSeconds, usage.jwtTtlSeconds) > restSeconds)
    return `--renew-seconds, --authorizer-ttl and --jwt-ttl must not be above the ${restSeconds} seconds a day that --active-hours leaves.`
  if (requestsPerDay < sessionsPerUser)
    return '--requests-per-day must give each of --sessions-per-user one request or more: enter those of daily users.'
  return undefined
}
