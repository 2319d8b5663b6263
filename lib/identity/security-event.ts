import type { JWTPayload } from 'jose'
import { defined } from '../defined.ts'
import type { EpochSeconds } from '../system.ts'
import type { Provider } from './provider.ts'
import { invalidToken, type ProviderTokens, rememberedSeconds } from './provider-tokens.ts'
import { NAME_AT_PROVIDER } from './verified-identity.ts'

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type'
const SSF = 'https://schemas.openid.net/secevent/ssf/event-type'

/** The events that are known, by their short names (CAEP 1.0 §3, RISC 1.0 §2, Shared Signals Framework 1.0 §8.1.4). */
export const SIGNALS = {
  'session-revoked': [`${CAEP}/session-revoked`],
  'credential-change': [`${CAEP}/credential-change`],
  'account-disabled': [`${RISC}/account-disabled`],
  'credential-compromise': [`${RISC}/credential-compromise`, `${RISC}/credential-compromised`],
  verification: [`${SSF}/verification`, 'https://schemas.openid.net/secevent/risc/event-type/verification'],
} as const

/** The short name of an event. */
export type Signal = keyof typeof SIGNALS

/** A verified security event token (RFC 8417). */
export interface SecurityEvent {
  readonly id: string
  readonly issuedAt: EpochSeconds
  /** Until then the token could be accepted again. */
  readonly until: EpochSeconds
  /** Absent for an event that is not known. */
  readonly signal?: Signal
  readonly issuer: string
  /** The subject at the provider; absent if the event is about none. */
  readonly subject?: string
  /** The session at the provider, where the event is about one. */
  readonly sid?: string
  /** Of a verification: what the stream's owner has asked to be sent. */
  readonly state?: string
}

const WHAT = 'security event token'
/** Transmitters repeat what was not accepted for days. */
const MAX_EVENT_AGE_SECONDS = 7 * 86_400

/**
 * Verifies a security event token of a provider's stream.
 * @throws ProviderResponseError for an invalid token, or one without exactly one event
 * @throws ProviderUnavailableError if the provider's keys cannot be read
 */
export async function verifySecurityEvent(
  tokens: ProviderTokens,
  provider: Provider,
  token: string,
): Promise<SecurityEvent> {
  const { signals, issuer: own } = provider
  if (!signals) throw invalidToken(WHAT, 'the provider has no stream')
  const { issuer = own, keys, audience } = signals
  const claims = await tokens.verify(provider, token, {
    ...{ what: WHAT, types: ['secevent+jwt', 'application/secevent+jwt'] },
    ...{ issuer, keys, audience, requiredClaims: ['jti', 'events'], maxAgeSeconds: MAX_EVENT_AGE_SECONDS },
  })
  const [[type, event] = [], ...others] = Object.entries(objectOf(claims.events))
  if (type === undefined || others.length > 0) throw invalidToken(WHAT, 'not exactly one event')
  if (typeof claims.jti !== 'string') throw invalidToken(WHAT, 'no id')
  const signal = (Object.keys(SIGNALS) as Signal[]).find((name) => SIGNALS[name].some((each) => each === type))
  const details = objectOf(event)
  return {
    ...{ id: `${issuer} ${claims.jti}`, issuedAt: claims.iat, issuer: own },
    until: claims.iat + rememberedSeconds(MAX_EVENT_AGE_SECONDS),
    ...defined({ signal, ...subjectOf(claims, details, [issuer, own]), state: nameOf(details.state) }),
  }
}

type Fields = Readonly<Record<string, unknown>>

/** The subject of an event, at the top (Shared Signals Framework 1.0 §3) or, as before, in the event itself (RISC). */
function subjectOf({ sub_id }: JWTPayload, event: Fields, issuers: readonly string[]) {
  const given = objectOf(sub_id ?? event.subject)
  const isComplex = given.format === 'complex' || given.user !== undefined || given.session !== undefined
  const user = objectOf(isComplex ? given.user : given)
  const session = objectOf(isComplex ? given.session : undefined)
  return { subject: subjectName(user, issuers), sid: session.format === 'opaque' ? nameOf(session.id) : undefined }
}

/** Only what names a subject of this provider (RFC 9493 §3.2.3, §3.2.4); an address could be another person's. */
function subjectName({ format, subject_type, iss, sub, id }: Fields, issuers: readonly string[]): string | undefined {
  const kind = String(format ?? subject_type).replace('-', '_')
  if (kind === 'iss_sub') return issuers.some((issuer) => issuer === iss) ? nameOf(sub) : undefined
  return kind === 'opaque' ? nameOf(id) : undefined
}

const objectOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
const nameOf = (value: unknown) => (typeof value === 'string' && NAME_AT_PROVIDER.test(value) ? value : undefined)
