import { bundleWith } from '../power/seeded-bugs.ts'
import { type FuzzOptions, fuzzAll } from './fuzz.ts'
import { MISTAKES, type Mistake } from './mistakes.ts'

export interface Found {
  readonly mistake: Mistake
  /** After how many cases it was found, and in which words; `undefined` where the oracle, or what is sent, is blind to it. */
  readonly cases: number
  readonly sentence: string | undefined
}

/** The fuzz with each mistake in turn: one that does not find them shows nothing when it finds nothing. */
export async function* provePower(options: Omit<FuzzOptions, 'properties' | 'bundle'>): AsyncGenerator<Found> {
  for (const mistake of MISTAKES) {
    const { property, promise } = mistake
    const [fuzzed] = await fuzzAll({
      ...options,
      properties: [property],
      bundle: bundleWith(mistake.patches),
      isBroken: true,
    })
    const wrong = fuzzed?.failures.flatMap((failure) => failure.wrong) ?? []
    const sentence = wrong.find((each) => each.startsWith(promise))
    yield { mistake, cases: fuzzed?.cases ?? 0, sentence }
  }
}
