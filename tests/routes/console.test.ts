import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import plugins, { buildConsole } from '../../build/console-plugin.ts'
import type * as ConsoleFunction from '../../functions/console.ts'
import { eventOf } from '../support/event-sources.ts'
import { startTestService, type TestService } from '../support/service.ts'

// Tests of the console without a browser; tests/browser/ has the others.

let service: TestService
beforeAll(async () => {
  service = await startTestService({
    REGISTRATION: 'closed',
    PASSWORD_MIN_LENGTH: '12',
    TRUSTED_ORIGINS: 'https://notes.example.com',
  })
})
afterAll(() => service.close())

const pageAssets = async () => [...(await page()).matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = '']) => path)
const page = async () => (await service.request('GET', '/')).text
/** The bytes as sent; `fetch` would decompress them. */
async function bytes(path: string, headers: Record<string, string>) {
  const response = await fetch(service.url + path, { headers: { 'accept-encoding': 'identity', ...headers } })
  return { headers: response.headers, status: response.status, body: Buffer.from(await response.arrayBuffer()) }
}

describe('the console’s page', () => {
  test('is not cached and may run only its own files', async () => {
    const { status, headers, setCookie } = await service.request('GET', '/')
    expect([status, setCookie]).toEqual([200, []])
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    )
    const text = await page()
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=|https?:\/\//)
  })

  test('has the public configuration values and makes no datastore calls', async () => {
    service.proxy.calls.length = 0
    expect(await page()).toMatch(
      /<html lang="en" data-registration="closed" data-mail="off" data-login-code="off" data-providers="\[\]" data-password-min-length="12" data-base-path="" data-name="Coatcheck" data-logo="" data-color="" data-terms="" data-privacy="" data-support="" data-return-to="">/,
    )
    for (const path of await pageAssets()) expect((await service.request('GET', path)).status).toBe(200)
    expect(service.proxy.calls).toEqual([])
  })

  test('is in the language that the browser prefers, and loads its catalogue at once', async () => {
    for (const [accepted, language] of [
      ['de-AT, en;q=0.7', 'de'],
      ['fr, en-GB;q=0.5, de;q=0.4', 'en'],
      ['fr', 'en'],
    ]) {
      const { text, headers } = await service.request('GET', '/', { headers: { 'accept-language': accepted ?? '' } })
      expect(text).toContain(`<html lang="${language}"`)
      expect(text).toMatch(new RegExp(`<link rel="modulepreload" href="/assets/${language}-[A-Z0-9]{8}\\.js">`))
      expect(headers.vary).toContain('Accept-Language')
    }
  })

  test('takes a return address of its own or a trusted origin only', async () => {
    const place = async (returnTo: string) =>
      /data-return-to="([^"]*)"/.exec(
        (await service.request('GET', `/?returnTo=${encodeURIComponent(returnTo)}`)).text,
      )?.[1]
    expect(await place('/notes?open=1&x="')).toBe(`${service.url}/notes?open=1&amp;x=%22`)
    expect(await place('https://notes.example.com/a#b')).toBe('https://notes.example.com/a#b')
    for (const strange of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)'])
      expect(await place(strange), strange).toBe('')
  })

  test('a password manager finds the form that changes the password', async () => {
    const { status, headers } = await service.request('GET', '/.well-known/change-password')
    expect([status, headers.location]).toEqual([303, '/#/account/password'])
  })

  test('accepts any query but no other method', async () => {
    expect((await service.request('GET', '/?utm_source=mail')).status).toBe(200)
    const { status, headers } = await service.request('POST', '/')
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD'])
  })
})

test('below a base path, links and requests of the page start with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-console-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const outfile = join(folder, 'console.cjs')
  await build({
    entryPoints: ['functions/console.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    plugins,
  })
  const { handler } = createRequire(import.meta.url)(outfile) as typeof ConsoleFunction
  const load = async (rawPath: string, context: object) => {
    const event = { ...eventOf('http-api-2.0', {}), rawPath }
    return handler({ ...event, requestContext: { ...event.requestContext, ...context } }, {} as never)
  }
  const stage = { stage: 'prod', domainName: 'abc123.execute-api.eu-central-1.amazonaws.com' }
  const mapping = { stage: '$default', domainName: 'api.example.com' }
  for (const [context, path, base] of [
    [stage, '/prod/', '/prod'],
    [mapping, '/v1', '/v1'],
  ] as const) {
    const { body = '' } = await load(path, { ...context, routeKey: 'GET /' })
    expect(body).toContain(`data-base-path="${base}"`)
    const links = [...body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = '']) => link)
    expect(links.length).toBeGreaterThanOrEqual(5) // with the catalogue and what the script imports
    for (const link of links) {
      expect(link).toMatch(new RegExp(`^${base}/assets/`))
      expect(await load(link, { ...context, routeKey: 'GET /assets/{file}' })).toMatchObject({ statusCode: 200 })
    }
  }
  const opened = await load('/auth/v1/link/reset-password', { ...mapping, routeKey: 'GET /link/{action}' })
  expect([opened.statusCode, opened.body]).toEqual([200, expect.stringContaining('src="/auth/v1/assets/')])
  const described = await load('/prod/openapi.json', { ...stage, routeKey: 'GET /openapi.json' })
  expect(JSON.parse(described.body ?? '').servers[0].url).toBe('/prod')
  expect(await load('//evil.example/', { ...mapping, routeKey: 'GET /' })).toMatchObject({ statusCode: 404 })
})

