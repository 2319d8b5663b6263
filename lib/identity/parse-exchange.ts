import type { Fields } from './field-reader.ts'
import { type Provider, SIGNAL_ACTIONS, SIGNAL_DEFAULTS } from './provider.ts'

// The settings of a provider beside its sign-in: tokens that are exchanged, and the stream of events.

const AUDIENCE = /^[\x21-\x7e]{1,255}$/
const URL_TEXT = /^https?:\/\/\S{1,500}$/

/** Reads whose tokens are exchanged for sessions; without the field, nobody's are. */
export function parseExchange(read: Fields, clientId: string): Provider['exchange'] {
  const inner = read.object('exchange')
  if (!inner) return undefined
  inner.only(['idTokenAudiences', 'accessTokenAudiences'])
  const audiences = (name: string, fallback: readonly string[]) =>
    inner.texts(name, fallback, AUDIENCE, 'audiences, each as the token has it')
  const exchange = {
    idTokenAudiences: audiences('idTokenAudiences', [clientId]),
    accessTokenAudiences: audiences('accessTokenAudiences', []),
  }
  if (read.value('kind') === 'github') read.refuse('exchange', 'no such field for GitHub, whose tokens are not signed')
  const both = exchange.accessTokenAudiences.find((each) => exchange.idTokenAudiences.includes(each))
  // Cognito's access tokens name the client; there `token_use` tells the two apart.
  if (both !== undefined && both !== clientId)
    inner.refuse('accessTokenAudiences', 'audiences that are none of `idTokenAudiences`, except the client id')
  return exchange
}

/** Reads what the events of the provider's stream do; without the field there is no stream. */
export function parseSignals(read: Fields, deployed: boolean): Provider['signals'] {
  const inner = read.object('signals')
  if (!inner) return undefined
  inner.only(['audience', 'issuer', 'keys', 'events'])
  const address = (name: string) => {
    const text = inner.optionalText(name, URL_TEXT, 'an https URL')
    if (text !== undefined && deployed && !text.startsWith('https:')) inner.refuse(name, 'an https URL')
    return text
  }
  const audience = inner.texts('audience', [], AUDIENCE, 'audiences, as the transmitter has named them')
  if (audience.length === 0) inner.refuse('audience', 'a list with the audience that the transmitter has named')
  const events = inner.object('events')
  events?.only(Object.keys(SIGNAL_DEFAULTS))
  const named = Object.entries(SIGNAL_DEFAULTS).map(([name, fallback]) => [
    name,
    events?.choice(name, fallback, SIGNAL_ACTIONS) ?? fallback,
  ])
  const [issuer, keys] = [address('issuer'), address('keys')]
  return {
    audience,
    ...(issuer !== undefined && { issuer }),
    ...(keys !== undefined && { keys }),
    events: Object.fromEntries(named) as NonNullable<Provider['signals']>['events'],
  }
}
