import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { parseBounce } from '../../lib/mail/bounce.ts'
import { parseMailConfig } from '../../lib/mail/mail-config.ts'
import { type Mail, MailRejectedError } from '../../lib/mail/mailer.ts'
import { formatSender, parseSender } from '../../lib/mail/sender.ts'
import { type SesResponse, sesMailer } from '../../lib/mail/ses-mailer.ts'
import { parseSmtpUrl, smtpUrlFault } from '../../lib/mail/smtp-url.ts'
import type { Email } from '../../lib/user.ts'

const ORIGIN = 'https://auth.example.com'
const MAIL: Mail = {
  to: 'ada@example.com' as Email,
  subject: 'Grüße',
  text: 'plain',
  html: '<p>rich</p>',
  headers: { 'Auto-Submitted': 'auto-generated' },
}

describe('parseMailConfig', () => {
  const parse = (env: Record<string, string>, deployed = true) => parseMailConfig(env, { origin: ORIGIN, deployed })
  const ses = { MAILER: 'ses', MAIL_FROM: 'auth@example.com' }

  test('without MAILER there is no mailer, whatever else is set', () => {
    expect(parse({ MAIL_FROM: 'not an address', MAIL_COLOR: 'red' })).toBeUndefined()
    expect(parse({ MAILER: '' })).toBeUndefined()
  })

  test('has defaults for all but the sender, which only the stage local has', () => {
    expect(parse(ses)).toEqual({
      mailer: 'ses',
      settings: {
        origin: ORIGIN,
        basePath: '',
        from: 'auth@example.com',
        productName: 'auth.example.com',
        color: '#1d4ed8',
        locale: 'en',
      },
      configurationSet: undefined,
      endpoint: undefined,
      smtpUrl: undefined,
    })
    expect(() => parse({ MAILER: 'ses' })).toThrow('`MAIL_FROM`: expected an address such as')
    expect(parse({ MAILER: 'ses' }, false)?.settings.from).toBe('Coatcheck <coatcheck@localhost>')
  })

  test('reads every setting; a stand-in only in the stage local', () => {
    const env = {
      ...ses,
      MAIL_PRODUCT_NAME: 'Smith & Sons',
      MAIL_COLOR: '#FFEE00',
      MAIL_LOCALE: 'de',
      BASE_PATH: '/auth/v1',
      MAIL_CONFIGURATION_SET: 'bounces',
      MAIL_ENDPOINT: 'http://127.0.0.1:1',
    }
    const settings = { productName: 'Smith & Sons', color: '#FFEE00', locale: 'de', basePath: '/auth/v1' }
    expect(parse(env)).toMatchObject({ settings, configurationSet: 'bounces', endpoint: undefined })
    expect(parse(env, false)?.endpoint).toBe('http://127.0.0.1:1')
  })

  test('refuses a base path that is none, or would lead elsewhere', () => {
    const paths = ['auth', '/', '/auth/', '//evil.example', '/a//b', '/../b', '/a/..', '/a b', '/a?b', '/a#b', '/%2f']
    for (const BASE_PATH of [...paths, `/${'a'.repeat(128)}`])
      expect(() => parse({ ...ses, BASE_PATH }), BASE_PATH).toThrow('`BASE_PATH`: expected a path such as /auth')
  })

  test('reports all problems at once, and never the URL of the SMTP server', () => {
    const env = {
      MAILER: 'smtp',
      MAIL_FROM: 'a@b@c',
      MAIL_PRODUCT_NAME: 'a\nBcc: b',
      MAIL_COLOR: 'red"',
      MAIL_LOCALE: 'fr',
      MAIL_CONFIGURATION_SET: 'a b',
      SMTP_URL: 'http://user:hidden@smtp.example.com',
    }
    const problems = (() => {
      try {
        return parse(env)
      } catch (error) {
        return (error as Error).message
      }
    })()
    for (const name of Object.keys(env).filter((each) => each !== 'MAILER')) expect(problems).toContain(`\`${name}\`:`)
    expect(problems).not.toContain('hidden')
    expect(() => parse({ ...ses, MAILER: 'sendmail' })).toThrow('`MAILER`: expected ses or smtp, got "sendmail"')
    expect(() => parse({ ...ses, MAILER: 'smtp' })).toThrow('`SMTP_URL`: expected a URL such as smtps://')
    const smtp = parse({ ...ses, MAILER: 'smtp', SMTP_URL: 'smtp://a:b@smtp.example.com' })
    expect([smtp?.smtpUrl?.reveal(), JSON.stringify(smtp?.smtpUrl)]).toEqual([
      'smtp://a:b@smtp.example.com',
      '"[secret]"',
    ])
  })
})

test('an SMTP URL is split into server, credentials and kind of TLS', () => {
  const auth = { user: 'a@b', pass: 'p:/?#' }
  expect(parseSmtpUrl('smtps://a%40b:p%3A%2F%3F%23@smtp.example.com')).toEqual({
    ...{ host: 'smtp.example.com', port: 465, secure: true, isLocal: false, auth },
  })
  expect(parseSmtpUrl('smtp://[::1]:25')).toEqual({ host: '::1', port: 25, secure: false, isLocal: true })
  expect(parseSmtpUrl('smtp://localhost.example.com').port).toBe(587)
  expect(parseSmtpUrl('smtp://localhost.example.com').isLocal).toBe(false)
  const wrong = ['', 'smtp', 'http://a', 'smtp://', 'smtp://user@a', 'smtp://a/b', 'smtp://a?tls=no', 'smtp://a:%zz@b']
  for (const url of wrong) expect(smtpUrlFault(url), url).toMatch(/^expected a URL such as smtps:/)
  for (const url of ['smtp://a', 'smtps://a:b@c:1/']) expect(smtpUrlFault(url), url).toBeUndefined()
})

