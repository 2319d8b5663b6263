import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { SMTPServerOptions } from 'smtp-server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { sampleMessages } from '../../cli/mail/samples.ts'
import { sendTestMail } from '../../cli/mail/send-test.ts'
import { createCertificate } from '../../lab/rehearsal/machine/certificate.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { createMailer } from '../../lib/mail/create-mailer.ts'
import { parseMailConfig } from '../../lib/mail/mail-config.ts'
import { MAIL_LOCALES } from '../../lib/mail/mail-message.ts'
import type { Mail } from '../../lib/mail/mailer.ts'
import { MailRejectedError } from '../../lib/mail/mailer.ts'
import { renderMail } from '../../lib/mail/render.ts'
import type { Email } from '../../lib/user.ts'
import { refusal, startMailServer } from './mail-server.ts'

// The mailer by SMTP against a mail server, and its mails as a parser reads them.

const ORIGIN = 'https://auth.example.com'
const ADA = 'ada@example.com' as Email
const MAIL: Mail = { to: ADA, subject: 'Grüße', text: 'plain', html: '<p>rich</p>' }

async function serverOfTest(options: SMTPServerOptions = {}, host?: string) {
  const server = await startMailServer(options, host)
  onTestFinished(() => server.close())
  return server
}

function mailerOf(url: string, from = 'Müller & Söhne <auth@example.com>') {
  const env = { MAILER: 'smtp', MAIL_FROM: from, SMTP_URL: url, MAIL_PRODUCT_NAME: 'Müller & Söhne' }
  const config = parseMailConfig(env, { origin: ORIGIN, deployed: true })
  if (!config) throw new Error('unreachable')
  const ses = () => Promise.reject(new Error('not by SES'))
  return { ...createMailer(config, { ses }), settings: config.settings }
}

const outcome = (url: string, mail = MAIL, seconds = 10) =>
  mailerOf(url)
    .send(mail, startDeadline(seconds))
    .then(
      () => 'sent' as const,
      (error: unknown) => error,
    )

test('every mail arrives in both languages with its link, both texts and its headers', async () => {
  const { port, mails } = await serverOfTest()
  const mailer = mailerOf(`smtp://localhost:${port}`)
  for (const locale of MAIL_LOCALES)
    for (const message of sampleMessages({ origin: ORIGIN }, ADA, locale)) {
      const mail = renderMail(message, mailer.settings)
      await mailer.send(mail, startDeadline(10))
      const { parsed, raw } = mails.at(-1) ?? expect.fail('no mail')
      const link = message.kind === 'email_changed' ? message.undoLink : message.link
      expect(parsed.subject).toBe(mail.subject)
      expect(parsed.text?.trim().replaceAll('\r\n', '\n')).toBe(mail.text.trim())
      expect(parsed.html).toContain(`href="${link}"`)
      expect(String(parsed.html).trim()).toBe(mail.html.trim())
      expect(parsed.from?.value).toEqual([{ name: 'Müller & Söhne', address: 'auth@example.com' }])
      expect([parsed.to].flat().map((to) => to?.text)).toEqual([ADA])
      expect([parsed.headers.get('auto-submitted'), parsed.attachments]).toEqual(['auto-generated', []])
      expect(raw).toMatch(/^Content-Type: multipart\/alternative/m)
      expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998) // RFC 5322 §2.1.1
    }
  expect(mails).toHaveLength(34)
})

test('a subject with a line break starts no header', async () => {
  const { port, mails } = await serverOfTest()
  expect(await outcome(`smtp://localhost:${port}`, { ...MAIL, subject: 'a\r\nBcc: eve@example.com' })).toBe('sent')
  expect(mails[0]?.parsed.headers.has('bcc')).toBe(false)
})

test('credentials sign in; wrong ones are a failure that does not repeat them', async () => {
  const { port, mails } = await serverOfTest({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, callback) {
      if (username === 'a@b' && password === 'p:/?') callback(null, { user: username })
      else callback(new Error('Wrong credentials'))
    },
  })
  expect(await outcome(`smtp://a%40b:p%3A%2F%3F@localhost:${port}`)).toBe('sent')
  expect(mails.map(({ user }) => user)).toEqual(['a@b'])
  const refused = await outcome(`smtp://a%40b:hidden-word@localhost:${port}`)
  expect(refused).toBeInstanceOf(UnavailableError)
  expect((refused as Error).message).toBe('The SMTP server did not take a mail: EAUTH 535')
  const unsigned = await outcome(`smtp://localhost:${port}`)
  expect(unsigned).toBeInstanceOf(UnavailableError)
})

