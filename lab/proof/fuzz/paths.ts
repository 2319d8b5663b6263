import fc from 'fast-check'
import { ROUTES } from '../../../functions/http/routes.ts'
import type { Cast } from './cast.ts'
import { eventOf, samplesOf } from './samples.ts'
import type { Trial } from './trial.ts'
import { name, text } from './values.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'get', '']

/** Methods, paths, path parameters and queries, decoded as an HTTP API passes them. */
export function paths(cast: Cast): fc.Arbitrary<Trial> {
  const samples = samplesOf(cast)
  const known = Object.keys(ROUTES).map((route) => route.split(' ')[1] ?? '')
  const piece = fc.oneof(
    fc.constantFrom('/', '//', '/..', '/.', '%2f', '%00', ';x', '?', '#', '\\', 'auth', 'admin', 'assets', '__proto__'),
    fc.constantFrom(...known),
    text,
  )
  const path = fc.array(piece, { maxLength: 5 }).map((pieces) => `/${pieces.join('')}`.slice(0, 8000))
  const id = fc.oneof(
    fc.constantFrom(cast.members.ada.id, cast.members.cyd.id, 'x'.repeat(21), ...Object.values(cast.tokens)),
    text,
  )
  const params = fc.record({ userId: id, sessionId: id }, { requiredKeys: [] })
  const cursor = fc.oneof(
    text,
    text.map((each) => Buffer.from(each).toString('base64url')),
    fc.constantFrom(...Object.values(cast.members).map(({ email }) => Buffer.from(email).toString('base64url'))),
  )
  const query = fc.oneof(
    fc.record(
      {
        email: fc.oneof(text, fc.constant(cast.members.cyd.email.toUpperCase())),
        limit: fc.oneof(text, fc.constantFrom('1', '2', '100', '0', '101', '1e1', '+1', '0x1', '999999999999')),
        cursor,
        keep: fc.oneof(text, fc.constantFrom('current', 'all', 'current,current')),
      },
      { requiredKeys: [] },
    ),
    fc.dictionary(name, text, { maxKeys: 3 }),
  )
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

  return fc
    .record({
      route: fc.constantFrom(...Object.keys(samples), 'no-route', 'no-route', 'no-route', 'console'),
      method: maybe(fc.constantFrom(...METHODS)),
      path: maybe(path),
      params: maybe(params),
      query: maybe(query),
    })
    .map(({ route, method, path, params, query }) => {
      const sample = samples[route]
      if (!sample) throw new Error('unreachable')
      const changed = {
        ...sample,
        ...(method === undefined ? {} : { method }),
        ...(path === undefined ? {} : { path }),
        ...(params && { params: { ...sample.params, ...params } }),
        ...(query && { query }),
      }
      return { given: { name: route, event: eventOf(cast, route, changed) } }
    })
}
