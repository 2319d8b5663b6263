import type { Item } from '../../../lib/dynamodb/item.ts'
import { type Mutation, spoilt } from './answers.ts'
import type { Bench, Case, Outcome } from './bench.ts'
import { judge } from './oracle.ts'

/** A case, and what is wrong beneath it: plain data, so that a failure can be printed and run again. */
export interface Trial {
  readonly given: Case
  /** Of which calls the answer is changed, and how. */
  readonly mutation?: Mutation
  /** Items that stand in the place of the cast's. */
  readonly stored?: readonly (readonly [table: string, item: Item])[]
}

/** Runs a trial and judges it. */
export async function tried(
  bench: Bench,
  { given, mutation, stored }: Trial,
): Promise<{ outcome: Outcome; wrong: string[] }> {
  if (stored && !(await bench.store(stored))) return { outcome: NOTHING, wrong: [] }
  const spoil = mutation && spoilt(mutation, bench.cast)
  const outcome = await bench.run(given, { ...(spoil && { spoil }), ...(stored && { stored }) })
  return { outcome, wrong: judge(given, outcome, bench.cast, stored) }
}

/** What the engine would not store at all. */
const NOTHING: Outcome = { requestId: '', log: [], exchanges: [], uncaught: [], ms: 0 }
