import { readFileSync } from 'node:fs'
import type { HttpEvent } from '../../lib/http/event.ts'

/** An HTTP API's event (payload 2.0) as AWS documents it, and an authorizer's. */
const REQUEST = read('http-api-2.0')
const AUTHORIZER = read('authorizer-http-api-2.0')

export interface EventOptions {
  readonly cookie?: string
  readonly bearer?: string
  /** Sent as JSON, or as a form where it is text. */
  readonly body?: object | string
  readonly params?: Readonly<Record<string, string>>
}

/** A request as Lambda gets it. */
export function httpEvent(method: string, path: string, options: EventOptions = {}): HttpEvent {
  return { ...from(REQUEST, method, path, options), ...(options.params && { pathParameters: options.params }) }
}

/** The same request as the authorizer in front of an API gets it. */
export function authorizerEvent(method: string, path: string, options: EventOptions = {}): HttpEvent {
  return from(AUTHORIZER, method, path, options)
}

function from(event: Template, method: string, path: string, { cookie, bearer, body }: EventOptions): HttpEvent {
  const isForm = typeof body === 'string'
  return {
    ...event,
    routeKey: `${method} ${path}`,
    rawPath: path,
    headers: {
      ...event.headers,
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...(body && { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' }),
    },
    ...(cookie && { cookies: [cookie] }),
    requestContext: { ...event.requestContext, http: { ...event.requestContext.http, method, path } },
    ...(body && { body: isForm ? body : JSON.stringify(body) }),
  } as HttpEvent
}

interface Template {
  readonly headers: Readonly<Record<string, string>>
  readonly requestContext: { readonly http: object }
}

function read(name: string): Template {
  return JSON.parse(readFileSync(new URL(`../../tests/fixtures/events/${name}.json`, import.meta.url), 'utf8')).event
}
