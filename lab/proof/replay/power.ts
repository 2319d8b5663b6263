import type { Rule } from '../../model/rules.ts'
import { dangerousSchedules } from '../../model/schedules.ts'
import { performWith } from './build.ts'
import { MUTATIONS } from './mutations.ts'
import { openReplay, type Replayed } from './replay.ts'

// What the replay is worth: of the real code without a rule it must say what the model says.

export interface Unruled {
  readonly rule: Rule
  /** What the replay saw of what the model says; nothing if it is blind. */
  readonly shown: string | undefined
  readonly replayed: Replayed
}

/** Each schedule with the real code that has not its rule. */
export async function* replayWithoutRules(engine: string): AsyncGenerator<Unruled> {
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