describe.each([
  ['/docs', 'text/html; charset=utf-8'],
  ['/openapi.json', 'application/json'],
])('%s', (path, type) => {
  test('is sent with an ETag, compressed if accepted, and not sent again to a caller that has it', async () => {
    const plain = await bytes(path, {})
    expect([plain.status, plain.headers.get('content-type')]).toEqual([200, type])
    expect(plain.headers.get('cache-control')).toBe('no-cache')
    expect(plain.headers.get('vary')).toBe('Accept-Encoding, Origin, Sec-Fetch-Site')
    const etag = plain.headers.get('etag') ?? ''
    expect(etag).toMatch(/^W\/"[\w-]{16}"$/)
    expect((await bytes(path, { 'accept-encoding': 'br' })).headers.get('content-encoding')).toBe('br')
    for (const known of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      const again = await service.request('GET', path, { headers: { 'if-none-match': known } })
      expect([known, again.status, again.text, again.headers.etag]).toEqual([known, 304, '', etag])
    }
    expect((await service.request('GET', path, { headers: { 'if-none-match': 'W/"other"' } })).status).toBe(200)
  })
})

test('/openapi.json is the committed document', async () => {
  const { json } = await service.request('GET', '/openapi.json')
  expect(json).toEqual(JSON.parse(await readFile('openapi.json', 'utf8')))
})

test('/docs runs only its own files and can be read without them', async () => {
  const { headers, text } = await service.request('GET', '/docs')
  expect(headers['content-security-policy']).toContain("script-src 'self'; style-src 'self'")
  expect(text).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=|(?:href|src)="https?:/)
  const links = [...text.matchAll(/(?:href|src)="(assets\/[^"]+)"/g)].map(([, link = '']) => link)
  expect(links).toHaveLength(3)
  for (const link of links) expect((await service.request('GET', `/${link}`)).status).toBe(200)
  const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
  for (const [, target] of text.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target)
})

describe('the console’s files', () => {
  test('have content hashes in their names and are cached for a year', async () => {
    const paths = await pageAssets()
    const names = paths.map((path) => path.replace(/-[A-Z0-9]{8}\./, '-….'))
    expect([...new Set(names)].sort()).toEqual([
      '/assets/chunk-….js',
      '/assets/console-….css',
      '/assets/en-….js',
      '/assets/icon-….svg',
      '/assets/main-….js',
    ])
    for (const path of paths) {
      const { headers } = await bytes(path, {})
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(headers.get('vary')).toBe('Accept-Encoding, Origin, Sec-Fetch-Site')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('set-cookie')).toBeNull()
    }
  })

  test('are sent with Brotli if accepted, and have at most 60 KB together', async () => {
    const { assets } = (await buildConsole()).files
    let total = Buffer.byteLength(await page())
    for (const path of await pageAssets()) {
      const plain = await bytes(path, {})
      expect(plain.headers.get('content-encoding')).toBeNull()
      for (const accepted of ['br;q=0', 'gzip, br; q=0.0', 'gzip', 'brotli', 'x-br', 'br-foo', 'br;level=1;q=0'])
        expect((await bytes(path, { 'accept-encoding': accepted })).headers.get('content-encoding')).toBeNull()
      const sent = Buffer.from(assets[path.replace('/assets/', '')]?.brotli ?? '', 'base64')
      expect(brotliDecompressSync(sent).equals(plain.body)).toBe(true)
      for (const accepted of ['gzip, deflate, br, zstd', 'br', 'br;q=0.5', 'gzip;q=1, BR'])
        expect((await bytes(path, { 'accept-encoding': accepted })).headers.get('content-encoding')).toBe('br')
      total += sent.length
    }
    expect(total).toBeLessThanOrEqual(60_000)
  })

  test('have at most 60 KB more for administrators, in each language', async () => {
    const { assets } = (await buildConsole()).files
    const size = (name: string) =>
      Object.entries(assets)
        .filter(([file]) => file.replace(/-[A-Z0-9]{8}\..*/, '') === name)
        .reduce((sum, [, file]) => sum + Buffer.from(file.brotli, 'base64').length, 0)
    for (const language of ['en', 'de']) {
      expect(size(`${language}-desk`)).toBeGreaterThan(1000)
      expect(size('desk') + size(`${language}-desk`)).toBeLessThanOrEqual(60_000)
    }
  })

  test.each(['main.js', 'constructor', '__proto__', 'main-00000000.js', '..', '%2e%2e%2fpackage.json'])(
    '%s gets 404',
    async (name) => {
      const { status, json } = await service.request('GET', `/assets/${name}`)
      expect([status, json.code]).toEqual([404, 'not_found'])
    },
  )
})
