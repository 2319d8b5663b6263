import { configReader, type Environment } from './config-reader.ts'
import { expectedOrigin, isOrigin } from './origin.ts'
import type { Secret } from './secret.ts'
import { DEFAULT_POLICY, type SessionPolicy } from './session.ts'

export interface Config {
  readonly stage: string
  /** Any stage but `local`: https only, pepper required. */
  readonly deployed: boolean
  /** Where the local front listens. */
  readonly port: number
  readonly endpoint: string | undefined
  readonly tables: { readonly sessions: string; readonly users: string; readonly attempts: string }
  readonly datastoreTimeoutMs: number
  readonly policy: SessionPolicy
  /** Live sessions a user may have; 0 for any number. */
  readonly sessionCap: number
  /** How long ago a sign-in may be for what needs a recent one. */
  readonly freshSeconds: number
  readonly attempts: AttemptLimits
  /** A proxy of one's own in front, which proves itself by the secret and names the client in the header. */
  readonly proxy: { readonly header: string; readonly secret: Secret } | undefined
  readonly origin: string
  readonly trustedOrigins: readonly string[]
  readonly cookie: { readonly name: `__Host-${string}`; readonly sameSite: 'lax' | 'strict' | 'none' }
  readonly registration: 'open' | 'closed'
  readonly password: {
    readonly minLength: number
    readonly bcryptCost: number
    readonly pepper: Secret | undefined
    /** Stored with each hash. */
    readonly pepperVersion: number
    /** The pepper of the version before, while hashes of it are still there. */
    readonly previousPepper: Secret | undefined
  }
}

/** How many verifications, or registrations, in one window of so many seconds. */
export interface AttemptLimits {
  readonly windowSeconds: number
  readonly perAccount: number
  readonly perSource: number
  readonly registrationsPerSource: number
}

/** Every variable that is read; the README's table names the same. */
export const VARIABLES = [
  'STAGE',
  'PORT',
  'DYNAMODB_ENDPOINT',
  'SESSIONS_TABLE',
  'USERS_TABLE',
  'ATTEMPTS_TABLE',
  'DATASTORE_TIMEOUT_MS',
  'SESSION_IDLE_SECONDS',
  'SESSION_LIFETIME_SECONDS',
  'SESSION_RENEW_SECONDS',
  'SESSION_MAX_PER_USER',
  'FRESH_SECONDS',
  'ORIGIN',
  'TRUSTED_ORIGINS',
  'COOKIE_NAME',
  'COOKIE_SAME_SITE',
  'REGISTRATION',
  'PASSWORD_MIN_LENGTH',
  'BCRYPT_COST',
  'PASSWORD_PEPPER',
  'PASSWORD_PEPPER_VERSION',
  'PASSWORD_PEPPER_PREVIOUS',
  'LOGIN_ATTEMPTS_PER_ACCOUNT',
  'LOGIN_ATTEMPTS_PER_SOURCE',
  'REGISTRATIONS_PER_SOURCE',
  'ATTEMPTS_WINDOW_SECONDS',
  'CLIENT_IP_HEADER',
  'ORIGIN_VERIFY_SECRET',
] as const

/** Every problem of a configuration at once, one a line. Values that may be secret are not repeated. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n- ${problems.join('\n- ')}`,
    )
    this.problems = problems
  }
}

const LONGEST_SECONDS = 400 * 86_400 // a cookie's Max-Age counts no further (RFC 6265bis §5.5)
const MIN_SECRET_LENGTH = 32
const TABLE_NAME = /^[\w.:/-]{3,255}$/
/** RFC 9110 §5.6.2, as far as anybody names headers; to this one API Gateway appends the proxy's own address. */
const HEADER_NAME = /^(?!x-forwarded-for$)[a-z][\w-]{0,63}$/i

/** Letters, digits, - and _ behind the prefix that browsers insist on. */
export const COOKIE_NAME = /^__Host-[\w-]{1,64}$/

/**
 * Reads the configuration from environment variables, with the defaults of the README's table.
 * @param needs `pepper` where passwords are hashed: a deployed stage does not start without it. `origin` is needed
 *   unless it is said not to be: without one no cookie counts on an unsafe method that names no trusted origin.
 * @throws ConfigError listing every problem.
 */
