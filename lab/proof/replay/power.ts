import type { Rule } from '../../model/rules.ts'
import { dangerousSchedules } from '../../model/schedules.ts'
import { performWith } from './build.ts'
import { MUTATIONS } from './mutations.ts'
import { openReplay, type Replayed } from './replay.ts'

// The power of the replay: without a rule, the real code must show the violation that the model predicts.

export interface Mutated {
  readonly rule: Rule
  /** The predicted violation; `undefined` if the replay is blind to it. */
  readonly shown: string | undefined
  readonly replayed: Replayed
}

/** Each schedule on the real code without its rule. */
export async function* replayMutations(engine: string): AsyncGenerator<Mutated> {
  const replay = await openReplay(engine)
  try {
    for (const schedule of dangerousSchedules()) {
      const { rule } = schedule
      const mutation = MUTATIONS[rule]
      const replayed = await replay.play(schedule, await performWith(mutation))
      yield { rule, shown: replayed.violations.find((violation) => mutation.shows.test(violation)), replayed }
    }
  } finally {
    replay.close()
  }
}
