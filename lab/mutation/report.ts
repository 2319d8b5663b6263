import { readFile } from 'node:fs/promises'

/** The parts of Stryker's JSON report (the mutation testing report schema) that are read here. */
interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly ReportedMutant[] }>>
}

interface ReportedMutant {
  readonly status: Status
  /** The text of a `Stryker disable` comment, or Stryker's own reason. */
  readonly statusReason?: string
  readonly mutatorName: string
  readonly replacement?: string
  readonly location: { readonly start: Position; readonly end: Position }
}

type Status = 'Killed' | 'Survived' | 'Timeout' | 'NoCoverage' | 'Ignored' | 'RuntimeError' | 'CompileError'

interface Position {
  readonly line: number
  readonly column: number
}

/** One change of the source, and whether a test noticed it. */
export interface Mutant {
  readonly file: string
  readonly line: number
  /** As Stryker's `--mutate` accepts it. */
  readonly range: string
  /** The line in which the change begins. */
  readonly code: string
  readonly replacement: string
  readonly mutator: string
  readonly status: Status
  readonly reason: string
}

export async function readReport(path: string): Promise<Mutant[]> {
  const { files }: Report = JSON.parse(await readFile(path, 'utf8'))
  return Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n')
    return mutants.map(({ location: { start, end }, mutatorName, replacement = '', status, statusReason = '' }) => ({
      file,
      line: start.line,
      range: `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`,
      code: (lines[start.line - 1] ?? '').trim(),
      replacement: replacement.replace(/\s+/g, ' ').trim(),
      mutator: mutatorName,
      status,
      reason: statusReason,
    }))
  })
}

export const isAlive = ({ status }: Mutant) => status === 'Survived' || status === 'NoCoverage'

/** Changes code that runs once, while a file is loaded: only the stage `loading` tries it. */
export const isStatic = ({ status, reason }: Mutant) => status === 'Ignored' && reason.startsWith('Static mutant')

/** A `Stryker disable` comment or the rule of ignore-log-text.ts says why no test has to notice it. */
export const isExplained = (mutant: Mutant) => mutant.status === 'Ignored' && !isStatic(mutant)

const keyOf = ({ range, mutator, replacement }: Mutant) => [range, mutator, replacement].join('\n')

/** The result of each mutant in the first reports, or in a later one if that is better. */
export function mergeResults(mutants: readonly Mutant[], later: readonly Mutant[]): Mutant[] {
  const best = new Map(mutants.map((mutant) => [keyOf(mutant), mutant]))
  for (const mutant of later) {
    const known = best.get(keyOf(mutant)) // absent if the code has changed since
    if (known && RANK[mutant.status] < RANK[known.status]) best.set(keyOf(mutant), mutant)
  }
  return [...best.values()]
}

const RANK: Record<Status, number> = {
  Killed: 0,
  Timeout: 1,
  Survived: 2,
  NoCoverage: 3,
  RuntimeError: 4,
  CompileError: 4,
  Ignored: 5,
}
