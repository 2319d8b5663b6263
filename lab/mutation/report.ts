import { readFile } from 'node:fs/promises'

// What Stryker writes (the Mutation Testing Elements' report), as far as it is read here.

type Status = 'Killed' | 'Survived' | 'Timeout' | 'NoCoverage' | 'Ignored' | 'RuntimeError' | 'CompileError'

interface Position {
  readonly line: number
  readonly column: number
}

interface Reported {
  readonly status: Status
  readonly mutatorName: string
  readonly replacement?: string
  readonly location: { readonly start: Position; readonly end: Position }
}

interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Reported[] }>>
}

/** One change of the source, and whether a test has noticed. */
export interface Mutant {
  readonly file: string
  readonly line: number
  /** Where Stryker's `--mutate` finds it again. */
  readonly range: string
  /** What the source says there, and what the mutant says instead; white space is one space. */
  readonly original: string
  readonly replacement: string
  /** The line it begins in, as it stands. */
  readonly text: string
  readonly mutator: string
  readonly status: Status
}

export async function readReport(path: string): Promise<Mutant[]> {
  const { files }: Report = JSON.parse(await readFile(path, 'utf8'))
  return Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n')
    return mutants.map(({ location: { start, end }, mutatorName, replacement = '', status }) => ({
      file,
      line: start.line,
      range: `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`,
      original: onOneLine(textBetween(lines, start, end)),
      replacement: onOneLine(replacement),
      text: (lines[start.line - 1] ?? '').trim(),
      mutator: mutatorName,
      status,
    }))
  })
}

function textBetween(lines: readonly string[], start: Position, end: Position): string {
  const covered = lines.slice(start.line - 1, end.line)
  if (covered.length === 1) return (covered[0] ?? '').slice(start.column - 1, end.column - 1)
  return [covered[0]?.slice(start.column - 1), ...covered.slice(1, -1), covered.at(-1)?.slice(0, end.column - 1)].join(
    '\n',
  )
}

const onOneLine = (text: string) => text.replace(/\s+/g, ' ').trim()

/** Nobody has noticed it. */
export const isAlive = ({ status }: Mutant) => status === 'Survived' || status === 'NoCoverage'

/** Nobody has tried it. */
export const isLeftOut = ({ status }: Mutant) => status === 'Ignored'

/** The same change, in whichever report. */
const keyOf = ({ range, mutator, original, replacement }: Mutant) => [range, mutator, original, replacement].join('\n')

/** The best news of each of these mutants: what one set of tests lets live another may kill. */
export function together(mutants: readonly Mutant[], later: readonly Mutant[]): Mutant[] {
  const best = new Map(mutants.map((mutant) => [keyOf(mutant), mutant]))
  for (const mutant of later) {
    const known = best.get(keyOf(mutant)) // none: the code has changed since
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
