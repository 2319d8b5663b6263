import { ConfigError } from '../config-error.ts'
import { defined } from '../defined.ts'
import { isScope, type Scope } from '../scope.ts'
import { type Fields, fieldReader } from './field-reader.ts'
import { githubApi } from './github.ts'
import { parseExchange, parseSignals } from './parse-exchange.ts'
import {
  CLIENT_AUTHENTICATIONS,
  PROVIDER_KINDS,
  type Provider,
  type ProviderRegistration,
  SIGNING_ALGORITHMS,
} from './provider.ts'

/** Of the kinds that have one. */
const ISSUERS = { oidc: '', apple: 'https://appleid.apple.com', github: 'https://github.com' } as const
/** How a client with a secret presents it, unless the settings say otherwise. */
const SECRET_BY = { oidc: 'client_secret_basic', apple: 'client_secret_post', github: 'client_secret_post' } as const
const ID = /^[a-z\d][a-z\d-]{0,31}$/
const HOST = /^(?:[a-z\d-]+\.)*[a-z\d-]+(?::\d+)?$/
const DOMAIN = /^(?:[a-z\d-]+\.)+[a-z\d-]+$/
const NAME = /^[\w.-]{1,64}$/
const TEXT = /^\S.{0,199}$/s
const FIELDS = [
  ...['id', 'name', 'issuer', 'clientId', 'secretName', 'clientAuthentication', 'scopes', 'algorithm', 'hosts'],
  ...['kind', 'registration', 'verifiedClaim', 'strong', 'groups', 'apple', 'signOutUrl', 'stages'],
  ...['exchange', 'signals'],
]

/**
 * Reads the providers' file, with a default for what a field leaves open.
 * @param deployed whether only https is accepted
 * @param stage leaves providers of other stages out; without it, all are read
 * @throws ConfigError that lists every problem with the place of its field
 */
export function parseProviders(file: unknown, deployed: boolean, stage?: string): Provider[] {
  const problems: string[] = []
  const list = (file as { providers?: unknown } | null)?.providers
  if (!Array.isArray(list))
    throw new ConfigError(['providers: expected `{"providers": [...]}`, a list with one object for each provider'])
  const entries = list
    .map((each, index) => ({ place: `providers[${index}]`, each }))
    .filter(({ each }) => isOfStage(each, stage))
  const providers = entries.map(({ each, place }) => parseProvider(each, place, deployed, problems))
  for (const [index, { id }] of providers.entries())
    if (stage !== undefined && providers.findIndex((other) => other.id === id) < index)
      problems.push(`${entries[index]?.place}.id: expected an id that no other provider has, got ${JSON.stringify(id)}`)
  if (problems.length > 0) throw new ConfigError(problems)
  return providers
}

function isOfStage(entry: unknown, stage: string | undefined): boolean {
  const { stages } = (entry ?? {}) as { stages?: unknown }
  return stage === undefined || !Array.isArray(stages) || stages.includes(stage)
}

