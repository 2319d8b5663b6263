import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type CheckerOptions, check, type Verdict } from './checker/checker.ts'
import { openHistory } from './history/history.ts'
import type { Operation } from './history/operation.ts'
import { SETTLED } from './races/races.ts'

/** A part of the proof that has been played and judged. */
export interface Phase {
  readonly name: string
  readonly operations: number
  readonly verdict: Verdict
  /** Answers that held a credential other than the one that they were to give. */
  readonly leaks: number
  /** What else it measured, as words say it and as numbers. */
  readonly said: string
  readonly figures: object
}

export interface Told {
  readonly said?: string
  readonly figures?: object
}

/** Where the histories are kept of phases that violate something, and of all with `--keep`. */
const KEPT = '.coatcheck/proof'

/** Judges what was seen in a phase, and says so. */
export function judged(
  name: string,
  history: readonly Operation[],
  options: CheckerOptions = {},
  { said = '', figures = {} }: Told = {},
): Phase {
  const verdict = check(history, { ...SETTLED, ...options })
  const leaks = history.reduce((sum, { canaries = 0 }) => sum + canaries, 0)
  const told = said && `, ${said}`
  console.log(`${name}: ${history.length} operations, ${verdict.violations.length} violations${told}`)
  for (const { sentence } of verdict.violations.slice(0, 5)) console.log(`  ${sentence}`)
  if (verdict.violations.length > 0 || process.argv.includes('--keep')) keep(name, history)
  return { name, operations: history.length, verdict, leaks, said, figures }
}

function keep(name: string, history: readonly Operation[]): void {
  mkdirSync(KEPT, { recursive: true })
  const path = join(KEPT, `${name.replaceAll(/\W+/g, '-')}-${Date.now()}.jsonl`)
  const file = openHistory(path)
  for (const operation of history) file.append(operation)
  file.close()
  console.log(`  One line an operation: ${path}`)
}
