import { COOKIE_NAME } from '../lib/config.ts'
import type { Assurance } from '../lib/factor.ts'
import type { AdmissionRules } from '../lib/http/admission.ts'
import type { CredentialKind } from '../lib/http/credentials.ts'
import { isOrigin, isTrustedOrigin } from '../lib/origin.ts'
import type { Consistency, Log } from '../lib/ports.ts'
import { isScope, type Scope } from '../lib/scope.ts'
import type { SessionChecks } from '../lib/sessions/session-checks.ts'
import type { Sessions } from '../lib/sessions/sessions.ts'
import { MAX_STALENESS_SECONDS } from '../lib/sessions/staleness-cache.ts'
import { defaultConfig } from './defaults.ts'

/** Runs the check of a request and returns its result. */
export type TraceCheck = <T extends { readonly credential: CredentialKind }>(check: () => Promise<T>) => Promise<T>

/** The options that `requireSession` and `createAuthorizer` share. */
export interface AdmissionOptions {
  /** The session must hold all of them. Default: none, any valid session is admitted. */
  readonly scopes?: readonly string[] | undefined
  /** The sessions to check. Default: those in the table `SESSIONS_TABLE`. */
  readonly sessions?: Sessions | undefined
  /** 2: admits only sessions that were made with two factors; others get 403 `second_factor_required`. Default: 1. */
  readonly assurance?: Assurance | undefined
  /**
   * How many seconds ago the last sign-in or reauthentication may have been; others get 403 `reauthentication_required`.
   * To bearer tokens both are 401 with a challenge (RFC 9470). Default: any time.
   */
  readonly maxAgeSeconds?: number | undefined
  /** Whether requests extend the idle timeout. Default: `true`. `false` needs no write permission. */
  readonly renew?: boolean | undefined
  /** Default: `strong`. `eventual` halves the read's cost, but admits revoked sessions while a replica lags. */
  readonly consistency?: Consistency | undefined
  /**
   * How long a process may reuse a check, in seconds up to 300; revocations take effect with this delay. Default: 0,
   * every request reads. With `consistency: 'eventual'` the lag of a replica is added.
   */
  readonly maxStalenessSeconds?: number | undefined
  /** The service's origin. Default: `ORIGIN`. */
  readonly origin?: string | undefined
  /**
   * Origins whose pages may send unsafe requests with the cookie: `https://app.example.com`, an app's such as
   * `capacitor://localhost`, or the pattern of preview deployments `https://*.preview.example.com`. Default:
   * `TRUSTED_ORIGINS`.
   */
  readonly trustedOrigins?: readonly string[] | undefined
  /** Default: `COOKIE_NAME`. */
  readonly cookieName?: `__Host-${string}` | undefined
  /** Receives audit events. Default: writes JSON lines to standard output. */
  readonly log?: Log | undefined
  /** Runs each check, to measure it: `traceChecks()` of `coatcheck/opentelemetry`. Default: the check alone. */
  readonly trace?: TraceCheck | undefined
}

const isExactOrigin = (value: unknown) => typeof value === 'string' && isOrigin(value)
const isSessions = (value: unknown) =>
  ['check', 'find', 'renew'].every(
    (method) => typeof (value as Record<string, unknown> | null)?.[method] === 'function',
  )
const isStaleness = (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_STALENESS_SECONDS
const isAge = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1
export const isList = (check: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(check)

type Expectation = readonly [check: (value: unknown) => boolean, expected: string]

const EXPECTED: Record<keyof AdmissionOptions, Expectation> = {
  scopes: [isList((each) => typeof each === 'string' && isScope(each)), 'a list of scopes such as notes:write'],
  sessions: [isSessions, 'an object that createSessions returns'],
  assurance: [(value) => value === 1 || value === 2, '1 or 2'],
  maxAgeSeconds: [isAge, 'a whole number of seconds from 1'],
  renew: [(value) => typeof value === 'boolean', 'true or false'],
  consistency: [(value) => value === 'strong' || value === 'eventual', 'strong or eventual'],
  maxStalenessSeconds: [isStaleness, `a whole number of seconds from 0 to ${MAX_STALENESS_SECONDS}`],
  origin: [isExactOrigin, 'an exact origin such as https://app.example.com'],
  trustedOrigins: [
    isList((each) => typeof each === 'string' && isTrustedOrigin(each)),
    'a list of origins such as https://app.example.com or https://*.preview.example.com',
  ],
  cookieName: [(value) => typeof value === 'string' && COOKIE_NAME.test(value), 'a name that starts with __Host-'],
  log: [(value) => typeof value === 'function', 'a function'],
  trace: [
    (value) => typeof value === 'function',
    'a function such as traceChecks() of coatcheck/opentelemetry returns',
  ],
}

/** What an option accepts: one of these values, or what the check accepts. */
export type Accepted = readonly unknown[] | Expectation

/**
 * Checks options when a middleware is created rather than at the first request.
 * @throws TypeError naming the invalid option and what it accepts
 */
export function assertOptions(caller: string, options: object, own: Record<string, Accepted> = {}): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${caller}: invalid options. Options are an object.`)
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue
    const [check, expected] = expectationOf(name, own) ?? []
    if (!check) throw new TypeError(`${caller}: unknown option \`${name}\`. Options are: ${names(own)}.`)
    if (!check(value)) throw new TypeError(`${caller}: \`${name}\` must be ${expected}`)
  }
}

function expectationOf(name: string, own: Record<string, Accepted>): Expectation | undefined {
  if (!Object.hasOwn(own, name))
    return Object.hasOwn(EXPECTED, name) ? EXPECTED[name as keyof AdmissionOptions] : undefined
  const accepted: readonly unknown[] = own[name] ?? []
  if (typeof accepted[0] === 'function') return accepted as unknown as Expectation
  return [(value) => accepted.includes(value), accepted.map(String).join(' or ')]
}

const names = (own: object) => [...Object.keys(EXPECTED), ...Object.keys(own)].join(', ')

/** The rules of options; defaults are looked up on use. */
export function admissionRules(options: AdmissionOptions, defaultSessions: () => SessionChecks): AdmissionRules {
  const { scopes = [], assurance = 1, maxAgeSeconds, renew = true, consistency, maxStalenessSeconds = 0 } = options
  return {
    get sessions() {
      return options.sessions ?? defaultSessions()
    },
    get cookieName() {
      return options.cookieName ?? defaultConfig().cookie.name
    },
    scopes: scopes as readonly Scope[],
    assurance,
    maxAgeSeconds,
    renew,
    consistency,
    maxStalenessSeconds,
    originPolicy: () => ({
      origin: options.origin ?? defaultConfig().origin,
      trustedOrigins: options.trustedOrigins ?? defaultConfig().trustedOrigins,
    }),
  }
}