function parseProvider(value: unknown, place: string, deployed: boolean, problems: string[]): Provider {
  const read = fieldReader(value, place, problems)
  read.only(FIELDS)
  const kind = read.choice('kind', 'oidc', PROVIDER_KINDS)
  const issuer = read.optionalText('issuer', TEXT, 'an https URL') ?? ISSUERS[kind]
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  if (!url || !isIssuer(url, deployed)) read.refuse('issuer', 'an https URL without query and fragment')
  const secretName = read.optionalText('secretName', NAME, 'the name of a secret')
  const apple = kind === 'apple' ? parseApple(read) : undefined
  read.texts('stages', [], NAME, 'names of stages')
  if (kind !== 'oidc' && !secretName) read.refuse('secretName', `the name of a secret, which ${kind} requires`)
  const provider = {
    kind,
    id: read.text('id', ID, 'up to 32 lower-case letters, digits and -'),
    name: read.text('name', TEXT, 'the text of the button'),
    issuer,
    clientId: read.text('clientId', TEXT, 'the client id that the provider has issued'),
    ...defined({ secretName }),
    clientAuthentication: read.choice(
      'clientAuthentication',
      secretName ? SECRET_BY[kind] : 'none',
      CLIENT_AUTHENTICATIONS,
    ),
    scopes: parseScopes(read, kind),
    algorithm: read.choice('algorithm', 'RS256', SIGNING_ALGORITHMS),
    hosts: [
      ...new Set([
        url?.host ?? '',
        ...apiHost(kind, issuer),
        ...read.texts('hosts', [], HOST, 'hosts such as login.example.com'),
      ]),
    ],
    registration: parseRegistration(read),
    verifiedClaim: read.optionalText('verifiedClaim', NAME, 'the name of a claim') ?? 'email_verified',
    strong: parseStrong(read),
    ...defined({ groups: parseGroups(read), apple, signOutUrl: parseSignOutUrl(read, deployed) }),
  }
  const { clientId } = provider
  return { ...provider, ...defined({ exchange: parseExchange(read, clientId), signals: parseSignals(read, deployed) }) }
}

/** GitHub's API is at a host of its own. */
const apiHost = (kind: Provider['kind'], issuer: string) =>
  kind === 'github' && URL.canParse(issuer) ? [new URL(githubApi(issuer)).host] : []

function parseApple(read: Fields): Provider['apple'] {
  const inner = read.object('apple')
  if (!inner) read.refuse('apple', 'an object with `teamId` and `keyId`')
  inner?.only(['teamId', 'keyId'])
  const text = (name: string) => inner?.text(name, NAME, 'an id of ten characters') ?? ''
  return { teamId: text('teamId'), keyId: text('keyId') }
}

function isIssuer({ protocol, hostname, search, hash, username }: URL, deployed: boolean): boolean {
  const isLocal = !deployed && protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1')
  return (protocol === 'https:' || isLocal) && search === '' && hash === '' && username === ''
}

function parseSignOutUrl(read: Fields, deployed: boolean): string | undefined {
  const text = read.optionalText('signOutUrl', /^https?:\/\/\S+$/, 'an https URL')
  const isValid = text === undefined || (URL.canParse(text) && (!deployed || text.startsWith('https:')))
  if (!isValid) read.refuse('signOutUrl', 'an https URL')
  return text
}

function parseScopes(read: Fields, kind: Provider['kind']): string[] {
  const standard = kind === 'github' ? ['read:user', 'user:email'] : ['openid', 'email']
  const scopes = read.texts('scopes', standard, /^[\w.:-]{1,64}$/, 'scopes of OpenID Connect')
  if (kind !== 'github' && !scopes.includes('openid')) read.refuse('scopes', 'a list with `openid`')
  return scopes
}

function parseRegistration(read: Fields): ProviderRegistration {
  if (Array.isArray(read.value('registration')))
    return { domains: read.texts('registration', [], DOMAIN, 'domains such as example.com, in lower case') }
  return read.choice('registration', 'closed', ['closed', 'open'])
}

function parseStrong(read: Fields): Provider['strong'] {
  const inner = read.object('strong')
  inner?.only(['amr', 'acr'])
  return {
    amr: inner?.texts('amr', [], TEXT, 'values of `amr`') ?? [],
    acr: inner?.texts('acr', [], TEXT, 'values of `acr`') ?? [],
  }
}

function parseGroups(read: Fields): Provider['groups'] {
  const inner = read.object('groups')
  if (!inner) return undefined
  inner.only(['claim', 'scopes'])
  const scopes: Record<string, readonly Scope[]> = {}
  const mapped = inner.object('scopes')
  for (const group of mapped?.names() ?? [])
    scopes[group] = (mapped?.texts(group, [], TEXT, 'scopes such as notes:write') ?? []).filter((name) => {
      if (!isScope(name)) mapped?.refuse(group, 'scopes such as notes:write')
      return isScope(name)
    }) as Scope[]
  return { claim: inner.text('claim', NAME, 'the name of a claim'), scopes }
}
