import { readFile } from 'node:fs/promises'
import type { Environment } from '../../lib/environment.ts'
import { parseProviders } from '../../lib/identity/parse-providers.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import { Failure, UsageError } from '../command.ts'

/** What both commands take. */
export interface SignalOptions {
  readonly providers?: string
  readonly json?: boolean
}

/** A transmitter of the Shared Signals Framework, as far as a stream needs it. */
export interface Transmitter {
  readonly provider: Provider
  /** Where the service receives its events. */
  readonly receiver: string
  readonly issuer: string
  readonly keys: string | undefined
  /** Sends a request to an endpoint that the configuration names. @throws Failure unless the response is a success */
  request(endpoint: Endpoint, method: 'GET' | 'POST', body?: object): Promise<unknown>
}

type Endpoint = 'configuration_endpoint' | 'verification_endpoint'

const TIMEOUT_MS = 10_000
const ADVICE = 'docs/identity.md says what each provider needs.'

/** Opens the transmitter of a provider: one request. @throws UsageError for missing settings @throws Failure if it fails */
export async function openTransmitter(
  environment: Environment,
  id: string,
  { providers: file = 'providers.json' }: SignalOptions,
): Promise<Transmitter> {
  const { ORIGIN: origin, SIGNALS_TOKEN: token } = environment
  if (!origin) throw new UsageError('ORIGIN is not set.', 'Set it to the origin of the service.')
  if (!token)
    throw new UsageError('SIGNALS_TOKEN is not set.', "Set it to a token of the transmitter's management API.")
  const provider = await readProvider(file, id)
  const issuer = provider.signals?.issuer ?? provider.issuer
  const configuration = fieldsOf(await call(configurationAddress(issuer), 'GET', undefined, undefined))
  if (configuration.issuer !== issuer)
    throw new Failure('rejected', `The transmitter calls itself ${JSON.stringify(configuration.issuer)}.`, ADVICE)
  return {
    ...{ provider, issuer, receiver: `${origin}/auth/oidc/${id}/events` },
    keys: typeof configuration.jwks_uri === 'string' ? configuration.jwks_uri : undefined,
    async request(endpoint, method, body) {
      const address = configuration[endpoint]
      if (typeof address !== 'string') throw new Failure('rejected', `The transmitter has no ${endpoint}.`, ADVICE)
      return call(address, method, token, body)
    },
  }
}

async function readProvider(file: string, id: string): Promise<Provider> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`${file} cannot be read (${error.message}).`, 'Give --providers another file.')
  })
  const found = parseProviders(JSON.parse(text), false).find((each) => each.id === id)
  if (!found) throw new UsageError(`${file} has no provider ${JSON.stringify(id)}.`)
  return found
}

/** The issuer's path stands after the well-known one (Shared Signals Framework 1.0 §7.2). */
export function configurationAddress(issuer: string): string {
  const { origin, pathname } = new URL(issuer)
  return `${origin}/.well-known/ssf-configuration${pathname.replace(/\/$/, '')}`
}

async function call(address: string, method: string, token: string | undefined, body: object | undefined) {
  const { protocol, hostname } = new URL(address)
  if (protocol !== 'https:' && hostname !== '127.0.0.1' && hostname !== 'localhost')
    throw new Failure('rejected', `${address} is no https URL.`, ADVICE)
  const response = await fetch(address, {
    method,
    redirect: 'error', // the token must not go anywhere else
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      accept: 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch((error: Error) => {
    throw new Failure('unavailable', `${address} does not answer (${error.message}).`, ADVICE)
  })
  const text = await response.text()
  if (!response.ok)
    throw new Failure('rejected', `${address} answered ${response.status}: ${text.slice(0, 200)}`, ADVICE)
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new Failure('rejected', `${address} answered no JSON.`, ADVICE)
  }
}

/** The fields of an answer; none if it is no object. */
export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
