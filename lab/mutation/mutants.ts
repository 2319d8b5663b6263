import { existsSync } from 'node:fs'
import { SEEDED_BUGS } from './bugs/index.ts'
import { copyTree, failingTests, failingWith, type TestList } from './run-mutants.ts'
import { readRows, writePage } from './seeded-bugs-page.ts'

// `npm run mutants`: breaks the code by each seeded bug of bugs/, one at a time in a temporary copy, prints which test
// notices, and writes docs/seeded-bugs.md. Exits with 1 if a bug survives for which the proof has no trap.
//   npm run mutants -- sweep login     only the bugs whose name contains one of these words; the other rows stay
//   npm run mutants -- --new           only the bugs that the page does not list

const inFolder = (folder: string, ...names: string[]) => names.map((name) => `tests/${folder}/${name}.test.ts`)
const isStore = (file: string) => file.startsWith('lib/dynamodb/')

/** From the fastest to the slowest. */
const LISTS: readonly TestList[] = [
  {
    covers: () => true,
    files: inFolder(
      'unit',
      ...['attempt-store', 'attempts', 'concurrent-replacement', 'create-session', 'login', 'reauthenticated-session'],
      ...['reauthentication', 'revocations', 'session', 'session-store', 'sessions', 'staleness-cache', 'succession'],
      ...['user-administration', 'user-store', 'users', 'session-item', 'user-list', 'sources'],
      ...['admission', 'credentials', 'middleware', 'request', 'same-origin', 'factors', 'passkeys'],
    ),
  },
  {
    covers: isStore,
    files: inFolder('contract', 'dynamodb-accounts', 'dynamodb-attempts', 'dynamodb-sessions', 'dynamodb-users'),
  },
  { covers: () => true, files: [...inFolder('contract', 'memory'), ...inFolder('property', 'attempts')] },
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
      ...[
        'mailed-links',
        'email-change',
        'invitations',
        'mailed-codes',
        'second-factors',
        'passkeys',
        'identities',
        'linked-identities',
        'user-administration',
        'login',
        'accounts',
        'session-cap',
        'attempts',
      ],
      ...['failures', 'expiry'],
    ),
  },
  {
    covers: () => true,
    files: inFolder(
      'routes',
      ...['staleness', 'sessions', 'sign-in', 'account', 'credentials', 'authorization', 'admin-users'],
      ...['datastore-failure', 'event-sources', 'session-cap', 'throttling-sources'],
    ),
  },
  {
    covers: () => true,
    files: inFolder('routes', 'finish-sweeps', 'mailed-links', 'invitations', 'login-code', 'required-password'),
  },
]

for (const file of LISTS.flatMap(({ files }) => files)) if (!existsSync(file)) throw new Error(`No such file: ${file}`)

const words = process.argv.slice(2)
const isWhole = words.length === 0
const listed = await readRows()
const isChosen = (what: string) => words.some((word) => (word === '--new' ? !listed.has(what) : what.includes(word)))
const bugs = SEEDED_BUGS.filter(({ what }) => isWhole || isChosen(what))
const copy = await copyTree('.')
const rows = new Map(isWhole ? [] : listed)
let survivors = 0
try {
  for (const list of isWhole ? LISTS : []) {
    const failing = await failingTests(copy.folder, list)
    if (failing.size > 0) throw new Error(`These tests fail without a bug: ${[...failing.keys()].join(', ')}`)
  }
  for (const bug of bugs) {
    const { breaks, what, id } = bug
    const caughtBy = await failingWith(copy, bug, LISTS)
    const isLeftToProof = caughtBy.size === 0 && id !== undefined
    if (caughtBy.size === 0 && !isLeftToProof) survivors++
    console.log(`${breaks}  ${what}`)
    if (caughtBy.size === 0) console.log(isLeftToProof ? `    left to the proof, ${id}` : '    SURVIVES')
    for (const [file, [title, ...more]] of caughtBy)
      console.log(`    ${file}: ${title}${more.length > 0 ? `, and ${more.length} more` : ''}`)
    const [first = ['', ['']]] = caughtBy
    const tests = caughtBy.size === 0 ? '' : `\`${first[0].slice('tests/'.length)}\`: ${first[1][0]}`
    rows.set(what, [what, breaks, tests || (isLeftToProof ? 'no test' : '**survives**'), id ?? ''])
    if (!isWhole) await writePage(rows)
  }
  await writePage(rows)
} finally {
  await copy.remove()
}
process.exitCode = survivors > 0 ? 1 : 0
