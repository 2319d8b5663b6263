import { readdir, readFile } from 'node:fs/promises'
import { createClient } from 'coatcheck/client'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { FIELD_SCHEMAS, FIELDS } from '../../openapi/fields.ts'
import type { Answer } from '../support/http.ts'
import { DOCUMENT, requestFaults, responseFaults, schemaFaults } from '../support/openapi.ts'

// openapi.json beside the fields and the client that it describes. tests/types/openapi.ts compares its response types with
// the client's; tests/support/service.ts compares every request with it.

const routes = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
)
const examples = JSON.parse(await readFile('openapi/examples.json', 'utf8'))

describe('the description of a body field agrees with its function’s check', () => {
  const SAMPLES: Record<keyof typeof FIELDS, { accepted: unknown[]; refused: unknown[] }> = {
    Email: { accepted: ['ada@example.com', ' Ada@Example.com '], refused: [7, null] },
    Password: { accepted: ['a', 'a'.repeat(1024)], refused: ['', 'a'.repeat(1025), 7] },
    Name: { accepted: ['', 'a'.repeat(100), '😀'.repeat(100)], refused: ['a'.repeat(101), 7] },
    Label: { accepted: ['', 'a'.repeat(64)], refused: ['a'.repeat(65), null] },
    Scopes: {
      accepted: [[], Array(16).fill('notes:read')],
      refused: [Array(17).fill('a'), ['a b'], ['"'], [''], 'a', [7]],
    },
    GrantedScopes: { accepted: [[], ['notes:read', 'account']], refused: [Array(17).fill('a'), ['a'.repeat(65)]] },
  }
  test.each(Object.entries(SAMPLES))('%s', (name, { accepted, refused }) => {
    const field = FIELDS[name as keyof typeof FIELDS] as v.GenericSchema
    const schema = FIELD_SCHEMAS[name as keyof typeof FIELD_SCHEMAS]
    for (const value of accepted) expect([v.is(field, value), schemaFaults(schema, value)]).toEqual([true, []])
    for (const value of refused) {
      expect(v.is(field, value), JSON.stringify(value)).toBe(false)
      expect(schemaFaults(schema, value), JSON.stringify(value)).not.toEqual([])
    }
  })
})

describe('the typed client', () => {
  const called = routes.filter((route) => route in examples.routes)

  test.each(called)('sends %s as the document describes it, and gets what it describes', async (route) => {
    const { request: body, response } = examples.routes[route]
    const params = Object.fromEntries([...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, 'x'.repeat(21)]))
    let sent: { url: string; init: RequestInit } | undefined
    const send: typeof fetch = async (url, init = {}) => {
      sent = { url: String(url), init }
      return response === undefined ? new Response(null, { status: 204 }) : Response.json(response)
    }
    const client = createClient({ baseUrl: 'https://auth.example.com', fetch: send })
    expect(await client(route as 'POST /auth/logout', { params, body } as object)).toEqual(response)
    const { pathname } = new URL(sent?.url ?? '')
    const [method = '', path = ''] = route.split(' ')
    expect([sent?.init.method, pathname]).toEqual([method, path.replace(/\{\w+\}/g, 'x'.repeat(21))])
    expect(requestFaults(method, pathname, { body })).toEqual([])
    const operation = DOCUMENT.paths[path]?.[method.toLowerCase()]
    const content = operation?.requestBody?.content ?? {}
    const mediaType = new Headers(sent?.init.headers).get('content-type')
    expect(mediaType === null ? [] : [mediaType]).toEqual(Object.keys(content))
    const statuses = Object.keys(operation?.responses ?? {}).map(Number)
    const status = response === undefined && statuses.includes(204) ? 204 : (statuses[0] ?? 0)
    expect(responseFaults(method, path, answered(response, status))).toEqual([])
  })

  test('is called by the console for described routes only', async () => {
    const names = (await readdir('console', { recursive: true })).filter((name) => /\.tsx?$/.test(name))
    const texts = await Promise.all(names.map((name) => readFile(`console/${name}`, 'utf8')))
    const used = texts.flatMap((text) => [...text.matchAll(/'((?:GET|POST|PUT|PATCH|DELETE) \/[^']*)'/g)])
    expect(used.length).toBeGreaterThan(10)
    for (const [, route] of used) expect(routes).toContain(route)
  })
})

/** A success with this body and the headers of every response. */
function answered(json: unknown, status = 200): Answer {
  const common = { 'cache-control': 'no-store', 'content-security-policy': 'x', vary: 'Origin' }
  return {
    status,
    headers: { ...common, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
    setCookie: [],
    text: json === undefined ? '' : JSON.stringify(json),
    json,
  }
}

describe('a difference from the document is found', () => {
  const health = answered({ status: 'ok' })
  test.each([
    ['an unknown status', { ...health, status: 418 }],
    ['an unknown field', { ...health, json: { status: 'ok', extra: 1 } }],
    ['a missing field', { ...health, json: {} }],
    ['another media type', { ...health, headers: { ...health.headers, 'content-type': 'text/plain' } }],
    ['an unknown header', { ...health, headers: { ...health.headers, 'x-powered-by': 'x' } }],
    ['a missing header', { ...health, headers: { 'content-type': 'application/json', vary: 'Origin' } }],
  ])('in a response: %s', (_, answer) => {
    expect(responseFaults('GET', '/health', health)).toEqual([])
    expect(responseFaults('GET', '/health', answer)).not.toEqual([])
  })

  test('in a request: an unknown query parameter or body field', () => {
    expect(requestFaults('GET', '/admin/users?email=a', {})).toEqual([])
    expect(requestFaults('GET', '/admin/users?name=a', {})).not.toEqual([])
    expect(requestFaults('POST', '/auth/session/reauthenticate', { body: { password: 'a', other: 1 } })).not.toEqual([])
  })
})
