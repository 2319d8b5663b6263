// What is mutated, and which tests it has to get past: first those that are about it, then all.

/** Quick, and without a datastore. */
const DOMAIN = ['tests/unit/*.test.ts', 'tests/races/user-administration.test.ts', 'tests/contract/memory.test.ts']
const DOORS = ['tests/routes/event-sources.test.ts', 'tests/routes/staleness.test.ts']
const STORES = ['tests/contract/dynamodb*.test.ts', 'tests/contract/item-reader.test.ts']
/** The service, request by request, and the domain on an engine. Left out is what takes minutes, or needs processes. */
const ROUTES = [
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
].map((name) => `tests/routes/${name}.test.ts`)
const ENGINE = ['clocks', 'streams', 'attempts', 'protocols', 'interrupted'].map((name) => `tests/${name}.test.ts`)

export const IN_THIS_ORDER: readonly string[] = [
  ...DOMAIN,
  ...DOORS,
  'tests/property/*.test.ts',
  ...STORES,
  'tests/examples/*.test.ts',
  ...ROUTES,
  ...ENGINE,
]

export interface Stage {
  readonly name: string
  readonly mutate: readonly string[]
  /** All where there is none. */
  readonly testFiles: readonly string[]
  /** What is run once, while a file is loaded, costs a run of every test. */
  readonly ignoreStatic?: boolean
}

const DOMAIN_FILES = ['lib/*.ts', '!lib/passwords/blocklist.ts', '!lib/index.ts']
const DOOR_FILES = ['lib/http/*.ts', 'middleware/*.ts', '!middleware/index.ts']
const STORE_FILES = ['lib/dynamodb/*.ts', '!lib/dynamodb/index.ts']

export const STAGES: readonly Stage[] = [
  { name: 'domain', mutate: DOMAIN_FILES, testFiles: [...DOMAIN, ...DOORS] },
  { name: 'doors', mutate: DOOR_FILES, testFiles: [...DOMAIN, ...DOORS] },
  { name: 'stores', mutate: STORE_FILES, testFiles: [...DOMAIN, ...STORES] },
]

/**
 * Patterns, constants and tables, which those leave out. Told which tests to run, Stryker would switch a change on when
 * the first of them begins, and that is after the loading: no test would ever see it.
 */
export const AT_LOADING: Stage = { name: 'loading', mutate: [], testFiles: [], ignoreStatic: false }

/** What the others leave alive meets every test there is in one process. */
export const SERVICE: Stage = { name: 'service', mutate: [], testFiles: [] }
