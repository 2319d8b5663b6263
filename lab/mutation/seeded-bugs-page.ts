import { readFile, writeFile } from 'node:fs/promises'
import { markdownTable } from '../shared/table.ts'
import { SEEDED_BUGS } from './bugs/index.ts'

const PAGE = 'docs/seeded-bugs.md'
const HEADS = ['The broken code', 'Breaks', 'Caught by', 'Proof']

type Row = readonly string[]

/** The rows of the page, by what the bug does; empty without a page. */
export async function readRows(): Promise<Map<string, Row>> {
  const text = await readFile(PAGE, 'utf8').catch(() => '')
  const rows = text.split('\n').filter((line) => line.startsWith('| '))
  return new Map(
    rows
      .slice(2)
      .map((line) => cellsOf(line))
      .map((cells) => [cells[0] ?? '', cells]),
  )
}

const cellsOf = (line: string): Row =>
  line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))

/** Writes the rows of the bugs that exist, in their order. */
export async function writePage(rows: ReadonlyMap<string, Row>): Promise<void> {
  const listed = SEEDED_BUGS.flatMap(({ what }) => {
    const row = rows.get(what)
    return row ? [row] : []
  })
  const table = markdownTable(
    HEADS,
    listed.map((row) => row.map((cell) => cell.replaceAll('|', '\\|'))),
    [0, 1, 2, 3],
  )
  await writeFile(
    PAGE,
    `# Seeded bugs

Written by \`npm run mutants\`. Each of these ${listed.length} bugs is put into a copy of the code, and the tests run until one fails: first the unit tests, then the contract of the stores, the races, and the routes. \`npm run mutants -- --new\` runs only the bugs that are not listed yet, \`npm run mutants -- word\` only those with the word in their description; the other rows stay as they are. The last column is the bug's name in [the proof](proof.md), which catches it in the packaged service as well.

${table}
`,
  )
}
