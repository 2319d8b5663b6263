import { escapeHtml } from '../escape-html.ts'

/** The parts of a mail's HTML; every text is plain and is escaped here. */
export interface HtmlParts {
  readonly locale: string
  readonly subject: string
  readonly productName: string
  readonly color: string
  readonly origin: string
  readonly paragraphs: readonly string[]
  /** A code to type, shown in large type. */
  readonly code?: string | undefined
  readonly action: string
  readonly link: string
  readonly copyLink: string
  readonly notes: readonly string[]
  readonly footer: string
  readonly unsubscribe?: { readonly label: string; readonly link: string } | undefined
}

const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const P = 'margin:0 0 16px;font-size:16px;line-height:24px'
const SMALL = 'margin:0 0 12px;font-size:14px;line-height:20px;color:#4b5563'
const CODE =
  'margin:8px 0 24px;padding:16px;border-radius:8px;background:#f3f4f6;color:#111827;font:600 28px/36px ui-monospace,Consolas,monospace;letter-spacing:4px;text-align:center'

/** Mail programs that know no media queries show the inline styles, which are those of the light scheme. */
const DARK = `@media (prefers-color-scheme:dark){.page,.outer{background:#111827!important}.card{background:#1f2937!important;border-color:#374151!important}.ink{color:#f3f4f6!important}.dim,.dim a{color:#d1d5db!important}.code{background:#374151!important;color:#f9fafb!important}}`

/**
 * Lays a mail out: one column of at most 600 px, a heading, a button and the bare link. No image, script or font, so that
 * opening it tells no server. Tables have the role `presentation`, for screen readers.
 */
export function layOut(parts: HtmlParts): string {
  const { locale, subject, productName, color, origin, paragraphs, code, action, link, copyLink, footer } = parts
  const paragraph = (text: string) => `<p class="ink" style="${P}">${escapeHtml(text)}</p>`
  const note = (text: string) => `<p class="dim" style="${SMALL}">${escapeHtml(text)}</p>`
  const small = (label: string, to: string) =>
    `<p class="dim" style="${SMALL}">${escapeHtml(label)}<br><a href="${escapeHtml(to)}" style="color:#374151;word-break:break-all">${escapeHtml(to)}</a></p>`
  const button = `<p style="margin:8px 0 24px"><a href="${escapeHtml(link)}" style="display:inline-block;padding:12px 24px;border-radius:8px;background:${escapeHtml(color)};color:${inkOn(color)};font-size:16px;line-height:24px;font-weight:600;text-decoration:none">${escapeHtml(action)}</a></p>`
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(subject)}</title>
<style>${DARK}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f3f4f6;${FONT}">
<table class="outer" role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f3f4f6"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:600px;${FONT};text-align:left">
<tr><td class="ink" style="padding:0 8px 12px;font-size:16px;font-weight:600;color:#111827">${escapeHtml(productName)}</td></tr>
<tr><td class="card ink" style="padding:32px 32px 20px;border:1px solid #e5e7eb;border-radius:12px;background:#ffffff;color:#111827">
<h1 class="ink" style="margin:0 0 20px;font-size:22px;line-height:30px">${escapeHtml(subject)}</h1>
${paragraphs.map(paragraph).join('\n')}
${code === undefined ? '' : `<p class="code" style="${CODE}">${escapeHtml(code)}</p>\n`}${button}
${parts.notes.map(note).join('\n')}
${small(copyLink, link)}
</td></tr>
<tr><td style="padding:16px 8px">
${note(footer)}
${parts.unsubscribe ? `${small(parts.unsubscribe.label, parts.unsubscribe.link)}\n` : ''}${small('', origin).replace('<br>', '')}
</td></tr>
</table>
</td></tr></table>
</body>
</html>
`
}

/** Black or white, whichever has more contrast on the colour (WCAG 2.2, relative luminance). */
function inkOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(color.slice(start, start + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000000' : '#ffffff'
}
