/**
 * A route of an HTTP API. API Gateway compares paths as they were sent: case, `//`, a trailing slash, `..` and `%2F`
 * are significant.
 */
export type Route = { method: string; path: string }

/** The route for requests that match no other route: `httpApi: '*'`. */
export const CATCH_ALL: Route = { method: 'ANY', path: '$default' }

export type Match<T> = { route: Route; target: T; parameters: Record<string, string> | undefined }

export type Router<T> = {
  match(method: string, path: string): Match<T> | undefined
  /** The routes of a path for any method, without the fallback. */
  routesOf(path: string): { route: Route; target: T }[]
}

/** The name of a route in events and logs. */
export const routeKey = ({ method, path }: Route): string =>
  path === CATCH_ALL.path ? CATCH_ALL.path : `${method} ${path}`

type Segment = { kind: 'literal' | 'parameter' | 'greedy'; name: string }
type Entry<T> = { route: Route; target: T; segments: Segment[]; order: string }

export function createRouter<T>(routes: Iterable<[Route, T]>): Router<T> {
  const entries: Entry<T>[] = []
  const shapes = new Map<string, string>()
  let fallback: { route: Route; target: T } | undefined

  for (const [route, target] of routes) {
    const segments = parse(route)
    const shape = `${route.method} /${segments.map(({ kind, name }) => (kind === 'literal' ? name : `{${kind}}`)).join('/')}`
    const other = shapes.get(shape)
    if (other !== undefined) {
      throw new Error(
        `Route ${routeKey(route)} is declared twice${other === routeKey(route) ? '' : `, also as ${other}`}.`,
      )
    }
    shapes.set(shape, routeKey(route))
    if (route.path === CATCH_ALL.path) fallback = { route, target }
    else entries.push({ route, target, segments, order: order(route, segments) })
  }
  entries.sort((a, b) => (a.order < b.order ? -1 : 1))

  return {
    match(method, path) {
      const sent = path.split('/').slice(1)
      for (const { route, target, segments } of entries) {
        if (route.method !== 'ANY' && route.method !== method) continue
        const parameters = capture(segments, sent)
        if (parameters === undefined) continue
        return { route, target, parameters: segments.some(isVariable) ? parameters : undefined }
      }
      return fallback && { ...fallback, parameters: undefined }
    },
    routesOf(path) {
      const sent = path.split('/').slice(1)
      return entries.filter(({ segments }) => capture(segments, sent) !== undefined)
    },
  }
}

const isVariable = ({ kind }: Segment) => kind !== 'literal'

function parse(route: Route): Segment[] {
  if (route.path === CATCH_ALL.path) return [{ kind: 'literal', name: CATCH_ALL.path }]
  const fail = (reason: string) => new Error(`Invalid route ${routeKey(route)}: ${reason}.`)
  if (!route.path.startsWith('/')) throw fail('a path must begin with /')
  const segments = route.path
    .split('/')
    .slice(1)
    .map((text): Segment => {
      const [, name, plus] = /^\{([^{}+]+)(\+?)\}$/.exec(text) ?? []
      if (name !== undefined) return { kind: plus ? 'greedy' : 'parameter', name }
      if (/[{}]/.test(text)) throw fail(`${text} is neither a literal nor a {parameter}`)
      return { kind: 'literal', name: text }
    })
  if (segments.slice(0, -1).some(({ kind }) => kind === 'greedy')) throw fail('{name+} is allowed only at the end')
  return segments
}

/** The sort key of a route: full matches before greedy ones, then literals before parameters, then exact methods. */
function order({ method }: Route, segments: Segment[]): string {
  const rank = { literal: '0', parameter: '1', greedy: '2' }
  const path = segments.map(({ kind }) => rank[kind]).join('')
  return `${path.includes('2') ? 1 : 0}${path}|${method === 'ANY' ? 1 : 0}`
}

/** The percent-decoded path parameters; `undefined` if the path does not match. */
function capture(segments: Segment[], sent: string[]): Record<string, string> | undefined {
  const greedy = segments.at(-1)?.kind === 'greedy'
  if (greedy ? sent.length < segments.length : sent.length !== segments.length) return undefined
  const values: [string, string][] = []
  for (const [index, { kind, name }] of segments.entries()) {
    const text = kind === 'greedy' ? sent.slice(index).join('/') : sent[index]
    if (text === undefined || (kind === 'literal' && text !== name) || (kind === 'parameter' && text === ''))
      return undefined
    if (kind !== 'literal') values.push([name, decodeURIComponent(text)])
  }
  return Object.fromEntries(values)
}
