import { describe, expect, test } from 'vitest'
import { explore } from '../explorer.ts'
import type { Rule } from '../rules.ts'
import { DEVICE_BREAKS } from './breaks.ts'
import { deviceModel, setsOf } from './combinations.ts'

// Sessions that are bound to a device: two tabs, requests in flight, a thief, a revocation and time.

describe.each(['unbound', 'bound'] as const)('operations on a session that begins %s', (start) => {
  test.each([
    [1, 1],
    [2, 1],
    [3, 0],
  ])('keep their promise in every set of %i, with %i lost answers', (size, retry) => {
    for (const names of setsOf(size))
      expect(explore(deviceModel(start, names, { retry, crash: 0 })).violation, names.join(' | ')).toBeUndefined()
  })

  test('keep their promise in longer sets', () => {
    for (const names of [
      ['register', 'refresh', 'request', 'time', 'more time'],
      ['refresh', 'other tab refreshes', 'request', 'time', 'more time'],
      ['refresh', 'thief', 'thief replays', 'time', 'more time'],
      ['refresh', 'revoke', 'request', 'another request'],
      ['thief', 'refresh', 'time', 'more time', 'even more time', 'much more time'],
    ])
      expect(explore(deviceModel(start, names, { retry: 0, crash: 0 })).violation, names.join(' | ')).toBeUndefined()
  })
})

test.each(Object.keys(DEVICE_BREAKS) as (keyof typeof DEVICE_BREAKS)[])('bound sessions need the rule %s', (rule) => {
  const { start, operations, violation } = DEVICE_BREAKS[rule]
  const without = deviceModel(start, operations, { retry: 0, crash: 0 }, (other: Rule) => other !== rule)
  expect(explore(without).violation?.why).toMatch(violation)
})
