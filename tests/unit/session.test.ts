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
  ])('with the timeouts %j is live: %s', (ends, live) => {
    expect(isLive(ends, NOW)).toBe(live)
  })

  test.each([
    [{ userEpoch: 3 }, true],
    [{ userEpoch: 4 }, true], // the user was read before a revoke-all
    [{ userEpoch: 2 }, false],
    [{ userEpoch: 3, expiresAt: NOW }, false],
  ])('with %j of a user in epoch 3 is live: %s', (row, live) => {
    expect(isLiveForUser({ epoch: 3 }, sampleRow(row), NOW)).toBe(live)
  })

  test.each([
    [{ epoch: 3 }, true],
    [{ epoch: 4 }, false],
    [{ epoch: 3, status: 'disabled' as const }, false],
  ])('of epoch 3 is valid for a user with %j: %s', (user, isValid) => {
    expect(isValidForUser(sampleRow({ userEpoch: 3 }), sampleUser(user))).toBe(isValid)
  })

  test('is not valid when its user is absent', () => {
    expect(isValidForUser(sampleRow(), undefined)).toBe(false)
  })

  test('expires by the idle or the absolute timeout, whichever is earlier', () => {
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
])('assertPolicy accepts %j: %s', (policy, holds) => {
  const assert = () => assertPolicy(policy)
  if (holds) assert()
  else expect(assert).toThrow(RangeError)
})

test.each(['a'.repeat(21), '-_'.repeat(10).concat('Z')])('isSessionId and isUserId accept %j', (text) => {
  expect([isSessionId(text), isUserId(text)]).toEqual([true, true])
})

test.each(['a'.repeat(20), 'a'.repeat(22), `${'a'.repeat(20)}.`, `${'a'.repeat(21)}\n`, ` ${'a'.repeat(20)}`, ''])(
  'isSessionId and isUserId refuse %j',
  (text) => {
    expect([isSessionId(text), isUserId(text)]).toEqual([false, false])
  },
)
