import { assets, docs, openapi, page, type TaggedFile } from 'coatcheck:console'
import { brotliDecompressSync } from 'node:zlib'
import { NotFoundError } from '../lib/errors.ts'
import type { HttpRequest } from '../lib/http/request.ts'
import type { HttpResponse } from '../lib/http/response.ts'
import { escapeHtml } from '../lib/mail/escape-html.ts'
import { json } from './http/answer.ts'
import { openBareApp } from './http/app.ts'
import { splitPath } from './http/base-path.ts'
import { providersOf } from './http/providers.ts'
import { publicRoute } from './http/route.ts'

const app = openBareApp()
const { registration, mailer, loginCode, password, relyingParty } = app.config

/** Allows only the page's own files; no inline scripts or styles, no strings as HTML (CSP 3; Trusted Types). */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** What the page knows of the providers. */
const providers = escapeHtml(JSON.stringify(providersOf(app.config).map(({ id, name, kind }) => ({ id, name, kind }))))

/** The page with the public values of the configuration. */
const body = page
  .replace('data-registration=""', `data-registration="${registration}"`)
  .replace('data-login-code=""', `data-login-code="${loginCode ? 'on' : 'off'}"`)
  .replace('data-providers=""', () => `data-providers="${providers}"`)
  .replace('data-mail=""', `data-mail="${mailer ? 'on' : 'off'}"`)
  .replace('data-password-min-length=""', `data-password-min-length="${password.minLength}"`)

const VARY = 'Accept-Encoding, Origin, Sec-Fetch-Site'

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/** The address of a mailed link's page has a secret in its fragment; nothing must keep or pass on the page. */
const LINK_HEADERS = { ...PAGE_HEADERS, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }

/**
 * GET /, GET /link/{action}, GET /docs, GET /openapi.json and GET /assets/{file}: the console, the description of the API, and
 * their files, whose names have a hash of their content. GET /.well-known/webauthn: the origins whose pages may use the
 * passkeys of this RP ID (WebAuthn §5.11). No reads.
 */
export const handler = publicRoute(app, { query: 'any' }, ({ http, requestContext }) => {
  const { basePath, path } = splitPath(requestContext, http.path)
  if (path === '/.well-known/webauthn') return json(200, { origins: relyingParty.origins })
  if (path === '/docs') return taggedFile(docs, http, PAGE_HEADERS)
  if (path === '/openapi.json') return taggedFile(openapi, http, {}, basePath)
  if (path.startsWith('/link/')) return { ...pageAt(basePath), headers: LINK_HEADERS }
  return path === '/' ? pageAt(basePath) : asset(path, http.header('accept-encoding'))
})

/**
 * A file that callers keep and check by its ETag (RFC 9110 §13.1.2). The tag is weak: it is the same for both codings.
 * @param basePath put into the document, whose server would otherwise be the root of the host
 */
function taggedFile(
  { type, etag, brotli }: TaggedFile,
  { header }: HttpRequest,
  added: Record<string, string> = {},
  basePath = '',
): HttpResponse {
  const headers = { ...added, 'content-type': type, 'cache-control': 'no-cache', etag: `W/"${etag}"`, vary: VARY }
  const known = (header('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (known.includes(`"${etag}"`) || known.includes('*')) return { statusCode: 304, headers }
  if (basePath === '') return compressed({ headers, brotli }, header('accept-encoding'))
  const placed = decompressed(brotli).replace('"servers":[{"url":"/"', `"servers":[{"url":"${basePath}"`)
  return { statusCode: 200, headers, body: placed }
}

/** The page, whose links and requests start with the API's base path. */
function pageAt(basePath: string): HttpResponse {
  const placed = body
    .replace('data-base-path=""', `data-base-path="${basePath}"`)
    .replaceAll('"/assets/', `"${basePath}/assets/`)
  return { statusCode: 200, headers: { ...PAGE_HEADERS }, body: placed }
}

function asset(path: string, accepted = ''): HttpResponse {
  const name = path.slice('/assets/'.length)
  const file = Object.hasOwn(assets, name) ? assets[name] : undefined
  if (!file) throw new NotFoundError('This file does not exist. Reload the page, which names the current files.')
  const headers = {
    'content-type': file.type,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: VARY,
  }
  return compressed({ headers, brotli: file.brotli }, accepted)
}

function compressed(
  { headers, brotli }: { headers: Record<string, string>; brotli: string },
  accepted = '',
): HttpResponse {
  if (acceptsBrotli(accepted))
    return { statusCode: 200, headers: { ...headers, 'content-encoding': 'br' }, body: brotli, isBase64Encoded: true }
  return { statusCode: 200, headers, body: decompressed(brotli) }
}

function decompressed(brotli: string): string {
  return brotliDecompressSync(Buffer.from(brotli, 'base64')).toString()
}

/** Whether `Accept-Encoding` lists `br` with a weight above 0 (RFC 9110 §12.5.3). */
function acceptsBrotli(accepted: string): boolean {
  return accepted.split(',').some((part) => {
    const [coding = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase())
    return coding === 'br' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })
}
