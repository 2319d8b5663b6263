import type { Item } from '../../../lib/dynamodb/item.ts'
import { type Mutation, spoilt } from './answers.ts'
import type { Bench, Case, Outcome } from './bench.ts'
import { judge } from './oracle.ts'

/** A case with the faults of its datastore: plain data, so that a failure can be printed and repeated. */
export interface Trial {
  readonly given: Case

  readonly mutation?: Mutation
  /** Items that replace those of the cast. */
  readonly stored?: readonly (readonly [table: string, item: Item])[]
}

/** Runs a trial and judges it. */
export async function runTrial(
  bench: Bench,
  { given, mutation, stored }: Trial,
): Promise<{ outcome: Outcome; wrong: string[] }> {
  if (stored && !(await bench.store(stored))) return { outcome: NOTHING, wrong: [] }
  const spoil = mutation && spoilt(mutation, bench.cast)
  const outcome = await bench.run(given, { ...(spoil && { spoil }), ...(stored && { stored }) })
  return { outcome, wrong: judge(given, outcome, bench.cast, stored) }
}

/** The engine rejects the item. */
const NOTHING: Outcome = { requestId: '', log: [], exchanges: [], uncaught: [], ms: 0 }
