import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { ProtocolMutant } from './protocol-mutants.ts'

const run = promisify(execFile)

/** Test files that are run together; the next list runs only if no test of the earlier lists fails. */
export interface TestList {
  readonly files: readonly string[]
  /** Runs only the tests whose full title matches. */
  readonly titles?: string
  /** The list can notice mutants of these files. */
  readonly covers: (file: string) => boolean
}

export interface MutantResult {
  readonly mutant: ProtocolMutant
  /** The failing tests of the first list that notices the mutant, by file; empty if the mutant survives. */
  readonly caughtBy: ReadonlyMap<string, readonly string[]>
}

/** A copy of a working tree in a temporary folder; mutants are never written into the checkout. */
export interface Copy {
  readonly folder: string
  remove(): Promise<void>
}

export async function copyTree(tree: string): Promise<Copy> {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-mutants-'))
  const listing = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'], {
    cwd: tree,
    maxBuffer: 2 ** 26,
  })
  const files = listing.stdout.split('\0').filter((file) => file && !file.startsWith('docs/screens/'))
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await cp(join(tree, file), join(folder, file)).catch((error) => {
      if (error.code !== 'ENOENT') throw error // deleted in the working tree, and not yet in the index
    })
  }
  await symlink(resolve(tree, 'node_modules'), join(folder, 'node_modules'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** @throws Error if the mutant no longer fits the code. */
export function mutate(source: string, { find, replace, file }: ProtocolMutant['edits'][number]): string {
  const parts = source.split(find)
  if (parts.length !== 2) throw new Error(`${file} contains ${parts.length - 1} times, and not once: ${find}`)
  return parts.join(replace)
}

/** Applies one mutant to the copy, runs the lists until a test fails, and restores the copy. */
export async function tryMutant(
  { folder }: Copy,
  mutant: ProtocolMutant,
  lists: readonly TestList[],
): Promise<MutantResult> {
  const before = new Map<string, string>()
  try {
    for (const edit of mutant.edits) {
      const path = join(folder, edit.file)
      const source = await readFile(path, 'utf8')
      if (!before.has(path)) before.set(path, source)
      await writeFile(path, mutate(source, edit))
    }
    for (const list of lists.filter(({ covers }) => mutant.edits.some(({ file }) => covers(file)))) {
      const caughtBy = await failingTests(folder, list)
      if (caughtBy.size > 0) return { mutant, caughtBy }
    }
    return { mutant, caughtBy: new Map() }
  } finally {
    for (const [path, source] of before) await writeFile(path, source)
  }
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/** The titles of the failing tests, by file. */
export async function failingTests(
  folder: string,
  { files, titles }: Pick<TestList, 'files' | 'titles'>,
): Promise<Map<string, string[]>> {
  const report = join(folder, 'mutants-report.json')
  await rm(report, { force: true })
  const options = [
    ...['--pool=threads', '--no-isolate', '--maxWorkers=1', '--retry=1', '--bail=3'],
    ...['--reporter=json', `--outputFile=${report}`],
    ...(titles ? [`--testNamePattern=${titles}`] : []),
  ]
  const output = await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...files, ...options], {
    cwd: folder,
    maxBuffer: 2 ** 28,
  }).catch((error) => error)
  const { testResults }: Report = await readFile(report, 'utf8').then(JSON.parse, () => {
    throw new Error(`Vitest wrote no report: ${output.stderr}`)
  })
  const failing = testResults
    .filter(({ status }) => status === 'failed')
    .map(({ name, message, assertionResults }): [string, string[]] => {
      const titles = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)
      return [name.slice(folder.length + 1), titles.length > 0 ? titles : [message]]
    })
  return new Map(failing)
}
