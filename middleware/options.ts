import { COOKIE_NAME } from '../lib/config.ts'
import type { AdmissionRules } from '../lib/http/admission.ts'
import { isOrigin } from '../lib/origin.ts'
import type { Consistency, Log } from '../lib/ports.ts'
import { isScope, type Scope } from '../lib/scope.ts'
import type { Sessions } from '../lib/sessions/sessions.ts'
import { MAX_STALENESS_SECONDS } from '../lib/sessions/staleness-cache.ts'
import { defaultConfig, defaultSessions } from './defaults.ts'

/** What the middleware and the authorizer have in common: one declaration of what a route needs serves both. */
export interface AdmissionOptions {
  /** All of these the session must hold. None: any live session will do. */
  readonly scopes?: readonly string[]
  /** Where sessions are looked up. Default: the table that `SESSIONS_TABLE` names. */
  readonly sessions?: Sessions
  /** Whether a request keeps the session alive. Default `true`; `false` needs no right to write. */
  readonly renew?: boolean
  /** `eventual` halves the price of the read, and lets an ended session through for as long as a replica lags. */
  readonly consistency?: Consistency
  /**
   * For how many seconds a check may be reused in the same process, at most 300: the delay of every revocation. Default
   * 0: each request reads. With `consistency: 'eventual'` the lag of a replica is added.
   */
  readonly maxStalenessSeconds?: number
  /** This service's own origin. Default: `ORIGIN`. */
  readonly origin?: string
  /** Origins whose pages may act with the cookie. Default: `TRUSTED_ORIGINS`. */
  readonly trustedOrigins?: readonly string[]
  /** Default: `COOKIE_NAME`. */
  readonly cookieName?: `__Host-${string}`
  /** Default: one line of JSON on standard error. */
  readonly log?: Log
}

const isExactOrigin = (value: unknown) => typeof value === 'string' && isOrigin(value)
const isSessions = (value: unknown) =>
  ['check', 'find', 'renew'].every(
    (method) => typeof (value as Record<string, unknown> | null)?.[method] === 'function',
  )
const isStaleness = (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_STALENESS_SECONDS
const isList = (check: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(check)

const EXPECTED: Record<keyof AdmissionOptions, [check: (value: unknown) => boolean, expected: string]> = {
  scopes: [isList((each) => typeof each === 'string' && isScope(each)), 'a list of scopes such as notes:write'],
  sessions: [isSessions, 'what createSessions returns'],
  renew: [(value) => typeof value === 'boolean', 'true or false'],
  consistency: [(value) => value === 'strong' || value === 'eventual', 'strong or eventual'],
  maxStalenessSeconds: [isStaleness, `whole seconds from 0 to ${MAX_STALENESS_SECONDS}`],
  origin: [isExactOrigin, 'an exact origin such as https://app.example.com'],
  trustedOrigins: [isList(isExactOrigin), 'a list of exact origins'],
  cookieName: [(value) => typeof value === 'string' && COOKIE_NAME.test(value), 'a name that starts with __Host-'],
  log: [(value) => typeof value === 'function', 'a function'],
}

/**
 * Refuses wrong options when the middleware is made, not when the first request comes.
 * @throws TypeError naming the option.
 */
export function assertOptions(maker: string, options: object, own: Record<string, readonly unknown[]> = {}): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${maker}: options are an object`)
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue
    const choices = Object.hasOwn(own, name) ? own[name] : undefined
    const [check, expected] = choices
      ? [(each: unknown) => choices.includes(each), choices.map(String).join(' or ')]
      : Object.hasOwn(EXPECTED, name)
        ? EXPECTED[name as keyof AdmissionOptions]
        : []
    if (!check) throw new TypeError(`${maker}: there is no option \`${name}\``)
    if (!check(value)) throw new TypeError(`${maker}: \`${name}\` must be ${expected}`)
  }
}

/** The rules that options make; what they leave out comes from the environment, when it is first asked for. */
export function admissionRules(options: AdmissionOptions): AdmissionRules {
  const { scopes = [], renew = true, consistency, maxStalenessSeconds = 0 } = options
  return {
    get sessions() {
      return options.sessions ?? defaultSessions()
    },
    get cookieName() {
      return options.cookieName ?? defaultConfig().cookie.name
    },
    scopes: scopes as readonly Scope[],
    renew,
    consistency,
    maxStalenessSeconds,
    originPolicy: () => ({
      origin: options.origin ?? defaultConfig().origin,
      trustedOrigins: options.trustedOrigins ?? defaultConfig().trustedOrigins,
    }),
  }
}
