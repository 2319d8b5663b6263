import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import type { Context, ExitCode } from '../../cli/command.ts'
import { explainError } from '../../cli/explain-error.ts'
import { previewMails } from '../../cli/mail/preview.ts'
import { sendTestMail } from '../../cli/mail/send-test.ts'
import { startMailbox } from '../../local/mailbox/mailbox.ts'
import { removeFolders, temporaryFolder } from '../local/support.ts'

afterAll(removeFolders)

/** Runs a command in this process; returns its exit code and what it printed. */
async function invoke<Options>(
  command: (context: Context, options: Options) => Promise<ExitCode>,
  options: Options,
  environment: Record<string, string> = {},
) {
  const printed: string[] = []
  const keep = (text: string) => void printed.push(text.trimEnd())
  const terminal = { deliver: async (text: string) => keep(text), complain: keep }
  const code = await command({ environment, terminal } as unknown as Context, options).catch((error: unknown) => {
    const known = explainError(error)
    if (!known) throw error
    keep(known.text)
    return known.exitCode
  })
  return { code, printed: printed.join('\n') }
}

test('mail preview writes every mail as HTML and text with an index, in the language and with the settings given', async () => {
  const out = join(await temporaryFolder(), 'mails')
  const environment = { STAGE: 'prod', ORIGIN: 'https://auth.shop.example', MAIL_PRODUCT_NAME: 'Shop' }
  const { code, printed } = await invoke(previewMails, { out, locale: 'de' }, environment)
  expect([code, printed]).toEqual([0, `Wrote 19 mails: open ${join(out, 'index.html')}.`])
  const files = await readdir(out)
  expect(files).toHaveLength(39)
  expect(files).toEqual(expect.arrayContaining(['password_reset.html', 'factors_changed-passkey_added.txt']))
  const text = await readFile(join(out, 'password_reset.txt'), 'utf8')
  expect(text).toMatch(/^Subject: Setzen Sie ein neues Passwort für Shop\n\nGuten Tag Ada Lovelace,\n/)
  expect(text).toContain('\nhttps://auth.shop.example/#/sample/sample-secret')
  expect((await readFile(join(out, 'index.html'), 'utf8')).match(/<iframe [^>]*sandbox/g)).toHaveLength(19)
})

test('mail preview needs no setting, and says which language or folder it cannot use', async () => {
  const folder = await temporaryFolder({ file: '' })
  const json = await invoke(previewMails, { out: join(folder, 'a'), json: true })
  expect(JSON.parse(json.printed)).toEqual({ mails: 19, index: join(folder, 'a', 'index.html') })
  expect(await readFile(join(folder, 'a', 'verification.html'), 'utf8')).toContain(
    'href="http://localhost:4000/#/sample',
  )
  const wrong = await invoke(previewMails, { out: folder, locale: 'fr' })
  expect(wrong).toEqual({ code: 2, printed: '"fr" is no language of mails. Give one of: en, de.' })
  const blocked = await invoke(previewMails, { out: join(folder, 'file') })
  expect([blocked.code, blocked.printed]).toEqual([1, expect.stringContaining('Give --out another folder.')])
  const setting = await invoke(previewMails, { out: folder }, { MAIL_COLOR: 'red' })
  expect([setting.code, setting.printed]).toEqual([2, expect.stringContaining('`MAIL_COLOR`: expected a colour')])
})

test('mail test sends one sample through the mailer of the environment', async () => {
  const folder = await temporaryFolder()
  const credentials = { accessKeyId: 'local', secretAccessKey: 'hidden' }
  const lines: string[] = []
  const mailbox = await startMailbox({ credentials, folder, log: (line) => lines.push(line) })
  onTestFinished(() => mailbox.close())
  const own = { DYNAMODB_ENDPOINT: 'http://local:hidden@127.0.0.1:1', MAILER: 'ses', MAIL_ENDPOINT: mailbox.endpoint }
  const sent = await invoke(sendTestMail, { to: ' Ada@Example.com' }, own)
  expect(sent).toEqual({ code: 0, printed: 'Sent password_reset to ada@example.com by Amazon SES.' })
  expect(lines).toEqual([
    expect.stringMatching(/^mail to ada@example\.com: \[Test\] Set a new password for localhost {2}http/),
  ])
  const json = await invoke(sendTestMail, { to: 'ada@example.com', kind: 'login_code', json: true }, own)
  expect(JSON.parse(json.printed)).toEqual({ sent: 'ada@example.com', kind: 'login_code', mailer: 'ses' })

  const stranger = await invoke(
    sendTestMail,
    { to: 'ada@example.com' },
    { ...own, DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' },
  )
  expect([stranger.code, stranger.printed]).toEqual([
    1,
    expect.stringMatching(/did not send a mail: status 400\. docs/),
  ])
  expect(lines).toHaveLength(2)
})

test('mail test says what is wrong with the address, the kind and the configuration', async () => {
  const endpoint = { DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }
  const ses = { ...endpoint, MAILER: 'ses', MAIL_ENDPOINT: 'http://127.0.0.1:1' }
  const refused: [object, Record<string, string>, ExitCode, string][] = [
    [{ to: 'ada' }, ses, 2, '--to: expected an email address'],
    [
      { to: 'a@example.com', kind: 'poem' },
      ses,
      2,
      '"poem" is no kind of mail. Give one of: registration, account_exists',
    ],
    [{ to: 'a@example.com', stage: 'prod' }, {}, 2, 'No mailer is configured. Set MAILER and MAIL_FROM'],
    [{ to: 'a@example.com', stage: 'prod' }, { MAILER: 'ses' }, 2, '`MAIL_FROM`: expected an address'],
    [{ to: 'a@example.com' }, ses, 1, 'The call of Amazon SES failed'],
  ]
  for (const [options, environment, code, text] of refused) {
    const found = await invoke(sendTestMail, options as { to: string }, environment)
    expect([found.code, found.printed]).toEqual([code, expect.stringContaining(text)])
  }
})
