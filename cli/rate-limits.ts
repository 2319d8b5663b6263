import { startDeadline } from '../lib/deadline.ts'
import { dynamodbAttemptReader, dynamodbAttemptStore } from '../lib/dynamodb/attempt-store.ts'
import { UnavailableError } from '../lib/errors.ts'
import { rfc3339 } from '../lib/instant.ts'
import type { Secret } from '../lib/secret.ts'
import { systemClock } from '../lib/system.ts'
import { type AttemptKeys, createAttemptKeys } from '../lib/throttling/attempt-keys.ts'
import { type Attempts, createAttempts } from '../lib/throttling/attempts.ts'
import {
  type RateLimit as RateLimitInForce,
  type RateLimitSource,
  readRateLimits,
} from '../lib/throttling/rate-limits.ts'
import type { User } from '../lib/user.ts'
import { classifyError } from './aws.ts'
import { COMMAND_SECONDS, type Stack } from './stack.ts'

/** A rate limit as JSON. */
interface RateLimit extends Omit<RateLimitInForce, 'until'> {
  readonly until: string
}

/** The attempts of a stack; their keys need its pepper. */
export function attemptsOf({ config, client }: Pick<Stack, 'config' | 'client'>, pepper: Secret): Attempts {
  const store = dynamodbAttemptStore({ client, tableName: config.tables.attempts })
  return createAttempts({ store, limits: config.attempts, pepper })
}

/** The counters of a stack, and the keys that its pepper makes. */
export function rateLimitSourceOf(
  { config, client }: Pick<Stack, 'config' | 'client'>,
  pepper: Secret,
): RateLimitSource & { readonly keys: AttemptKeys } {
  const { tables, attempts } = config
  const read = dynamodbAttemptReader({ client, tableName: tables.attempts })
  return { keys: createAttemptKeys(pepper), read, limit: attempts.perAccount }
}

/**
 * Returns the rate limits in force for an account: for unknown addresses, for the addresses of its active sessions and
 * these, and for its reauthentications. One Query, two reads, and one read for each address.
 * @returns a reason instead, if they cannot be read
 */
export async function rateLimitsOf(
  user: User,
  sources: readonly string[],
  stack: Stack,
): Promise<RateLimit[] | string> {
  const { pepper } = stack.config.password
  if (!pepper) return 'PASSWORD_PEPPER is not set, which is part of the names of the counters'
  const deadline = startDeadline(COMMAND_SECONDS)
  const now = systemClock()
  try {
    const ips = (await stack.sessions.list(user, deadline)).map(({ ip }) => ip)
    const limits = await readRateLimits(rateLimitSourceOf(stack, pepper), user, [...sources, ...ips], now, deadline)
    return limits.map(({ until, ...limit }) => ({ ...limit, until: rfc3339(until) }))
  } catch (error) {
    if (error instanceof UnavailableError && classifyError(error.cause ?? error).kind === 'denied')
      return 'these credentials lack dynamodb:GetItem on the attempts table or dynamodb:Query on the sessions table'
    throw error
  }
}

/** The rate limits as fields of a user. */
export function rateLimitFields(limits: readonly RateLimit[] | string): [title: string, text: string][] {
  if (typeof limits === 'string') return [['rate limits', `unknown: ${limits}`]]
  if (limits.length === 0) return [['rate limits', 'none in force']]
  return limits.map(({ kind, ip, attempts, limit, isLocked, until }) => {
    const what = kind === 'login' ? `logins from ${ip ?? 'unknown addresses'}` : 'reauthentications'
    return ['rate limit', `${isLocked ? 'locked ' : ''}until ${until}: ${attempts} of ${limit} ${what}`]
  })
}
