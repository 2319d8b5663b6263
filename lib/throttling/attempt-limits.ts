import type { ConfigReader } from '../config-reader.ts'

/** The limits of password verifications, registrations and mails per window. */
export interface AttemptLimits {
  readonly windowSeconds: number
  readonly perAccount: number
  readonly perSource: number
  readonly registrationsPerSource: number
  /** Mails to one address in an hour. */
  readonly mailsPerAddress: number
  readonly mailsPerSource: number
  /** Requests with a mailed link. */
  readonly linksPerSource: number
  /** Requests that begin a sign-in with a passkey, or make it. */
  readonly passkeysPerSource: number
  /** Signed tokens. */
  readonly tokensPerUser: number
  /** Requests about sign-ins at a provider, and a provider's own requests. */
  readonly providerRequestsPerSource: number
}

/** Reads the limits, with the defaults in docs/configuration.md. */
export function readAttemptLimits(read: ConfigReader): AttemptLimits {
  return {
    windowSeconds: read.integer('ATTEMPTS_WINDOW_SECONDS', 900, 10, 86_400),
    perAccount: read.integer('LOGIN_ATTEMPTS_PER_ACCOUNT', 10, 1, 100), // at most 100: NIST SP 800-63B §3.2.2
    perSource: read.integer('LOGIN_ATTEMPTS_PER_SOURCE', 100, 1, 1_000_000),
    registrationsPerSource: read.integer('REGISTRATIONS_PER_SOURCE', 20, 1, 1_000_000),
    mailsPerAddress: read.integer('MAILS_PER_ADDRESS', 5, 1, 1000),
    mailsPerSource: read.integer('MAILS_PER_SOURCE', 20, 1, 1_000_000),
    linksPerSource: read.integer('LINKS_PER_SOURCE', 50, 1, 1_000_000),
    passkeysPerSource: read.integer('PASSKEYS_PER_SOURCE', 300, 1, 1_000_000),
    tokensPerUser: read.integer('TOKENS_PER_USER', 300, 1, 1_000_000),
    providerRequestsPerSource: read.integer('PROVIDER_REQUESTS_PER_SOURCE', 300, 1, 1_000_000),
  }
}
