import type { Model } from '../explorer.ts'
import { allRules, type Rules } from '../rules.ts'
import type { Play } from './call.ts'
import { KNOWN_NAMES, OPERATIONS } from './operations.ts'
import { type Budget, playModel } from './play.ts'
import { judgeOf } from './promise.ts'
import { type SceneName, sceneOf } from './scenes.ts'

export const SCENES = Object.keys(OPERATIONS) as SceneName[]

/** Every set of so many operations of a scene that the other models have not played. */
export function* sets(scene: SceneName, size: number, from = 0, chosen: readonly string[] = []): Generator<string[]> {
  if (size === 0) {
    if (!chosen.every((name) => KNOWN_NAMES.has(name))) yield [...chosen]
    return
  }
  const all = OPERATIONS[scene]
  for (let at = from; at < all.length; at++) yield* sets(scene, size - 1, at + 1, [...chosen, all[at]?.name ?? ''])
}

/** These operations side by side. */
export function combination(
  scene: SceneName,
  names: readonly string[],
  budget: Budget,
  rules: Rules = allRules,
): Model<Play> {
  const operations = names.map((name) => {
    const operation = OPERATIONS[scene].find((each) => each.name === name)
    if (!operation) throw new Error(`no operation ${name} in ${scene}`)
    return operation
  })
  return playModel(operations, sceneOf(scene), judgeOf(scene, rules), budget, rules)
}
