import { ConfigError } from './config-error.ts'
import { configReader } from './config-reader.ts'
import type { Environment } from './environment.ts'
import { type FactorConfig, readFactorConfig } from './factors/factor-config.ts'
import { checkLogSettings } from './log-settings.ts'
import { type MailRoutes, readMailRoutes } from './mail/mail-routes.ts'
import { expectedOrigin, expectedTrustedOrigin, isOrigin, isTrustedOrigin } from './origin.ts'
import { type RelyingParty, readRelyingParty } from './passkeys/relying-party.ts'
import type { Secret } from './secret.ts'
import type { SessionPolicy } from './session.ts'
import { readPolicy } from './sessions/read-policy.ts'
import { readTableNames, type TableNames } from './table-names.ts'
import { type AttemptLimits, readAttemptLimits } from './throttling/attempt-limits.ts'

/** The configuration of the service. */
export interface Config extends MailRoutes, FactorConfig {
  readonly stage: string
  /** Whether the stage is not `local`: then only https is accepted and the pepper is required. */
  readonly deployed: boolean
  /** The port of the local server. */
  readonly port: number
  /** The URL of the datastore; `undefined`: DynamoDB in AWS. */
  readonly endpoint: string | undefined
  readonly tables: TableNames
  /** How long activity is kept; 0: none is recorded. */
  readonly activityDays: number
  /** The bus of EventBridge; local only: the URL of its stand-in, and the URL that this one delivers events to. */
  readonly events: Readonly<Record<'bus' | 'endpoint' | 'url', string | undefined>>
  /** The time limit of one attempt at a datastore call. */
  readonly datastoreTimeoutMs: number
  readonly policy: SessionPolicy
  /** The most live sessions per user; 0: no cap. */
  readonly sessionCap: number
  /** How recent a sign-in must be for operations that require reauthentication. */
  readonly freshSeconds: number
  readonly attempts: AttemptLimits
  /** A trusted proxy: it authenticates itself by the secret and sends the client's address in the header. */
  readonly proxy: { readonly header: string; readonly secret: Secret } | undefined
  /** The service's own origin. */
  readonly origin: string
  readonly trustedOrigins: readonly string[]
  /** The service as authenticators know it. */
  readonly relyingParty: RelyingParty
  /** The request headers that pages of trusted origins may send, besides the default ones. */
  readonly allowedHeaders: readonly string[]
  readonly cookie: { readonly name: `__Host-${string}`; readonly sameSite: 'lax' | 'strict' | 'none' }
  /** Whether a logout tells the browser to delete everything that the origin has stored. */
  readonly clearsStorageOnLogout: boolean
  /** The providers of identities: where the secrets are, and locally a text that replaces the bundled providers' file. */
  readonly identity: Readonly<Record<'providers' | 'secrets', string | undefined>>
  readonly password: {
    readonly minLength: number
    readonly bcryptCost: number
    readonly pepper: Secret | undefined
    /** The path of a file of breached passwords; `undefined`: there is none. */
    readonly breachFile: string | undefined
    /** The start of the addresses of a service that knows breached passwords; `undefined`: none is asked. */
    readonly breachUrl: string | undefined
    /** The version of the pepper, stored with each hash. */
    readonly pepperVersion: number
    /** The pepper of the previous version, as long as hashes of that version exist. */
    readonly previousPepper: Secret | undefined
  }
}

const MIN_SECRET_LENGTH = 32
const BREACH_URL = /^https:\/\/\S+\/$/
const LOCAL_BREACH_URL = /^https?:\/\/\S+\/$/
const SECRET_ARN = /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]{1,512}$/
/** As EventBridge allows it. */
const BUS_NAME = /^[\w./-]{1,256}$/
/** A common subset of RFC 9110 §5.6.2. API Gateway appends the proxy's address to X-Forwarded-For. */
const HEADER_NAME = /^(?!x-forwarded-for$)[a-z][\w-]{0,63}$/i

