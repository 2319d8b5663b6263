import { catalogues, page } from 'coatcheck:console'
import type { Config } from '../../lib/config.ts'
import { type ConsoleConfig, negotiateLanguage } from '../../lib/console/console-config.ts'
import { returnAddress } from '../../lib/console/return-address.ts'
import type { HttpRequest } from '../../lib/http/request.ts'
import type { HttpResponse } from '../../lib/http/response.ts'
import { escapeHtml } from '../../lib/mail/escape-html.ts'
import { providersOf } from './providers.ts'

/** Allows only the page's own files; no inline scripts or styles, no strings as HTML (CSP 3; Trusted Types). */
function contentSecurityPolicy(imageSource: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self'${imageSource}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

const originOf = (url: string) => (URL.canParse(url) ? ` ${new URL(url).origin}` : '')

/** @param logoUrl a picture that the page may load besides its own files */
export function pageHeaders(logoUrl = ''): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy(originOf(logoUrl)),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  }
}

/**
 * Renders the console's page: the public values of the configuration as attributes of `<html>`, and the language that the
 * browser prefers.
 * @returns a function of the request and of the API's base path, with which links and requests start
 */
export function consolePage(config: Config, own: ConsoleConfig) {
  const { registration, mailer, loginCode, password } = config
  const { terms, privacy, support } = own.links
  const body = withAttributes(page.replaceAll('<title></title>', `<title>${escapeHtml(own.name)}</title>`), {
    registration,
    mail: mailer ? 'on' : 'off',
    'login-code': loginCode ? 'on' : 'off',
    providers: JSON.stringify(providersOf(config).map(({ id, name, kind }) => ({ id, name, kind }))),
    'password-min-length': String(password.minLength),
    name: own.name,
    logo: own.logoUrl,
    color: own.color,
    terms,
    privacy,
    support,
  })
  return ({ query, header }: HttpRequest, basePath: string): HttpResponse => {
    const language = negotiateLanguage(header('accept-language') ?? '', own.languages)
    const returnTo = returnAddress(query.returnTo ?? '', config) ?? ''
    const placed = withAttributes(body, { 'base-path': basePath, 'return-to': returnTo })
      .replace('<html lang="en"', `<html lang="${language}"`)
      .replace('rel="modulepreload" href=""', `rel="modulepreload" href="/assets/${catalogues[language]}"`)
      .replaceAll('"/assets/', `"${basePath}/assets/`)
    return { statusCode: 200, headers: { ...pageHeaders(own.logoUrl), vary: 'Accept-Language' }, body: placed }
  }
}

function withAttributes(html: string, values: Readonly<Record<string, string>>): string {
  let placed = html
  for (const [name, value] of Object.entries(values))
    placed = placed.replace(`data-${name}=""`, () => `data-${name}="${escapeHtml(value)}"`)
  return placed
}