test('a sender has an address and perhaps a name, which is encoded where it must be', () => {
  const formats = {
    'auth@example.com': 'auth@example.com',
    'Example <auth@example.com>': 'Example <auth@example.com>',
    'Smith & Sons <auth@example.com>': 'Smith & Sons <auth@example.com>',
    'Example Inc. <auth@example.com>': '"Example Inc." <auth@example.com>',
    'Müller <auth@example.com>': '=?UTF-8?B?TcO8bGxlcg==?= <auth@example.com>',
  }
  for (const [text, formatted] of Object.entries(formats)) {
    const sender = parseSender(text)
    expect(sender && formatSender(sender)).toBe(formatted)
  }
  for (const text of [
    '',
    'Example',
    'a <b>',
    'a\r\nBcc: x <a@b.example>',
    '"a" <a@b.example>',
    'a@b.example, c@d.example',
  ])
    expect(parseSender(text), text).toBeUndefined()
})

describe('the mailer on Amazon SES', () => {
  const send = async (response: SesResponse) => {
    const bodies: unknown[] = []
    const call = async (body: string) => {
      bodies.push(JSON.parse(body))
      return response
    }
    const mailer = sesMailer({ call, from: 'Müller <auth@example.com>', configurationSet: 'bounces' })
    const error = await mailer.send(MAIL, startDeadline()).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    return { bodies, error }
  }

  test('sends one request with simple content, headers and the configuration set', async () => {
    const Charset = 'UTF-8'
    const Simple = {
      Subject: { Data: 'Grüße', Charset },
      Body: { Text: { Data: 'plain', Charset }, Html: { Data: '<p>rich</p>', Charset } },
      Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
    }
    expect(await send({ status: 200, body: '{}', errorType: undefined })).toEqual({
      error: undefined,
      bodies: [
        {
          FromEmailAddress: '=?UTF-8?B?TcO8bGxlcg==?= <auth@example.com>',
          Destination: { ToAddresses: ['ada@example.com'] },
          Content: { Simple },
          ConfigurationSetName: 'bounces',
        },
      ],
    })
  })

  const PERMANENT: [number, string][] = [
    [400, 'MessageRejected'],
    [400, 'MailFromDomainNotVerifiedException'],
    [400, 'BadRequestException'],
    [404, 'NotFoundException'],
    [400, 'MessageRejected:http://internal.amazon.com/coral/'],
  ]
  test.each(PERMANENT)('a response %i %s is permanent and does not repeat its message', async (status, errorType) => {
    const { error } = await send({ status, errorType, body: '{"message":"ada@example.com is not verified"}' })
    expect(error).toBeInstanceOf(MailRejectedError)
    expect(error).toMatchObject({ reason: errorType.split(':')[0], concerns: 'mail' })
    expect((error as Error).message).not.toContain('ada@')
  })

  const TEMPORARY: [number, string | undefined][] = [
    [429, 'TooManyRequestsException'],
    [400, 'LimitExceededException'],
    [400, 'SendingPausedException'],
    [400, 'AccountSuspendedException'],
    [403, 'AccessDeniedException'],
    [403, 'ExpiredTokenException'],
    [500, 'MessageRejected'],
    [503, undefined],
  ]
  test.each(TEMPORARY)('a response %i %s can be repeated', async (status, errorType) => {
    const { error } = await send({ status, errorType, body: '' })
    expect(error).toBeInstanceOf(UnavailableError)
    expect((error as Error).message).toContain(errorType ?? 'status 503')
  })
})

describe('parseBounce', () => {
  const bounced = (bounceType: string, address = 'Ada@example.com') => ({
    bounceType,
    bouncedRecipients: [{ emailAddress: address, status: '5.1.1' }, { emailAddress: 'bob@example.com' }],
  })
  const ada = { email: 'ada@example.com', kind: 'bounce', permanent: true }

  test('reads bounces of identities and of configuration sets', () => {
    for (const type of ['notificationType', 'eventType'])
      expect(parseBounce(JSON.stringify({ [type]: 'Bounce', bounce: bounced('Permanent') }))).toEqual([
        ada,
        { ...ada, email: 'bob@example.com' },
      ])
    const named = { notificationType: 'Bounce', bounce: bounced('Permanent', 'Ada <ada@example.com>') }
    expect(parseBounce(JSON.stringify(named))[0]).toEqual(ada)
  })

  test.each(['Transient', 'Undetermined'])('a bounce of the type %s is not permanent', (type) => {
    const [first] = parseBounce(JSON.stringify({ notificationType: 'Bounce', bounce: bounced(type) }))
    expect(first).toEqual({ ...ada, permanent: false })
  })

  test('reads complaints, except of mails that are no spam', () => {
    const complaint = { complainedRecipients: [{ emailAddress: 'ada@example.com' }] }
    expect(parseBounce(JSON.stringify({ notificationType: 'Complaint', complaint }))).toEqual([
      { email: 'ada@example.com', kind: 'complaint', permanent: true },
    ])
    const notSpam = { ...complaint, complaintFeedbackType: 'not-spam' }
    expect(parseBounce(JSON.stringify({ eventType: 'Complaint', complaint: notSpam }))).toEqual([])
  })

  test.each([
    '',
    'Successfully validated SNS topic for Amazon SES event publishing.',
    'null',
    '[]',
    '{"notificationType":"Delivery","delivery":{"recipients":["ada@example.com"]}}',
    '{"notificationType":"Bounce"}',
    '{"notificationType":"Bounce","bounce":{"bouncedRecipients":{}}}',
    '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[null,{},{"emailAddress":"no address"}]}}',
  ])('finds no address in %j', (message) => {
    expect(parseBounce(message)).toEqual([])
  })
})
