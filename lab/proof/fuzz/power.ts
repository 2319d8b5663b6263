import { bundleWith } from '../../mutation/patch.ts'
import { type FuzzOptions, fuzzAll } from './fuzz.ts'
import { MISTAKES, type Mistake } from './mistakes.ts'

export interface Found {
  readonly mistake: Mistake
  /** The number of cases until it was found, and the failure; `undefined` if the fuzz is blind to it. */
  readonly cases: number
  readonly sentence: string | undefined
}

/** Runs the fuzz on the service with each mistake in turn. */
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
