import type { IncomingMessage } from 'node:http'
import { escapeHtml } from '../../lib/mail/escape-html.ts'
import { isLocalHost } from '../local-host.ts'
import type { Response } from '../response.ts'
import type { KeptMail, KeptMails } from './kept-mails.ts'

/**
 * A mail is shown in a frame without scripts, forms and an origin of its own (HTML, `sandbox`); the frame has the policy
 * of the page, which loads nothing.
 */
const HEADERS: [string, string][] = [
  ['content-type', 'text/html; charset=utf-8'],
  ['cache-control', 'no-store'],
  [
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ],
  ['cross-origin-opener-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
]
const REFRESH_SECONDS = 3

const STYLE = `
:root{color-scheme:light dark;--ink:#111827;--dim:#6b7280;--line:#e5e7eb;--page:#f9fafb;--card:#fff;--link:#1d4ed8}
@media(prefers-color-scheme:dark){:root{--ink:#f3f4f6;--dim:#9ca3af;--line:#374151;--page:#111827;--card:#1f2937;--link:#93c5fd}}
body{margin:0 auto;max-width:60rem;padding:2rem 1.25rem;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.375rem;line-height:1.3;margin:0 0 .25rem;overflow-wrap:anywhere}h2{font-size:1rem;margin:2rem 0 .5rem}
a{color:var(--link)}p{margin:0 0 1rem}.dim{color:var(--dim);font-size:.875rem}
ul{list-style:none;margin:1.5rem 0;padding:0;background:var(--card);border:1px solid var(--line);border-radius:.75rem;overflow:hidden}
li+li{border-top:1px solid var(--line)}
li a{display:grid;grid-template-columns:1fr auto;gap:0 1rem;padding:.75rem 1rem;color:inherit;text-decoration:none;overflow-wrap:anywhere}
li a:hover,li a:focus-visible{background:var(--page)}li .dim:last-child{grid-column:1/-1}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.125rem 1rem;margin:1rem 0 1.5rem;font-size:.875rem}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
iframe{width:100%;height:44rem;border:1px solid var(--line);border-radius:.75rem;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0;padding:1rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem;font:.875rem/1.5 ui-monospace,monospace}
`

/** The page of a request to `/mailbox` or `/mailbox/{id}` of this machine; `undefined` for any other request. */
export function mailboxPage(
  { method = '', url = '', headers }: IncomingMessage,
  mails: KeptMails,
): Response | undefined {
  const [, id] = /^\/mailbox(?:\/([\w-]+))?\/?(?:\?.*)?$/.exec(url) ?? [undefined, null]
  // Not for the host of ORIGIN, behind which other people may be.
  if (id === null || !['GET', 'HEAD'].includes(method) || !isLocalHost(headers.host)) return undefined
  if (id === undefined) return page(200, 'Mailbox', listOf(mails.list()), [['refresh', String(REFRESH_SECONDS)]])
  const mail = mails.get(id)
  if (!mail) return page(404, 'No such mail', '<h1>No such mail</h1><p><a href="/mailbox">All mails</a></p>')
  return page(200, mail.subject, mailOf(mail))
}

function page(status: number, title: string, content: string, headers: [string, string][] = []): Response {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${content}
</body>
</html>
`
  return { status, headers: [...HEADERS, ...headers], body: Buffer.from(html) }
}

function listOf(mails: readonly KeptMail[]): string {
  const items = mails.map(
    ({ id, at, to, subject }) =>
      `<li><a href="/mailbox/${id}"><span>${escapeHtml(subject)}</span><time class="dim" datetime="${at}">${timeOf(at)}</time><span class="dim">${escapeHtml(to)}</span></a></li>`,
  )
  const list =
    items.length > 0 ? `<ul>\n${items.join('\n')}\n</ul>` : '<p>No mail yet. It appears here when one is sent.</p>'
  return `<h1>Mailbox</h1>
<p class="dim">Mails of the stage local are kept here instead of being sent. The list updates by itself.</p>
${list}`
}

function mailOf({ at, from, to, subject, text, html, headers }: KeptMail): string {
  const facts: (readonly [string, string])[] = [
    ['To', to],
    ['From', decodeWords(from)],
    ['Time', timeOf(at)],
    ...headers,
  ]
  // Links of the mail open a tab that is not sandboxed.
  const framed = html.replace('<head>', '<head><base target="_blank">')
  return `<p><a href="/mailbox">All mails</a></p>
<h1>${escapeHtml(subject)}</h1>
<dl>
${facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('\n')}
</dl>
<iframe title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escapeHtml(framed)}"></iframe>
<h2>Plain text</h2>
<pre>${escapeHtml(text)}</pre>`
}

const timeOf = (at: string) => at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')

/** Encoded words in UTF-8 (RFC 2047 §4.1), as mail programs show them. */
const decodeWords = (text: string) =>
  text.replace(/=\?UTF-8\?B\?([\w+/=]+)\?=/g, (_, word: string) => Buffer.from(word, 'base64').toString())
