import { globSync, readFileSync } from 'node:fs'
import { OF_NO_ENGINE, onEveryEngine } from './engine-files.ts'

// Which test files are run when.

const files = (...patterns: string[]) => globSync(patterns, { exclude: ['**/node_modules'] }).sort()

/** These replace a module, or set what it reads of the environment: each needs a process that has not loaded it yet. */
export const APART = [
  'tests/unit/password-hasher.test.ts',
  'tests/unit/refused-logins.test.ts',
  'tests/unit/back-off.test.ts',
  'tests/unit/defaults.test.ts',
  'tests/unit/reads.test.ts',
  'tests/repository/requirements.test.ts',
  'tests/routes/finish-sweeps.test.ts',
]

/** These are about large samples, files, or subjects that daily tests use as well; they run as the daily ones do. */
export const NOT_DAILY = [
  'lab/proof/sign-in-requests.test.ts',
  'tests/contract/dynamodb-accounts.test.ts',
  'tests/contract/item-reader.test.ts',
  'tests/contract/lazy-connection.test.ts', // 136 cases
  'tests/examples/notes-api.test.ts',
  'tests/examples/orders-socket.test.ts',
  'tests/routes/audit-hostile.test.ts',
  'tests/routes/datastore-failure.test.ts',
  'tests/routes/email-change.test.ts',
  'tests/routes/leaks.test.ts',
  'tests/routes/login-code.test.ts',
  'tests/routes/mailed-links.test.ts',
  'tests/routes/passkeys.test.ts',
  'tests/routes/passwords.test.ts',
  'tests/routes/privacy.test.ts',
  'tests/routes/provider-sign-in.test.ts',
  'tests/routes/publish-events.test.ts',
  'tests/routes/record-bounces.test.ts',
  'tests/routes/required-password.test.ts',
  'tests/routes/session-cap.test.ts',
  'tests/routes/throttling.test.ts',
  'tests/routes/throttling-failures.test.ts',
  'tests/routes/throttling-sources.test.ts',
  'tests/routes/provider-messages.test.ts',
  'tests/routes/tokens.test.ts',
  'tests/repository/code-blocks.test.ts', // runs the compiler
  'tests/repository/examples.test.ts', // runs the compiler
  'tests/unit/logout-token.test.ts',
  'tests/unit/mail.test.ts',
  'tests/unit/mail-render.test.ts',
  'tests/unit/passkeys.test.ts',
  'tests/unit/provider-client.test.ts',
  'tests/unit/rate-limits.test.ts',
  'tests/unit/replace-file.test.ts',
  'tests/unit/subject-token.test.ts',
  'tests/unit/system.test.ts',
  'tests/unit/tokens.test.ts',
]

/** These need functions that run in threads of their own. */
const IN_THREADS = [
  'tests/examples/orders-api.test.ts',
  'tests/routes/activity.test.ts',
  'tests/routes/invitations.test.ts',
  'tests/routes/login-load.test.ts',
]

/** Every file that runs in a process shared with others. */
export const DAILY = files(
  'tests/{unit,contract,routes,property,examples,repository}/*.test.ts',
  'tests/races/{accounts,clocks,expiry,failures,login,session-cap,user-administration}.test.ts',
  'tests/*.test.ts',
).filter((file) => ![...APART, ...NOT_DAILY, ...IN_THREADS].includes(file))

/** Every file that is not part of the daily tier. */
export const SLOW = files('{tests,lab}/**/*.test.ts').filter((file) => ![...DAILY, ...APART].includes(file))

/** These explore the whole model, start a process for almost every test, or several services: more than `.ci/run` has time for. */
export const LONG = [
  'lab/model/model.test.ts',
  'tests/cli/local-stage.test.ts',
  'tests/local/pool.test.ts',
  'tests/cli/doctor-aws.test.ts',
  'tests/cli/doctor.test.ts',
  'tests/cli/errors.test.ts',
  'tests/cli/generated-password.test.ts',
  'tests/cli/interruption.test.ts',
  'tests/local/events.test.ts',
  'tests/local/start.test.ts',
  'tests/packaging/npm-package.test.ts',
  'tests/packaging/ten-minutes.test.ts',
  'tests/packaging/dev-package.test.ts',
  'lab/upgrade/side-by-side.test.ts',
]
const ON_EVERY_ENGINE = onEveryEngine()
/** What `.ci/run` plays on the second engine as well: the stores, the races, and each operation with its calls. */
export const ON_BOTH_ENGINES = files(
  'tests/{contract,races}/*.test.ts',
  'tests/routes/{calls,finish-sweeps}.test.ts',
).filter((file) => ON_EVERY_ENGINE.includes(file))

const contains = (pattern: RegExp) => (file: string) => pattern.test(readFileSync(file, 'utf8'))

const hasSamples = contains(/PLACES|\b(draws|sampleOf)\(/)
const hasService = contains(/startTestService/)
/** Daily files that have more to show: functions in threads, races on the engine, or samples that are left out daily. */
export const FULL = [...DAILY, ...APART].filter(
  (file) => hasSamples(file) || (hasService(file) && !(file in OF_NO_ENGINE)),
)

/** Every file whose samples are worth more time than there is on any day. */
export const DEEP = [...DAILY, ...APART, ...SLOW].filter(contains(/\b(draws|sampleOf)\(/))
