import { existsSync } from 'node:fs'
import { PROTOCOL_MUTANTS } from './protocol-mutants.ts'
import { copyTree, failingTests, type TestList, tryMutant } from './run-mutants.ts'

// `npm run mutants`: breaks the protocols in each way of protocol-mutants.ts, one at a time in a temporary copy, and
// prints which test notices. Exits with 1 if a mutant survives.
//   npm run mutants -- sweep login     only the mutants whose name contains one of these words

const inFolder = (folder: string, ...names: string[]) => names.map((name) => `tests/${folder}/${name}.test.ts`)
const isStore = (file: string) => file.startsWith('lib/dynamodb/')

/** From the fastest to the slowest. */
const LISTS: readonly TestList[] = [
  {
    covers: () => true,
    files: inFolder(
      'unit',
      ...['attempt-store', 'attempts', 'concurrent-replacement', 'create-session', 'login', 'reauthenticated-session'],
      ...['reauthentication', 'revocations', 'session', 'session-store', 'sessions', 'staleness-cache'],
      ...['user-administration', 'user-store'],
      'users',
    ),
  },
  { covers: isStore, files: inFolder('contract', 'dynamodb-attempts', 'dynamodb-sessions', 'dynamodb-users') },
  {
    covers: isStore,
    titles: '^(?!.*(hundred|thousand|250|200 at once|any size))',
    files: inFolder('contract', 'dynamodb'),
  },
  // In memory, where the code of lib/dynamodb has no part.
  {
    covers: (file) => !isStore(file),
    titles: '^(?!.*(dynalite|in the table))',
    files: inFolder(
      'races',
      ...['user-administration', 'login', 'accounts', 'session-cap', 'attempts', 'failures', 'expiry'],
    ),
  },
]

for (const file of LISTS.flatMap(({ files }) => files)) if (!existsSync(file)) throw new Error(`No such file: ${file}`)

const words = process.argv.slice(2)
const mutants = PROTOCOL_MUTANTS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
const copy = await copyTree('.')
let survivors = 0
try {
  for (const list of words.length === 0 ? LISTS : []) {
    const failing = await failingTests(copy.folder, list)
    if (failing.size > 0) throw new Error(`These tests fail without a mutant: ${[...failing.keys()].join(', ')}`)
  }
  for (const mutant of mutants) {
    const { caughtBy } = await tryMutant(copy, mutant, LISTS)
    if (caughtBy.size === 0) survivors++
    console.log(`${mutant.breaks}  ${mutant.name}`)
    if (caughtBy.size === 0) console.log('    SURVIVES')
    for (const [file, [title, ...more]] of caughtBy)
      console.log(`    ${file}: ${title}${more.length > 0 ? `, and ${more.length} more` : ''}`)
  }
} finally {
  await copy.remove()
}
process.exitCode = survivors > 0 ? 1 : 0
