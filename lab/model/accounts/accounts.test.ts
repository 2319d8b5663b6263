import { describe, expect, test } from 'vitest'
import { explore } from '../explorer.ts'
import { allRules, type Rule } from '../rules.ts'
import { account } from '../schedules.ts'
import { EARLIER_RULES } from './breaks.ts'
import { combination, SCENES, sets } from './combinations.ts'
import type { Budget } from './play.ts'
import type { SceneName } from './scenes.ts'

// The protocols of accounts: mail, recovery, passkeys, second factor. `npm run model -- --accounts=3` explores more.

function expectPromise(scene: SceneName, size: number, budget: Budget) {
  for (const names of sets(scene, size))
    expect(explore(combination(scene, names, budget)).violation, names.join(' | ')).toBeUndefined()
}

describe.each(SCENES)('operations on accounts, scene %s', (scene) => {
  test('keep their promise alone, with two lost answers and a crash', () => {
    expectPromise(scene, 1, { retry: 2, crash: 1 })
  })

  test('keep their promise in every pair, with a crash', () => {
    expectPromise(scene, 2, { retry: 0, crash: 1 })
  })
})

test.each(['moved', 'vacant'] as const)(
  'operations on accounts, scene %s, keep their promise in every pair, with a lost answer and a crash',
  (scene) => {
    expectPromise(scene, 2, { retry: 1, crash: 1 })
  },
)

test.each(Object.keys(EARLIER_RULES) as (keyof typeof EARLIER_RULES)[])('accounts need the rule %s', (rule) => {
  const { model, violation } = account(EARLIER_RULES[rule])
  expect(model(allRules).explore().violation).toBeUndefined()
  expect(model((other: Rule) => other !== rule).explore().violation?.why).toMatch(violation)
})

describe('known limitations', () => {
  test('after two runs of the mail function, a lost answer and another change no mailed reset works', () => {
    const names = ['mail reset', 'mail reset too', 'mail change']
    expect(explore(combination('owner', names, { retry: 1, crash: 0 })).violation?.why).toMatch(/^A6/)
  })
})
