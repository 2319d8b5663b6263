import { expect, test } from 'vitest'
import type { AttemptKey } from '../../lib/ports.ts'
import { Secret } from '../../lib/secret.ts'
import { createAttemptKeys } from '../../lib/throttling/attempt-keys.ts'
import type { AttemptRound } from '../../lib/throttling/attempt-round.ts'
import { readRateLimits } from '../../lib/throttling/rate-limits.ts'
import type { Email } from '../../lib/user.ts'
import { soon } from '../support/parts.ts'
import { NOW, newUserId } from '../support/samples.ts'

// Which counters of an account an administrator sees. `tests/cli/rate-limits.test.ts` shows those of real attempts.

const user = { id: newUserId(), email: 'ada@example.com' as Email }
const keys = createAttemptKeys(new Secret('p'.repeat(32)))
const IP = '192.0.2.7'
const LIMIT = 3
const round = (taken: number, opensAt = NOW + 60): AttemptRound => ({
  taken,
  windowSeconds: 900,
  opensAt,
  expiresAt: opensAt + 86_400,
})

/** The rate limits in force if the counters have these rounds, in the order of `countersOf`. */
function limitsWith(...rounds: (AttemptRound | undefined)[]) {
  const byKey = new Map<AttemptKey, AttemptRound | undefined>(
    keys.countersOf(user, [IP]).map(({ key }, index) => [key, rounds[index]]),
  )
  return readRateLimits({ keys, read: async (key) => byKey.get(key), limit: LIMIT }, user, [IP], NOW, soon())
}

test('a rate limit has its counter’s attempts and is locked once they reach the limit', async () => {
  const until = NOW + 60
  expect(await limitsWith(round(3), round(2), round(1), round(4))).toEqual([
    { kind: 'login', attempts: 3, limit: 3, isLocked: true, until },
    { kind: 'reauthentication', attempts: 2, limit: 3, isLocked: false, until },
    { kind: 'second_factor', attempts: 1, limit: 3, isLocked: false, until },
    { kind: 'login', ip: IP, attempts: 4, limit: 3, isLocked: true, until },
  ])
})

test('a counter without attempts, or whose round is over, is no rate limit in force', async () => {
  expect(await limitsWith(undefined, round(0), round(3, NOW), round(3, NOW - 1))).toEqual([])
  expect(await limitsWith(undefined, round(3, NOW + 1))).toMatchObject([{ kind: 'reauthentication', until: NOW + 1 }])
})
