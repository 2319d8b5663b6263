import { startDeadline } from '../lib/deadline.ts'
import { type Finding, failed, unknown } from './finding.ts'

/** One call with all its attempts, finding credentials and Region included. */
const CALL_SECONDS = 10

/** What every AWS client of the command line is made with; nothing in it waits for ever. */
export function clientOptions({ endpoint, region }: { endpoint?: string | undefined; region?: string | undefined }) {
  return {
    maxAttempts: 5,
    requestHandler: {
      connectionTimeout: 2000, // a person far from the Region, not a function inside it
      requestTimeout: 4000,
      socketTimeout: 4000,
      throwOnRequestTimeout: true,
    },
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    // A local engine wants a signature, of anybody.
    ...(isLocal(endpoint) && { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  }
}

/** An engine on this machine: it has neither backups nor API Gateway beside it. */
export function isLocal(endpoint: string | undefined): boolean {
  return endpoint?.startsWith('http://') ?? false
}

interface Call {
  readonly abortSignal: AbortSignal
}

/**
 * One AWS call, in at most ten seconds.
 * @throws whatever the SDK does, or UnavailableError when the time is up; `troubleOf` tells them apart.
 */
export function call<T>(send: (options: Call) => Promise<T>): Promise<T> {
  return startDeadline(CALL_SECONDS).run((abortSignal) => send({ abortSignal }))
}

export type Trouble = 'absent' | 'denied' | 'unsupported' | 'no credentials' | 'no region' | 'no answer' | 'unexpected'

const BY_NAME: Readonly<Record<string, Trouble>> = {
  ResourceNotFoundException: 'absent',
  TableNotFoundException: 'absent',
  NotFoundException: 'absent',
  AccessDeniedException: 'denied',
  AccessDenied: 'denied',
  UnauthorizedException: 'denied',
  UnknownOperationException: 'unsupported',
  CredentialsProviderError: 'no credentials',
  TokenProviderError: 'no credentials',
  UnrecognizedClientException: 'no credentials',
  InvalidClientTokenId: 'no credentials',
  InvalidSignatureException: 'no credentials',
  IncompleteSignatureException: 'no credentials',
  MissingAuthenticationTokenException: 'no credentials',
  ExpiredTokenException: 'no credentials',
  ExpiredToken: 'no credentials',
}

/** Why a call failed, and the reason in a few words that are safe to print. */
export function troubleOf(error: unknown): { kind: Trouble; reason: string } {
  const { name, message, code, $metadata } = error as Error & {
    code?: string
    $metadata?: { httpStatusCode?: number }
  }
  const reason = `${code ?? name}: ${message}`.replace(/[\s\p{C}]+/gu, ' ').slice(0, 200)
  const named = BY_NAME[name]
  if (named) return { kind: named, reason }
  if (/^Region (is missing|not accepted)/.test(message)) return { kind: 'no region', reason }
  return { kind: $metadata?.httpStatusCode === undefined ? 'no answer' : 'unexpected', reason }
}

/** The finding of a check whose call failed; `right` is the IAM action it needs. */
export function couldNotLook(subject: string, what: string, error: unknown, right: string): Finding {
  const { kind, reason } = troubleOf(error)
  if (kind === 'denied') return unknown(subject, `${what}: these credentials lack ${right}`)
  if (kind === 'unsupported') return unknown(subject, `${what}: this engine cannot tell`)
  return failed(subject, `${what} could not be looked at (${reason})`, 'Run this again, and mend what it names.')
}