test('outside this machine, a server without STARTTLS receives nothing', async () => {
  // Every address of 127.0.0.0/8 is this machine, but only 127.0.0.1 counts as local.
  const { port, mails } = await serverOfTest({}, '127.0.0.2')
  expect(await outcome(`smtp://127.0.0.2:${port}`)).toBeInstanceOf(UnavailableError)
  expect(mails).toEqual([])
})

test('a certificate of an unknown authority is refused, and one of a known authority is accepted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-mail-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const { key, cert, authorityFile } = await createCertificate(folder, ['localhost', 'smtp.example.com,IP:127.0.0.2'])
  const implicit = await serverOfTest({ secure: true, key, cert })
  const url = `smtps://localhost:${implicit.port}`
  expect(await outcome(url)).toBeInstanceOf(UnavailableError)
  const explicit = await serverOfTest({ key, cert }, '127.0.0.2')
  const startTlsUrl = `smtp://127.0.0.2:${explicit.port}`
  expect(await outcome(startTlsUrl)).toBeInstanceOf(UnavailableError)
  expect([...implicit.mails, ...explicit.mails]).toEqual([])

  const before = getCACertificates('default')
  onTestFinished(() => setDefaultCACertificates(before))
  setDefaultCACertificates([...before, await readFile(authorityFile, 'utf8')])
  expect([await outcome(url), await outcome(startTlsUrl)]).toEqual(['sent', 'sent'])
  expect([...implicit.mails, ...explicit.mails].map(({ secure }) => secure)).toEqual([true, true])
})

const REFUSALS: [where: string, code: number, options: SMTPServerOptions, expected: object][] = [
  [
    'the receiver',
    550,
    { onRcptTo: (_address, _session, callback) => callback(refusal(550)) },
    { name: 'MailRejectedError', reason: '550', concerns: 'recipient' },
  ],
  [
    'the receiver',
    450,
    { onRcptTo: (_address, _session, callback) => callback(refusal(450)) },
    { code: 'unavailable' },
  ],
  [
    'the sender',
    553,
    { onMailFrom: (_address, _session, callback) => callback(refusal(553)) },
    { name: 'MailRejectedError', reason: '553', concerns: 'mail' },
  ],
  [
    'the sender without credentials',
    530,
    { onMailFrom: (_address, _session, callback) => callback(refusal(530)) },
    { code: 'unavailable' },
  ],
  [
    'the content',
    554,
    {
      onData(stream, _session, callback) {
        stream.resume()
        stream.on('end', () => callback(refusal(554)))
      },
    },
    { name: 'MailRejectedError', reason: '554', concerns: 'mail' },
  ],
  ['the connection', 421, { onConnect: (_session, callback) => callback(refusal(421)) }, { code: 'unavailable' }],
]
test.each(REFUSALS)('a refusal of %s with %i is reported as what it is', async (_where, _code, options, expected) => {
  const { port } = await serverOfTest(options)
  const error = await outcome(`smtp://localhost:${port}`)
  expect(error).toMatchObject(expected)
  expect((error as Error).message).not.toContain('ada@')
  if (!('code' in expected)) expect(error).toBeInstanceOf(MailRejectedError)
})

test('a server that does not answer costs no more than the deadline, and the connection is closed', async () => {
  let open = 0
  const silent = createServer((socket) => {
    open++
    socket.on('error', () => {})
    socket.on('close', () => open--)
  })
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void silent.close())
  const { port } = silent.address() as { port: number }
  const started = performance.now()
  expect(await outcome(`smtp://127.0.0.1:${port}`, MAIL, 0.5)).toBeInstanceOf(UnavailableError)
  expect(performance.now() - started).toBeLessThan(3_000)
  await vi.waitFor(() => expect(open).toBe(0), 2_000)
})

test('the connection is closed after the mail', async () => {
  const { port, openConnections } = await serverOfTest()
  expect(await outcome(`smtp://localhost:${port}`)).toBe('sent')
  await vi.waitFor(() => expect(openConnections()).toBe(0), 2_000)
})

test('coatcheck mail test sends a sample by SMTP', async () => {
  const { port, mails } = await serverOfTest()
  const lines: string[] = []
  const environment = { MAILER: 'smtp', MAIL_FROM: 'auth@example.com', SMTP_URL: `smtp://localhost:${port}` }
  const terminal = { deliver: async (text: string) => void lines.push(text), complain: () => {} }
  const context = { environment: { ...environment, DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }, terminal }
  const options = { to: 'Ada@Example.com', kind: 'invitation', locale: 'de' }
  expect(await sendTestMail(context as never, options)).toBe(0)
  expect(lines).toEqual(['Sent invitation to ada@example.com by SMTP.\n'])
  expect(mails[0]?.parsed.subject).toBe('[Test] Einladung zu localhost')
})
