import type { HttpEvent } from './event.ts'

/** A Lambda response in the format of any event source. */
export interface LambdaResponse {
  headers?: Record<string, unknown>
  multiValueHeaders?: Record<string, unknown>
  [field: string]: unknown
}

/** Headers that several middlewares may extend. */
const LISTS = new Set(['vary', 'access-control-expose-headers'])

/**
 * Sets headers of a response, in the field that the event source reads. Headers of the same name in other case are
 * replaced, so that none is sent twice; lists are extended.
 * @param headers with lower-case names
 */
export function setHeaders(
  response: LambdaResponse,
  headers: Readonly<Record<string, unknown>>,
  event: HttpEvent | null | undefined,
): void {
  if (Object.keys(headers).length === 0) return
  const given = [...Object.entries(response.headers ?? {}), ...Object.entries(response.multiValueHeaders ?? {})]
  const extended = (name: string, value: unknown) =>
    [...given.filter(([other]) => other.toLowerCase() === name).map(([, each]) => each), value].flat().join(',')
  const isKept = ([name]: [string, unknown]) => !Object.hasOwn(headers, name.toLowerCase())
  const kept = (field: object | undefined) => Object.entries(field ?? {}).filter(isKept)
  const set = Object.entries(headers).map(([name, value]): [string, unknown] => [
    name,
    LISTS.has(name) ? tokens(extended(name, value)).join(', ') : value,
  ])
  if (event?.requestContext?.elb && event.multiValueHeaders) {
    const lists = [...kept(response.headers), ...kept(response.multiValueHeaders), ...set]
    delete response.headers
    response.multiValueHeaders = Object.fromEntries(lists.map(([name, value]) => [name, [value].flat()]))
    return
  }
  response.headers = Object.fromEntries([...kept(response.headers), ...set])
  if (response.multiValueHeaders) response.multiValueHeaders = Object.fromEntries(kept(response.multiValueHeaders))
}

/** The members of a list header, each of them once (RFC 9110 §5.6.1). */
function tokens(list: string): string[] {
  const members = list.split(',').map((member) => member.trim())
  return members.filter(
    (member, index) =>
      member !== '' && members.findIndex((other) => other.toLowerCase() === member.toLowerCase()) === index,
  )
}
