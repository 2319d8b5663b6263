import { describe, expect, test } from 'vitest'
import {
  assertPolicy,
  DEFAULT_POLICY,
  expiryAfter,
  isLive,
  isLiveForUser,
  isSessionId,
  isValidForUser,
} from '../../lib/session.ts'
import { isUserId } from '../../lib/user.ts'
import { NOW, sampleRow, sampleUser } from '../support/samples.ts'

describe('a session', () => {
  test.each([
    [{ expiresAt: NOW + 1, endsAt: NOW + 1 }, true],
    [{ expiresAt: NOW, endsAt: NOW + 1 }, false],
    [{ expiresAt: NOW + 1, endsAt: NOW }, false],
  ])('that has %j left is live: %s', (ends, live) => {
    expect(isLive(ends, NOW)).toBe(live)
  })

  test.each([
    [{ userEpoch: 3 }, true],
    [{ userEpoch: 4 }, true], // the user was read before the epoch moved
    [{ userEpoch: 2 }, false],
    [{ userEpoch: 3, expiresAt: NOW }, false],
  ])('of a user in epoch 3 with %j is live: %s', (row, live) => {
    expect(isLiveForUser({ epoch: 3 }, sampleRow(row), NOW)).toBe(live)
  })

  test.each([
    [{ epoch: 3 }, true],
    [{ epoch: 4 }, false],
    [{ epoch: 3, status: 'disabled' as const }, false],
  ])('of epoch 3 has a user with %j behind it: %s', (user, backed) => {
    expect(isValidForUser(sampleRow({ userEpoch: 3 }), sampleUser(user))).toBe(backed)
  })

  test('has nobody behind it where the user is gone', () => {
    expect(isValidForUser(sampleRow(), undefined)).toBe(false)
  })

  test('expires by the earlier of its two ends', () => {
    expect(expiryAfter(NOW, NOW + 1e9, DEFAULT_POLICY)).toBe(NOW + 604_800)
    expect(expiryAfter(NOW, NOW + 5, DEFAULT_POLICY)).toBe(NOW + 5)
  })
})

test.each([
  [{ idleSeconds: 2, renewSeconds: 1, lifetimeSeconds: 1 }, true],
  [{ idleSeconds: 2, renewSeconds: 2, lifetimeSeconds: 1 }, false],
  [{ idleSeconds: 2, renewSeconds: 0, lifetimeSeconds: 1 }, false],
  [{ idleSeconds: 2.5, renewSeconds: 1, lifetimeSeconds: 1 }, false],
  [{ idleSeconds: 2, renewSeconds: 1, lifetimeSeconds: Number.POSITIVE_INFINITY }, false],
])('the policy %j holds: %s', (policy, holds) => {
  const assert = () => assertPolicy(policy)
  if (holds) assert()
  else expect(assert).toThrow(RangeError)
})

test.each(['a'.repeat(21), '-_'.repeat(10).concat('Z')])('%j is an id', (text) => {
  expect([isSessionId(text), isUserId(text)]).toEqual([true, true])
})

test.each(['a'.repeat(20), 'a'.repeat(22), `${'a'.repeat(20)}.`, `${'a'.repeat(21)}\n`, ` ${'a'.repeat(20)}`, ''])(
  '%j is none',
  (text) => {
    expect([isSessionId(text), isUserId(text)]).toEqual([false, false])
  },
)
