import fc from 'fast-check'
import { EVENT_SOURCES, eventOf as eventAt } from '../../../tests/support/event-sources.ts'
import type { Cast } from './cast.ts'
import { encoded, eventOf, samplesOf } from './samples.ts'
import type { Trial } from './trial.ts'
import { json, name, text } from './values.ts'

const FIELDS = [
  'version',
  'type',
  'headers',
  'multiValueHeaders',
  'cookies',
  'queryStringParameters',
  'queryStringParameters.email',
  'queryStringParameters.cursor',
  'pathParameters.userId',
  'multiValueQueryStringParameters',
  'pathParameters',
  'rawPath',
  'path',
  'httpMethod',
  'body',
  'isBase64Encoded',
  'methodArn',
  'authorizationToken',
  'requestContext',
  'requestContext.http',
  'requestContext.http.method',
  'requestContext.identity',
  'requestContext.elb',
  'requestContext.connectionId',
  'requestContext.authorizer',
] as const

/** Events of every event source for every function, with parts changed or missing, and arbitrary events. */
export function events(cast: Cast): fc.Arbitrary<Trial> {
  const samples = samplesOf(cast)
  const route = fc.constantFrom(...Object.keys(samples), 'authorizer')
  const forged = fc.constantFrom(
    { lambda: { userId: cast.members.ada.id, sessionId: 'x'.repeat(21), scopes: 'admin:write', credential: 'bearer' } },
    { userId: cast.members.ada.id },
    { jwt: { claims: { sub: cast.members.ada.id } } },
  )
  const value = fc.oneof(
    json,
    forged,
    fc.dictionary(fc.oneof(fc.constantFrom('userId', 'sessionId', 'email', 'limit', 'keep', 'cursor'), name), json, {
      maxKeys: 3,
    }),
    fc.constantFrom('2.0', '1.0', 'TOKEN', 'REQUEST', '*', 'arn:aws:execute-api:eu-central-1:1:abc/prod/GET/a'),
  )
  const changes = fc.array(
    fc.tuple(fc.constantFrom(...FIELDS), fc.oneof({ weight: 6, arbitrary: value }, fc.constant(undefined))),
    {
      maxLength: 3,
    },
  )
  const source = fc.oneof({ weight: 12, arbitrary: fc.constant('own') }, fc.constantFrom(...EVENT_SOURCES))
  const token = fc.constantFrom(undefined, ...Object.values(cast.tokens))
  const context = fc.oneof({ weight: 9, arbitrary: fc.constant({}) }, fc.constant({ context: 'none' as const }))

  const shaped = fc
    .tuple(route, source, token, changes, context)
    .map(([route, source, bearer, changes, context]): Trial => {
      const event = structuredClone(source === 'own' || !samples[route] ? ownEvent(route) : at(source, route, bearer))
      for (const [path, changed] of changes) put(event, path.split('.'), changed)
      return { given: { name: route, event, ...context } }
    })
  const anything = fc
    .tuple(route, fc.oneof(json, fc.dictionary(fc.constantFrom(...FIELDS), value), text), context)
    .map(([route, event, context]): Trial => ({ given: { name: route, event, ...context } }))
  return fc.oneof({ weight: 5, arbitrary: shaped }, { weight: 1, arbitrary: anything })

  function ownEvent(route: string): Record<string, unknown> {
    const sample = samples[route]
    if (sample) return eventOf(cast, route, sample)
    return eventAt('authorizer-http-api-2.0', { bearers: [cast.tokens.ben] }) as never
  }

  /** A sample as an event of another event source. */
  function at(source: string, route: string, bearer: string | undefined): Record<string, unknown> {
    const { method = 'GET', path = '/', as, body, params, query } = samples[route] ?? {}
    const content = encoded(route, body)
    const token = bearer ?? (as && cast.tokens[as])
    const event = eventAt(source, {
      method,
      bearers: token ? [token] : [],
      headers: content ? { 'Content-Type': content.type } : {},
    }) as Record<string, unknown>
    return {
      ...event,
      ...(event.version === '2.0' ? { rawPath: path } : { path }),
      ...(params && { pathParameters: params }),
      queryStringParameters: query ?? null,
      body: content?.text ?? null,
      isBase64Encoded: false,
    }
  }
}

/** Sets a value at a path of an event; `undefined` removes it. */
function put(event: unknown, [first = '', ...rest]: string[], value: unknown): void {
  if (typeof event !== 'object' || event === null) return
  const target = event as Record<string, unknown>
  if (rest.length > 0) put(target[first], rest, value)
  else if (value === undefined) delete target[first]
  else target[first] = structuredClone(value)
}
