import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseConfig } from '../../lib/config.ts'
import { escapeHtml } from '../../lib/mail/escape-html.ts'
import type { MailMessage } from '../../lib/mail/mail-message.ts'
import type { Mail } from '../../lib/mail/mailer.ts'
import { renderMail } from '../../lib/mail/render.ts'
import { replaceFile } from '../../lib/replace-file.ts'
import type { Email } from '../../lib/user.ts'
import { type Context, type ExitCode, Failure } from '../command.ts'
import { conclude } from '../terminal.ts'
import { sampleMessages } from './samples.ts'
import { parseLocale, readMailConfig } from './settings.ts'

interface Options {
  readonly out?: string
  readonly locale?: string
  readonly json?: boolean
}

interface Preview {
  readonly name: string
  readonly mail: Mail
}

const TO = 'ada@example.com' as Email
const DEFAULT_FOLDER = 'mail-preview'

/** `mail preview`: writes every mail as HTML and as text, and an index. Reads no table and sends nothing. */
export async function previewMails({ environment, terminal }: Context, options: Options): Promise<ExitCode> {
  const locale = parseLocale(options.locale)
  const config = parseConfig(environment, { origin: false })
  const chosen = { ...environment, MAILER: 'ses', MAIL_FROM: environment.MAIL_FROM || 'Example <auth@example.com>' }
  const settings = readMailConfig(chosen, config)?.settings
  if (!settings) return 1
  const previews = sampleMessages(settings, TO, locale).map((message) => ({
    name: nameOf(message),
    mail: renderMail(message, settings),
  }))
  const folder = resolve(options.out ?? DEFAULT_FOLDER)
  try {
    await mkdir(folder, { recursive: true })
    for (const { name, mail } of previews) {
      await replaceFile(join(folder, `${name}.html`), mail.html)
      await replaceFile(join(folder, `${name}.txt`), `Subject: ${mail.subject}\n\n${mail.text}`)
    }
    await replaceFile(join(folder, 'index.html'), indexOf(previews))
  } catch (error) {
    const { message } = error as Error
    throw new Failure('file_not_writable', `Cannot write to ${folder}: ${message}.`, 'Give --out another folder.')
  }
  const index = join(folder, 'index.html')
  await conclude(
    terminal,
    options.json ? JSON.stringify({ mails: previews.length, index }) : `Wrote ${previews.length} mails: open ${index}.`,
  )
  return 0
}

const nameOf = (message: MailMessage) =>
  message.kind === 'factors_changed' ? `${message.kind}-${message.change}` : message.kind

function indexOf(previews: readonly Preview[]): string {
  const items = previews.map(
    ({ name, mail }) =>
      `<section><h2>${escapeHtml(name)}</h2><p>${escapeHtml(mail.subject)} · <a href="${name}.html">HTML</a> · <a href="${name}.txt">text</a></p><iframe title="${name}" sandbox src="${name}.html"></iframe></section>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mails</title>
<style>
:root{color-scheme:light dark}body{margin:2rem auto;padding:0 1rem;max-width:90rem;font:1rem/1.5 system-ui,sans-serif}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(22rem,1fr));gap:2rem 1.5rem}
h2{font-size:1rem;margin:0}p{margin:0 0 .5rem;font-size:.875rem}iframe{width:100%;height:36rem;border:1px solid #9ca3af;border-radius:.5rem}
</style>
<h1>Mails</h1>
<main>
${items.join('\n')}
</main>
</html>
`
}