/** The name of a header (RFC 9110 §5.1), but not `*`, which a request with credentials would take literally. */
export const FIELD_NAME = /^[a-z\d!#$%&'+.^_`|~-]+$/i

/** Letters, digits, - and _ after the prefix that browsers enforce (RFC 6265bis §4.1.3.2). */
export const COOKIE_NAME = /^__Host-[\w-]{1,64}$/

/**
 * Reads the configuration from environment variables, with the defaults in docs/configuration.md.
 * @param needs `pepper: true` requires `PASSWORD_PEPPER`, for functions that hash passwords. `origin: false` makes
 *   `ORIGIN` optional; without it, a cookie on an unsafe method is accepted only from a trusted origin.
 * @throws ConfigError that lists every problem.
 */
export function parseConfig(env: Environment, needs: { pepper?: boolean; origin?: boolean } = {}): Config {
  const problems: string[] = []
  const read = configReader(env, problems)

  const stage = read.text('STAGE', 'local', /^[\w-]{1,64}$/, 'up to 64 letters, digits, - and _')
  const deployed = stage !== 'local'
  if (!deployed && env.AWS_EXECUTION_ENV)
    problems.push(
      `\`STAGE\`: expected a deployed stage such as prod in AWS Lambda, got ${JSON.stringify(env.STAGE || 'local')}, whose defaults are not safe there`,
    )
  const endpoint = env.DYNAMODB_ENDPOINT || undefined
  const isUrl = endpoint !== undefined && URL.canParse(endpoint) && /^https?:\/\//.test(endpoint)
  if (endpoint && !isUrl)
    problems.push(
      `\`DYNAMODB_ENDPOINT\`: expected a URL such as http://localhost:8000, got ${JSON.stringify(endpoint)}`,
    )
  if (endpoint && isUrl && deployed && !endpoint.startsWith('https://'))
    problems.push(
      `\`DYNAMODB_ENDPOINT\`: expected an https URL in a deployed stage, got ${JSON.stringify(new URL(endpoint).origin)}`,
    )

  const port = read.integer('PORT', 4000, 1, 65_535)
  const origin = env.ORIGIN || (deployed ? '' : new URL(`http://localhost:${port}`).origin)
  if (!isOrigin(origin, deployed) && !(origin === '' && needs.origin === false))
    problems.push(`\`ORIGIN\`: ${expectedOrigin(deployed)}, got ${JSON.stringify(origin)}`)
  const trustedOrigins = (env.TRUSTED_ORIGINS ?? '').split(/[\s,]/).filter((entry) => entry !== '')
  for (const trusted of trustedOrigins)
    if (!isTrustedOrigin(trusted, deployed))
      problems.push(`\`TRUSTED_ORIGINS\`: ${expectedTrustedOrigin(deployed)}, got ${JSON.stringify(trusted)}`)

  const allowedHeaders = (env.CORS_ALLOWED_HEADERS ?? '').split(/[\s,]/).filter((entry) => entry !== '')
  for (const name of allowedHeaders)
    if (!FIELD_NAME.test(name))
      problems.push(`\`CORS_ALLOWED_HEADERS\`: expected header names, by commas, got ${JSON.stringify(name)}`)

  const cookieName = read.text(
    'COOKIE_NAME',
    '__Host-session',
    COOKIE_NAME,
    '__Host- followed by up to 64 letters, digits, - and _',
  )
  const sameSite = read.choice('COOKIE_SAME_SITE', 'Lax', ['Lax', 'Strict', 'None'])
  if (sameSite === 'None' && trustedOrigins.length === 0)
    problems.push('`COOKIE_SAME_SITE`: expected Lax or Strict as long as `TRUSTED_ORIGINS` is not set, got "None"')

  const pepper = read.secret('PASSWORD_PEPPER', MIN_SECRET_LENGTH)
  if (needs.pepper && !pepper)
    problems.push(
      `\`PASSWORD_PEPPER\`: required; expected at least ${MIN_SECRET_LENGTH} random characters, kept outside the tables`,
    )
  const pepperVersion = read.integer('PASSWORD_PEPPER_VERSION', 1, 1, 999)
  const previousPepper = read.secret('PASSWORD_PEPPER_PREVIOUS', MIN_SECRET_LENGTH)
  if (previousPepper && pepperVersion === 1)
    problems.push('`PASSWORD_PEPPER_PREVIOUS`: expected `PASSWORD_PEPPER_VERSION` 2 or higher with it, got version 1')
  const proxySecret = read.secret('ORIGIN_VERIFY_SECRET', MIN_SECRET_LENGTH)
  // Stryker disable next-line StringLiteral: a secret without a header is a problem whatever the default
  const proxyHeader = read.text('CLIENT_IP_HEADER', '', HEADER_NAME, 'a header name other than X-Forwarded-For')
  if (!env.CLIENT_IP_HEADER !== !proxySecret)
    problems.push(
      `\`CLIENT_IP_HEADER\`, \`ORIGIN_VERIFY_SECRET\`: expected both or neither, got only ${proxySecret ? 'the secret' : 'the header'}; without the secret any client could set the header`,
    )
  if (needs.origin !== false) checkLogSettings(read)
  // A cost below 10 (OWASP ASVS 11.4.2) is only for tests, which hash thousands of passwords.
  const minCost = !deployed && env.NODE_ENV === 'test' ? 4 : 10

  const breachUrl = deployed ? BREACH_URL : LOCAL_BREACH_URL
  const config: Config = {
    stage,
    deployed,
    port,
    endpoint,
    tables: readTableNames(read, stage),
    activityDays: read.integer('ACTIVITY_DAYS', 90, 0, 3650),
    events: {
      bus: read.text('EVENTS_BUS', '', BUS_NAME, 'the name of an event bus') || undefined,
      endpoint: (!deployed && env.EVENTS_ENDPOINT) || undefined,
      url: read.text('EVENTS_URL', '', /^https?:\/\/\S+$/, 'a URL such as http://localhost:3000/events') || undefined,
    },
    datastoreTimeoutMs: read.integer('DATASTORE_TIMEOUT_MS', 800, 50, 10_000),
    policy: readPolicy(read, problems),
    sessionCap: read.integer('SESSION_MAX_PER_USER', 100, 0, 10_000),
    freshSeconds: read.integer('FRESH_SECONDS', 900, 30, 86_400),
    attempts: readAttemptLimits(read),
    proxy: proxySecret && { header: proxyHeader.toLowerCase(), secret: proxySecret },
    origin,
    trustedOrigins,
    relyingParty: readRelyingParty(read, { origin, deployed }, problems),
    allowedHeaders,
    cookie: {
      name: cookieName as Config['cookie']['name'],
      sameSite: sameSite.toLowerCase() as Config['cookie']['sameSite'],
    },
    clearsStorageOnLogout: read.choice('CLEAR_SITE_DATA_STORAGE', 'false', ['true', 'false']) === 'true',
    identity: {
      providers: (!deployed && env.PROVIDERS) || undefined,
      secrets: read.text('PROVIDER_SECRETS', '', deployed ? SECRET_ARN : /./, 'the ARN of a secret') || undefined,
    },
    ...readFactorConfig(read, deployed, problems),
    ...readMailRoutes(read, { deployed, hasProxy: proxySecret !== undefined }, problems),
    password: {
      minLength: read.integer('PASSWORD_MIN_LENGTH', 15, 8, 64),
      breachFile: env.PASSWORD_BREACH_FILE || undefined,
      breachUrl: read.text('PASSWORD_BREACH_URL', '', breachUrl, 'an https URL that ends with /') || undefined,
      bcryptCost: read.integer('BCRYPT_COST', 12, minCost, 14),
      pepper,
      pepperVersion,
      previousPepper,
    },
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}
