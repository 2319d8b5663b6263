import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { HttpEvent } from '../../lib/http/event.ts'

/** What a client sends, whatever stands in front. */
export interface Sent {
  readonly method?: string
  readonly cookies?: readonly string[]
  readonly bearers?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

// biome-ignore lint/suspicious/noExplicitAny: fixtures are changed in place, each in its own shape
type Fixture = any

/** Each name of `eventOf`. */
export const EVENT_SOURCES = globSync('tests/fixtures/events/*.json')
  .map((file) => basename(file, '.json'))
  .sort()

/** AWS's documented event of an event source, from `tests/fixtures/events/`, with what was sent put where it puts it. */
export function eventOf(name: string, { method = 'GET', cookies = [], bearers = [], headers = {} }: Sent): HttpEvent {
  const event: Fixture = JSON.parse(readFileSync(`tests/fixtures/events/${name}.json`, 'utf8')).event
  const isLattice = event.requestContext?.serviceNetworkArn !== undefined
  const isHttpApi = event.version === '2.0' && !isLattice
  const sent: [name: string, values: string[]][] = [
    ...Object.entries(headers).map(([header, value]): [string, string[]] => [header, [value]]),
    ...(bearers.length > 0 ? [['Authorization', bearers.map((token) => `Bearer ${token}`)] as [string, string[]]] : []),
    ...(cookies.length > 0 && !isHttpApi ? [['Cookie', [cookies.join('; ')]] as [string, string[]]] : []),
  ]
  for (const [header, values] of sent) {
    const key = event.version === '2.0' || event.requestContext?.elb ? header.toLowerCase() : header
    const single = isHttpApi ? values.join(',') : values.at(-1)
    if (event.headers) event.headers[key] = isLattice ? values : single
    if (event.multiValueHeaders) event.multiValueHeaders[key] = values
  }
  if (isHttpApi && cookies.length > 0) event.cookies = cookies
  if (event.type === 'TOKEN') event.authorizationToken = bearers.length > 0 ? `Bearer ${bearers.join(', Bearer ')}` : ''
  if (event.requestContext?.http) event.requestContext.http.method = method
  if (event.httpMethod) event.httpMethod = method
  if (isLattice) event.method = method
  return event
}
