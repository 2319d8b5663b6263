import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { SeededBug } from './bugs/seeded-bug.ts'
import { patched } from './patch.ts'

const run = promisify(execFile)

/** Test files that are run together; the next list runs only if no test of the earlier lists fails. */
export interface TestList {
  readonly files: readonly string[]
  /** Runs only the tests whose full title matches. */
  readonly titles?: string
  /** The list can notice mutants of these files. */
  readonly covers: (file: string) => boolean
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

/**
 * Applies a bug to the copy, runs the lists until a test fails, and restores the copy.
 * @returns the failing tests of the first list that notices the bug, by file; empty if the bug survives
 */
export async function failingWith(
  { folder }: Copy,
  { patches }: SeededBug,
  lists: readonly TestList[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = [...new Set(patches.map(({ file }) => file))]
  const before = new Map<string, string>()
  for (const file of files) before.set(file, await readFile(join(folder, file), 'utf8'))
  try {
    for (const [file, source] of before) await writeFile(join(folder, file), patched(patches, file, source))
    for (const list of lists.filter(({ covers }) => files.some(covers))) {
      const failing = await failingTests(folder, list)
      if (failing.size > 0) return failing
    }
    return new Map()
  } finally {
    for (const [file, source] of before) await writeFile(join(folder, file), source)
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
    .filter(([, [title]]) => title) // a file that `--bail` broke off
  return new Map(failing)
}
