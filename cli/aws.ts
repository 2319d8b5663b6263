import { startDeadline } from '../lib/deadline.ts'
import { type ConnectionAgents, connectionAgents } from '../lib/dynamodb/connection-agents.ts'
import { parseLocalEndpoint } from '../lib/dynamodb/local-endpoint.ts'
import { CoatcheckError, UnavailableError } from '../lib/errors.ts'
import { type Finding, failed, unknown } from './finding.ts'

/** Time limit of one AWS call: all its retries, and the look-up of credentials and Region. */
const CALL_SECONDS = 10

/** Options of the SDK's request handler. */
interface HandlerOptions extends ConnectionAgents {
  readonly connectionTimeout: number
  readonly requestTimeout: number
  readonly socketTimeout: number
  readonly throwOnRequestTimeout: boolean
}

/** Options of every AWS client of the command line; every wait has a time limit. */
export function clientOptions({ endpoint, region }: { endpoint?: string | undefined; region?: string | undefined }) {
  const requestHandler: HandlerOptions = {
    connectionTimeout: 2000, // longer than the functions': the caller may be far from the Region
    requestTimeout: 4000,
    socketTimeout: 4000,
    throwOnRequestTimeout: true,
    ...connectionAgents(),
  }
  return {
    maxAttempts: 5,
    requestHandler,
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    ...(endpoint && isLocal(endpoint) && parseLocalEndpoint(endpoint)),
  }
}

/** Whether the endpoint is a local engine, which has neither backups nor API Gateway. */
export function isLocal(endpoint: string | undefined): boolean {
  return endpoint?.startsWith('http://') ?? false
}

interface Call {
  readonly abortSignal: AbortSignal
}

/**
 * Makes one AWS call within ten seconds.
 * @throws the SDK's error, or UnavailableError after ten seconds; `classifyError` tells them apart.
 */
export function call<T>(send: (options: Call) => Promise<T>): Promise<T> {
  return startDeadline(CALL_SECONDS).run((abortSignal) => send({ abortSignal }))
}

export type AwsErrorKind =
  | 'not found'
  | 'denied'
  | 'unsupported'
  | 'no credentials'
  | 'bad credentials'
  | 'no region'
  | 'settings'
  | 'no answer'
  | 'unexpected'

const KINDS: Readonly<Record<string, AwsErrorKind>> = {
  ResourceNotFoundException: 'not found',
  TableNotFoundException: 'not found',
  NotFoundException: 'not found',
  AccessDeniedException: 'denied',
  AccessDenied: 'denied',
  UnauthorizedException: 'denied',
  UnknownOperationException: 'unsupported',
  CredentialsProviderError: 'no credentials',
  TokenProviderError: 'no credentials',
  UnrecognizedClientException: 'bad credentials',
  InvalidClientTokenId: 'bad credentials',
  InvalidSignatureException: 'bad credentials',
  IncompleteSignatureException: 'bad credentials',
  MissingAuthenticationTokenException: 'bad credentials',
  ExpiredTokenException: 'bad credentials',
  ExpiredToken: 'bad credentials',
}

/** The kind of an AWS error, and its message in a form that is safe to print. */
export function classifyError(error: unknown): { kind: AwsErrorKind; reason: string } {
  const { name, message, code, $metadata } = error as Error & {
    code?: string
    $metadata?: { httpStatusCode?: number }
  }
  const reason = `${code ?? name}: ${message}`.replace(/[\s\p{C}]+/gu, ' ').slice(0, 200)
  const named = KINDS[name]
  if (named) return { kind: named, reason }
  if (/^Region (is missing|not accepted)/.test(message)) return { kind: 'no region', reason }
  if (code === 'ERR_INVALID_URL') return { kind: 'settings', reason } // of AWS_ENDPOINT_URL
  return { kind: $metadata?.httpStatusCode === undefined ? 'no answer' : 'unexpected', reason }
}

/** Rethrows an error of `call` as the stores do, so that it is explained as theirs. */
export function asUnavailable(error: unknown): never {
  if (error instanceof CoatcheckError) throw error
  throw new UnavailableError('The DynamoDB call failed', { cause: error })
}

/** The finding of a check whose AWS call failed. */
export function callFailed(subject: string, checked: string, error: unknown, iamAction: string): Finding {
  const { kind, reason } = classifyError(error)
  if (kind === 'denied') return unknown(subject, `${checked}: not checked, because these credentials lack ${iamAction}`)
  if (kind === 'unsupported')
    return unknown(subject, `${checked}: not checked, because this engine does not support it`)
  return failed(subject, `${checked}: the check failed (${reason})`, 'Correct the cause and run this again.')
}
