import { Secret } from './secret.ts'
import { DEFAULT_POLICY, type SessionPolicy } from './session.ts'

export interface Config {
  readonly stage: string
  /** Any stage but `local`: https only, pepper required. */
  readonly deployed: boolean
  /** Where the local front listens. */
  readonly port: number
  readonly endpoint: string | undefined
  readonly tables: { readonly sessions: string; readonly users: string }
  readonly datastoreTimeoutMs: number
  readonly policy: SessionPolicy
  readonly origin: string
  readonly trustedOrigins: readonly string[]
  readonly cookie: { readonly name: `__Host-${string}`; readonly sameSite: 'lax' | 'strict' | 'none' }
  readonly registration: 'open' | 'closed'
  readonly password: { readonly minLength: number; readonly bcryptCost: number; readonly pepper: Secret | undefined }
}

/** Every variable that is read; the README's table names the same. */
export const VARIABLES = [
  'STAGE',
  'PORT',
  'DYNAMODB_ENDPOINT',
  'SESSIONS_TABLE',
  'USERS_TABLE',
  'DATASTORE_TIMEOUT_MS',
  'SESSION_IDLE_SECONDS',
  'SESSION_LIFETIME_SECONDS',
  'SESSION_RENEW_SECONDS',
  'ORIGIN',
  'TRUSTED_ORIGINS',
  'COOKIE_NAME',
  'COOKIE_SAME_SITE',
  'REGISTRATION',
  'PASSWORD_MIN_LENGTH',
  'BCRYPT_COST',
  'PASSWORD_PEPPER',
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

type Environment = Readonly<Record<string, string | undefined>>

const LONGEST_SECONDS = 400 * 86_400 // a cookie's Max-Age counts no further (RFC 6265bis §5.5)
const MIN_PEPPER_LENGTH = 32

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
  const read = reader(env, problems)

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

  const pepper = env.PASSWORD_PEPPER || undefined
  if (needs.pepper && !pepper)
    problems.push(
      `\`PASSWORD_PEPPER\`: required, at least ${MIN_PEPPER_LENGTH} random characters kept outside the tables`,
    )
  if (pepper && pepper.trim().length < MIN_PEPPER_LENGTH)
    problems.push(`\`PASSWORD_PEPPER\`: expected at least ${MIN_PEPPER_LENGTH} characters, got ${pepper.trim().length}`)
  // Below 10 is for tests, which have thousands of passwords to hash and none to protect (ASVS 11.4.2).
  const minCost = !deployed && env.NODE_ENV === 'test' ? 4 : 10

  const config: Config = {
    stage,
    deployed,
    port,
    endpoint,
    tables: {
      sessions: read.text('SESSIONS_TABLE', `coatcheck-${stage}-sessions`, /^[\w.:/-]{3,255}$/, 'a table name'),
      users: read.text('USERS_TABLE', `coatcheck-${stage}-users`, /^[\w.:/-]{3,255}$/, 'a table name'),
    },
    datastoreTimeoutMs: read.integer('DATASTORE_TIMEOUT_MS', 800, 50, 10_000),
    policy,
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
      pepper: pepper === undefined ? undefined : new Secret(pepper),
    },
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

function expectedOrigin(deployed: boolean): string {
  return `expected an exact origin such as https://app.example.com, without path or trailing slash${deployed ? ', https only' : ''}`
}

/** Whether a text is an exact origin as browsers send it; https only where that is asked for. */
export function isOrigin(text: string, deployed = false): boolean {
  if (!URL.canParse(text) || text.includes('*')) return false
  const { origin, protocol } = new URL(text)
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && !deployed))
}

/** Readers that note a problem and go on with the default, so that all problems are found. An empty value is unset. */
function reader(env: Environment, problems: string[]) {
  const refuse = (name: string, expected: string) => {
    problems.push(`\`${name}\`: expected ${expected}, got ${JSON.stringify(env[name])}`)
  }
  return {
    integer(name: string, fallback: number, min: number, max: number): number {
      const text = env[name] || String(fallback)
      if (/^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text)
      refuse(name, `a whole number from ${min} to ${max}`)
      return fallback
    },
    text(name: string, fallback: string, pattern: RegExp, expected: string): string {
      const text = env[name] || fallback
      if (pattern.test(text)) return text
      refuse(name, expected)
      return fallback
    },
    choice<T extends string>(name: string, fallback: T, choices: readonly T[]): T {
      const chosen = choices.find((choice) => choice === (env[name] || fallback))
      if (chosen) return chosen
      refuse(name, choices.join(' or '))
      return fallback
    },
  }
}
