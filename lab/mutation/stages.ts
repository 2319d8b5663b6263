// Which files Stryker mutates, and which tests each mutant meets: first the tests of its area, then all.

/** Fast, and without a datastore. */
const DOMAIN_TESTS = [
  'tests/unit/*.test.ts',
  'tests/races/user-administration.test.ts',
  'tests/contract/memory.test.ts',
]
const HTTP_TESTS = ['tests/routes/event-sources.test.ts', 'tests/routes/staleness.test.ts']
const STORE_TESTS = ['tests/contract/dynamodb*.test.ts', 'tests/contract/item-reader.test.ts']
/** The whole service, request by request. Tests that take minutes or need processes are left out. */
const ROUTE_TESTS = [
  'introspect',
  'admin',
  'sessions',
  'authorization',
  'credentials',
  'sign-in',
  'account',
  'passwords',
  'bad-input',
  'admin-users',
  'audit',
  'audit-administration',
  'audit-hostile',
  'calls',
  'session-cap',
  'throttling-sources',
  'datastore-failure',
  'finish-sweeps',
].map((name) => `tests/routes/${name}.test.ts`)
const RACE_TESTS = ['clocks', 'attempts', 'expiry', 'login'].map((name) => `tests/races/${name}.test.ts`)

/** All test files, in the order in which a mutant meets them. */
export const TEST_ORDER: readonly string[] = [
  ...DOMAIN_TESTS,
  ...HTTP_TESTS,
  'tests/property/*.test.ts',
  ...STORE_TESTS,
  'tests/examples/*.test.ts',
  ...ROUTE_TESTS,
  ...RACE_TESTS,
]

export interface Stage {
  readonly name: string
  readonly mutate: readonly string[]
  /** Patterns; all of TEST_ORDER if empty. */
  readonly testFiles: readonly string[]
  /** Leaves out code that runs once, while a file is loaded: each of its mutants takes a run of every test. */
  readonly ignoreStatic?: boolean
}

const DOMAIN_FILES = [
  'lib/*.ts',
  'lib/{accounts,passwords,sessions,throttling}/*.ts',
  '!lib/passwords/blocklist.ts',
  '!lib/index.ts',
]
const HTTP_FILES = ['lib/http/*.ts', 'middleware/*.ts', 'functions/http/*.ts', '!middleware/index.ts']
const STORE_FILES = ['lib/dynamodb/*.ts', '!lib/dynamodb/index.ts']

export const STAGES: readonly Stage[] = [
  { name: 'domain', mutate: DOMAIN_FILES, testFiles: [...DOMAIN_TESTS, ...HTTP_TESTS] },
  { name: 'http', mutate: HTTP_FILES, testFiles: [...DOMAIN_TESTS, ...HTTP_TESTS] },
  { name: 'stores', mutate: STORE_FILES, testFiles: [...DOMAIN_TESTS, ...STORE_TESTS] },
]

/**
 * Patterns, constants and tables, which the other stages leave out. The list of test files is empty on purpose: with a
 * list, Stryker activates a mutant when the first test begins, which is after the file was loaded.
 */
export const AT_LOADING: Stage = { name: 'loading', mutate: [], testFiles: [], ignoreStatic: false }

/** What survives the other stages meets every test that runs in one process. */
export const SERVICE: Stage = { name: 'service', mutate: [], testFiles: [] }
