import { assets, page } from 'coatcheck:console'
import { brotliDecompressSync } from 'node:zlib'
import { NotFoundError } from '../lib/errors.ts'
import type { HttpResponse } from '../lib/http/response.ts'
import { openBareApp } from './http/app.ts'
import { splitPath } from './http/base-path.ts'
import { publicRoute } from './http/route.ts'

const app = openBareApp()
const { registration, password } = app.config

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

/** The page with two public values of the configuration. */
const body = page
  .replace('data-registration=""', `data-registration="${registration}"`)
  .replace('data-password-min-length=""', `data-password-min-length="${password.minLength}"`)

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/** GET / and GET /assets/{file}: the console and its files, whose names have a hash of their content. No reads. */
export const handler = publicRoute(app, { query: 'any' }, ({ http, requestContext }) => {
  const { basePath, path } = splitPath(requestContext, http.path)
  return path === '/' ? pageAt(basePath) : asset(path, http.header('accept-encoding'))
})

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
    vary: 'Accept-Encoding, Origin, Sec-Fetch-Site',
  }
  if (acceptsBrotli(accepted))
    return {
      statusCode: 200,
      headers: { ...headers, 'content-encoding': 'br' },
      body: file.brotli,
      isBase64Encoded: true,
    }
  const plain = brotliDecompressSync(Buffer.from(file.brotli, 'base64'))
  return { statusCode: 200, headers, body: plain.toString() }
}

/** Whether `Accept-Encoding` lists `br` with a weight above 0 (RFC 9110 §12.5.3). */
function acceptsBrotli(accepted: string): boolean {
  return accepted.split(',').some((part) => {
    const [coding = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase())
    return coding === 'br' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })
}
