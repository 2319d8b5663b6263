import fc from 'fast-check'
import type { Cast } from './cast.ts'
import { encoded, eventOf, type Sample, samplesOf } from './samples.ts'
import { CANARY } from './secrets.ts'
import type { Trial } from './trial.ts'
import { json, name, text } from './values.ts'

const TYPES = [
  'application/json; charset=utf-8',
  'APPLICATION/JSON',
  'application/json;',
  'application/jsonx',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain; x=application/json',
  '',
]

/** Bodies of the routes that take one: with changed fields, miswritten, or arbitrary. */
export function bodies(cast: Cast): fc.Arbitrary<Trial> {
  const samples = Object.entries(samplesOf(cast)).filter(([, { body }]) => body)
  return fc.constantFrom(...samples).chain(([route, sample]) => {
    const { type = '' } = encoded(route, sample.body) ?? {}
    const written = fc.oneof(
      { weight: 5, arbitrary: changed(route, sample) },
      { weight: 4, arbitrary: miswritten(route, sample) },
      { weight: 2, arbitrary: text },
      { weight: 1, arbitrary: deep },
      { weight: 1, arbitrary: huge },
    )
    const types = fc.oneof({ weight: 8, arbitrary: fc.constant(type) }, fc.constantFrom(...TYPES), text.map(headerSafe))
    const flags = fc.oneof(
      { weight: 8, arbitrary: fc.constant<unknown>(false) },
      fc.constantFrom(true, 'true', 1, null),
    )
    return fc.tuple(written, types, flags, fc.boolean()).map(([body, contentType, flag, isTrue]) => {
      const authorization = sample.as ? { authorization: `Bearer ${cast.tokens[sample.as]}` } : {}
      const isBase64 = flag && isTrue
      const event = eventOf(cast, route, sample, {
        headers: { 'content-type': contentType, ...authorization },
        body: isBase64 ? Buffer.from(body).toString('base64') : body,
        isBase64Encoded: flag,
      })
      return { given: { name: route, event } }
    })
  })
}

/** The sample's body with fields changed, removed or added. */
function changed(route: string, { body = {} }: Sample): fc.Arbitrary<string> {
  const own = fc.constantFrom(...Object.keys(body))
  const field = fc.oneof({ weight: 4, arbitrary: own }, name)
  const whole = String(Object.values(body)[0])
  const values = fc.oneof(json, fc.constantFrom(` ${whole} `, whole.toUpperCase(), `${whole}\0`, `${whole}${CANARY}`))
  const change = fc.tuple(field, fc.oneof({ weight: 5, arbitrary: values }, fc.constant(undefined)))
  return fc.array(change, { maxLength: 3 }).map((changes) => {
    const all = new Map<string, unknown>(Object.entries(body))
    for (const [key, value] of changes) all.set(key, value)
    if (route === 'introspect') {
      const fields = [...all].filter(([, value]) => value !== undefined)
      return new URLSearchParams(fields.map(([key, value]): [string, string] => [key, String(value)])).toString()
    }
    const fields = [...all].flatMap(([key, value]) => {
      const said = JSON.stringify(value)
      return said === undefined ? [] : [`${JSON.stringify(key)}:${said}`]
    })
    return `{${fields.join(',')}}`
  })
}

/** The text of the sample's body, cut, doubled, with a repeated key or with stray characters. */
function miswritten(route: string, { body }: Sample): fc.Arbitrary<string> {
  const { text: own = '' } = encoded(route, body) ?? {}
  const [key = '', value] = Object.entries(body ?? {})[0] ?? []
  const twice = (first: string) => `{${first}:${JSON.stringify(CANARY)},${own.slice(1)}`
  const at = fc.nat({ max: own.length })
  return fc.oneof(
    at.map((end) => own.slice(0, end)),
    fc.tuple(at, text).map(([place, put]) => own.slice(0, place) + put + own.slice(place)),
    fc.constantFrom(
      own + own,
      `\ufeff${own}`,
      ` ${own}\n`,
      `[${own}]`,
      JSON.stringify(own),
      twice(JSON.stringify(key)),
      twice(`"\\u00${key.charCodeAt(0).toString(16)}${key.slice(1)}"`),
      `{"__proto__":${own},${own.slice(1)}`,
      own.replace(JSON.stringify(value), '"\\ud800"'),
      own.replace(JSON.stringify(value), '"\\u0000"'),
      own.replace(':', ':,'),
      `${own}&${own}`,
      `token=&${own}`,
    ),
  )
}

const deep = fc
  .tuple(fc.constantFrom('[', '{"a":', '{"email":[', '[{"__proto__":'), fc.integer({ min: 1, max: 9000 }), fc.boolean())
  .map(([open, depth, isClosed]) => {
    const close = [...open].toReversed().flatMap((each) => (each === '[' ? [']'] : each === '{' ? ['}'] : []))
    return open.repeat(depth) + (isClosed ? `1${close.join('').repeat(depth)}` : '')
  })

/** Sometimes as large as Lambda accepts. */
const huge = fc
  .tuple(
    fc.constantFrom('x', '[', '"a",', `{"password":"${CANARY}`, '\\u0000', '💥'),
    fc.oneof(
      { weight: 30, arbitrary: fc.integer({ min: 16_000, max: 70_000 }) },
      fc.constantFrom(1_000_000, 6_000_000),
    ),
  )
  .map(([piece, length]) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length))

/** Characters that a header may contain. */
export const headerSafe = (value: string): string => value.replace(/[^\x20-\x7e\x80-\xff]/g, '').trim()
