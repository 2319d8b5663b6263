/**
 * Which function answers a request: the routes of an HTTP API and how API Gateway chooses among them.
 * Paths are compared as they were sent: case counts, and so do `//`, a trailing slash, `..` and `%2F`.
 */
export type Route = { method: string; path: string }

/** The route that takes whatever no other takes: `httpApi: '*'`. */
export const catchAll: Route = { method: 'ANY', path: '$default' }

export type Match<T> = { route: Route; target: T; parameters: Record<string, string> | undefined }

export type Router<T> = {
  match(method: string, path: string): Match<T> | undefined
}

/** As the event and the logs name it. */
export const routeKey = ({ method, path }: Route): string =>
  path === catchAll.path ? catchAll.path : `${method} ${path}`

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
    if (route.path === catchAll.path) fallback = { route, target }
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
  }
}

const isVariable = ({ kind }: Segment) => kind !== 'literal'

function parse(route: Route): Segment[] {
  if (route.path === catchAll.path) return [{ kind: 'literal', name: catchAll.path }]
  const fail = (why: string) => new Error(`Route ${routeKey(route)} cannot be served: ${why}.`)
  if (!route.path.startsWith('/')) throw fail('a path begins with /')
  const segments = route.path
    .split('/')
    .slice(1)
    .map((text): Segment => {
      const [, name, plus] = /^\{([^{}+]+)(\+?)\}$/.exec(text) ?? []
      if (name !== undefined) return { kind: plus ? 'greedy' : 'parameter', name }
      if (/[{}]/.test(text)) throw fail(`${text} is neither a literal nor a whole {parameter}`)
      return { kind: 'literal', name: text }
    })
  if (segments.slice(0, -1).some(({ kind }) => kind === 'greedy')) throw fail('{name+} may only stand last')
  return segments
}

/** Sorts the most specific first: whole matches before greedy ones, then literals before parameters, then exact methods. */
function order({ method }: Route, segments: Segment[]): string {
  const rank = { literal: '0', parameter: '1', greedy: '2' }
  const path = segments.map(({ kind }) => rank[kind]).join('')
  return `${path.includes('2') ? 1 : 0}${path}|${method === 'ANY' ? 1 : 0}`
}

/** The values of the variables, percent-decoded as API Gateway hands them on; undefined when the path does not match. */
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
