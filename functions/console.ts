import { assets, docs, openapi, type TaggedFile } from 'coatcheck:console'
import { brotliDecompressSync } from 'node:zlib'
import { NotFoundError } from '../lib/errors.ts'
import type { HttpRequest } from '../lib/http/request.ts'
import type { HttpResponse } from '../lib/http/response.ts'
import { json } from './http/answer.ts'
import { openBareApp, openConsoleConfig } from './http/app.ts'
import { splitPath } from './http/base-path.ts'
import { consolePage, pageHeaders } from './http/console-page.ts'
import { seeOther } from './http/redirect.ts'
import { publicRoute } from './http/route.ts'

const app = openBareApp()
const { relyingParty } = app.config
const pageAt = consolePage(app.config, openConsoleConfig(app.config))

const VARY = 'Accept-Encoding, Origin, Sec-Fetch-Site'
const PAGE_HEADERS = pageHeaders()

/** The address of a mailed link's page has a secret in its fragment; nothing must keep or pass on the page. */
const LINK_HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }

/**
 * GET /, GET /link/{action}, GET /docs, GET /openapi.json and GET /assets/{file}: the console, the description of the API, and
 * their files, whose names have a hash of their content. GET /.well-known/webauthn: the origins whose pages may use the
 * passkeys of this RP ID (WebAuthn §5.11). GET /.well-known/change-password: 303 to the form (W3C, A Well-Known URL for
 * Changing Passwords). No reads.
 */
export const handler = publicRoute(app, { query: 'any' }, ({ http, requestContext }) => {
  const { basePath, path } = splitPath(requestContext, http.path)
  if (path === '/.well-known/webauthn') return json(200, { origins: relyingParty.origins })
  if (path === '/docs') return taggedFile(docs, http, PAGE_HEADERS)
  if (path === '/openapi.json') return taggedFile(openapi, http, {}, basePath)
  if (path === '/.well-known/change-password') return seeOther(`${basePath}/#/account/password`)
  if (path.startsWith('/link/')) return linkPage(pageAt(http, basePath))
  return path === '/' ? pageAt(http, basePath) : asset(path, http.header('accept-encoding'))
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

const linkPage = (page: HttpResponse) => ({ ...page, headers: { ...page.headers, ...LINK_HEADERS } })

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
