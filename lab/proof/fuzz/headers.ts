import fc from 'fast-check'
import { headerSafe } from './bodies.ts'
import type { Cast } from './cast.ts'
import { ORIGIN, TRUSTED } from './origins.ts'
import { encoded, eventOf, samplesOf } from './samples.ts'
import { CANARY } from './secrets.ts'
import type { Trial } from './trial.ts'
import { text } from './values.ts'

const NAMES = [
  'authorization',
  'cookie',
  'origin',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'host',
  'x-forwarded-host',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-http-method-override',
  'x-client-ip',
  'x-origin-verify',
  'content-type',
  'accept-encoding',
  'user-agent',
  '__proto__',
]

/** Headers and cookies as an HTTP API passes them, up to 10,240 bytes. */
export function headers(cast: Cast): fc.Arbitrary<Trial> {
  const token = fc.constantFrom(...Object.values(cast.tokens))
  const spoiltToken = fc
    .tuple(token, fc.nat({ max: 90 }), fc.constantFrom('', 'A', '%', '.', ' ', '\u00e9', CANARY))
    .map(([whole, at, put]) => whole.slice(0, at) + put + whole.slice(at + 1))
  const anyToken = fc.oneof({ weight: 3, arbitrary: token }, spoiltToken)

  const piece = fc.oneof(
    anyToken,
    fc.constantFrom(
      'Bearer ',
      'bearer',
      'Basic ',
      'DPoP ',
      ',',
      ';',
      '=',
      '"',
      '\t',
      ' ',
      '__Host-session',
      '$Version=1',
    ),
    text.map(headerSafe),
  )
  const mixed = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
  const authorization = fc.oneof(
    { weight: 5, arbitrary: token.map((each) => `Bearer ${each}`) },
    anyToken.map((each) => `Bearer ${each}`),
    anyToken.map((each) => `bEaReR   ${each} `),
    fc.tuple(anyToken, anyToken).map(([one, other]) => `Bearer ${one},Bearer ${other}`),
    mixed,
  )
  const pair = fc.oneof(
    anyToken.map((each) => `__Host-session=${each}`),
    anyToken.map((each) => `__Host-session="${each}"`),
    anyToken.map((each) => ` __Host-session = ${encodeURIComponent(each)}`),
    anyToken.map((each) => `__host-SESSION=${each}`),
    fc.constantFrom('theme=dark', '__Host-session', '__Host-session=', '=', '__proto__=x', 'a=b; __Host-session=c'),
    mixed,
  )
  const place = fc.oneof(
    fc.constantFrom(ORIGIN, TRUSTED, `${ORIGIN}.evil.example`, 'null', 'https://evil.example', ORIGIN.toUpperCase()),
    fc.constantFrom('same-origin', 'none', 'cross-site', 'same-site', 'same-origin,cross-site'),
    mixed,
  )
  const value = fc.oneof({ weight: 3, arbitrary: place }, mixed, longest)
  const others = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 6 })
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

  return fc
    .record({
      route: fc.constantFrom(...Object.entries(samplesOf(cast)), ['authorizer', null] as const),
      method: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, fc.constantFrom('GET', 'HEAD', 'POST', 'x')),
      authorization: maybe(authorization),
      cookies: maybe(fc.array(pair, { maxLength: 4 })),
      others,
      isAsked: fc.boolean(),
    })
    .map(({ route: [name, known], method, authorization, cookies, others, isAsked }) => {
      const sample = known ?? { method: 'GET', path: '/notes' }
      const own = isAsked && sample.as ? { authorization: `Bearer ${cast.tokens[sample.as]}` } : {}
      const type = encoded(name, sample.body)?.type
      const sent = {
        ...(type && { 'content-type': type }),
        ...others,
        ...own,
        ...(authorization === undefined ? {} : { authorization }),
      }
      const asked = eventOf(
        cast,
        name,
        { ...sample, method: method ?? sample.method },
        { headers: sent, ...(cookies && { cookies }), ...bodyOf(name, sample.body) },
      )
      return { given: { name, event: known ? asked : { ...asked, type: 'REQUEST' } } }
    })
}

const bodyOf = (name: string, body: Parameters<typeof encoded>[1]) => {
  const content = encoded(name, body)
  return content ? { body: content.text } : {}
}

const longest = fc
  .tuple(fc.constantFrom('a', ',', ';', 'Bearer ', '__Host-session=x; ', 'é', `${CANARY},`), fc.nat({ max: 10_240 }))
  .map(([piece, length]) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length))