export function parseConfig(env: Environment, needs: { pepper?: boolean; origin?: boolean } = {}): Config {
  const problems: string[] = []
  const read = configReader(env, problems)

  const stage = read.text('STAGE', 'local', /^[\w-]{1,64}$/, 'letters, digits, - and _')
  const deployed = stage !== 'local'
  if (!deployed && env.AWS_EXECUTION_ENV)
    problems.push('`STAGE`: must name a stage in AWS Lambda, and not local, whose defaults are not safe there')
  const endpoint = env.DYNAMODB_ENDPOINT || undefined
  if (endpoint && !(URL.canParse(endpoint) && /^https?:\/\//.test(endpoint)))
    problems.push('`DYNAMODB_ENDPOINT`: expected a URL such as http://localhost:8000')
  if (endpoint && deployed && !endpoint.startsWith('https://'))
    problems.push('`DYNAMODB_ENDPOINT`: a deployed stage talks to DynamoDB over https only')

  const policy: SessionPolicy = {
    idleSeconds: read.integer('SESSION_IDLE_SECONDS', DEFAULT_POLICY.idleSeconds, 60, LONGEST_SECONDS),
    lifetimeSeconds: read.integer('SESSION_LIFETIME_SECONDS', DEFAULT_POLICY.lifetimeSeconds, 60, LONGEST_SECONDS),
    renewSeconds: read.integer('SESSION_RENEW_SECONDS', DEFAULT_POLICY.renewSeconds, 1, LONGEST_SECONDS),
  }
  if (policy.renewSeconds >= policy.idleSeconds)
    problems.push('`SESSION_RENEW_SECONDS`: must be below `SESSION_IDLE_SECONDS`, or sessions in use would end')

  const port = read.integer('PORT', 4000, 1, 65_535)
  const origin = env.ORIGIN || (deployed ? '' : new URL(`http://localhost:${port}`).origin)
  if (!isOrigin(origin, deployed) && !(origin === '' && needs.origin === false))
    problems.push(`\`ORIGIN\`: ${expectedOrigin(deployed)}, got ${JSON.stringify(origin)}`)
  const trustedOrigins = (env.TRUSTED_ORIGINS ?? '').split(/[\s,]+/).filter((entry) => entry !== '')
  for (const trusted of trustedOrigins)
    if (!isOrigin(trusted, deployed))
      problems.push(`\`TRUSTED_ORIGINS\`: ${expectedOrigin(deployed)}, got ${JSON.stringify(trusted)}`)

  const cookieName = read.text('COOKIE_NAME', '__Host-session', COOKIE_NAME, 'a name that starts with __Host-')
  const sameSite = read.choice('COOKIE_SAME_SITE', 'Lax', ['Lax', 'Strict', 'None'])
  if (sameSite === 'None' && trustedOrigins.length === 0)
    problems.push('`COOKIE_SAME_SITE`: None only makes sense with `TRUSTED_ORIGINS`')

  const pepper = read.secret('PASSWORD_PEPPER', MIN_SECRET_LENGTH)
  if (needs.pepper && !pepper)
    problems.push(
      `\`PASSWORD_PEPPER\`: required, at least ${MIN_SECRET_LENGTH} random characters kept outside the tables`,
    )
  const pepperVersion = read.integer('PASSWORD_PEPPER_VERSION', 1, 1, 999)
  const previousPepper = read.secret('PASSWORD_PEPPER_PREVIOUS', MIN_SECRET_LENGTH)
  if (previousPepper && pepperVersion === 1)
    problems.push('`PASSWORD_PEPPER_PREVIOUS`: there is none before version 1; raise `PASSWORD_PEPPER_VERSION` with it')
  const proxySecret = read.secret('ORIGIN_VERIFY_SECRET', MIN_SECRET_LENGTH)
  const proxyHeader = read.text('CLIENT_IP_HEADER', '', HEADER_NAME, 'the name of a header, not X-Forwarded-For')
  if (!env.CLIENT_IP_HEADER !== !proxySecret)
    problems.push(
      '`CLIENT_IP_HEADER`, `ORIGIN_VERIFY_SECRET`: only together; without the secret anybody could write the header',
    )
  // Below 10 is for tests, which have thousands of passwords to hash and none to protect (ASVS 11.4.2).
  const minCost = !deployed && env.NODE_ENV === 'test' ? 4 : 10

  const config: Config = {
    stage,
    deployed,
    port,
    endpoint,
    tables: {
      sessions: read.text('SESSIONS_TABLE', `coatcheck-${stage}-sessions`, TABLE_NAME, 'a table name'),
      users: read.text('USERS_TABLE', `coatcheck-${stage}-users`, TABLE_NAME, 'a table name'),
      attempts: read.text('ATTEMPTS_TABLE', `coatcheck-${stage}-attempts`, TABLE_NAME, 'a table name'),
    },
    datastoreTimeoutMs: read.integer('DATASTORE_TIMEOUT_MS', 800, 50, 10_000),
    policy,
    sessionCap: read.integer('SESSION_MAX_PER_USER', 100, 0, 10_000),
    freshSeconds: read.integer('FRESH_SECONDS', 900, 30, 86_400),
    attempts: {
      windowSeconds: read.integer('ATTEMPTS_WINDOW_SECONDS', 900, 10, 86_400),
      perAccount: read.integer('LOGIN_ATTEMPTS_PER_ACCOUNT', 10, 1, 100), // 100 at most: NIST SP 800-63B §3.2.2
      perSource: read.integer('LOGIN_ATTEMPTS_PER_SOURCE', 100, 1, 1_000_000),
      registrationsPerSource: read.integer('REGISTRATIONS_PER_SOURCE', 20, 1, 1_000_000),
    },
    proxy: proxySecret && proxyHeader ? { header: proxyHeader.toLowerCase(), secret: proxySecret } : undefined,
    origin,
    trustedOrigins,
    cookie: {
      name: cookieName as Config['cookie']['name'],
      sameSite: sameSite.toLowerCase() as Config['cookie']['sameSite'],
    },
    registration: read.choice('REGISTRATION', deployed ? 'closed' : 'open', ['open', 'closed']),
    password: {
      minLength: read.integer('PASSWORD_MIN_LENGTH', 15, 8, 64),
      bcryptCost: read.integer('BCRYPT_COST', 12, minCost, 14),
      pepper,
      pepperVersion,
      previousPepper,
    },
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}
