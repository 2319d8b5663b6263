import { describe, expect, test } from 'vitest'
import { sampleMessages } from '../../cli/mail/samples.ts'
import { isMailLink, mailLink } from '../../lib/mail/mail-link.ts'
import { MAIL_LOCALES, type MailKind, type MailMessage, type MailSettings } from '../../lib/mail/mail-message.ts'
import { renderMail } from '../../lib/mail/render.ts'
import type { Email } from '../../lib/user.ts'

const ORIGIN = 'https://auth.example.com'
const BASE = { origin: ORIGIN }
const TO = 'ada@example.com' as Email
const SETTINGS: MailSettings = {
  origin: ORIGIN,
  from: 'Example <auth@example.com>',
  productName: 'Smith & <Sons>',
  color: '#1d4ed8',
  locale: 'en',
}

const linkOf = (message: MailMessage) => (message.kind === 'email_changed' ? message.undoLink : message.link)
const cases = MAIL_LOCALES.flatMap((locale) =>
  sampleMessages(BASE, TO, locale).map((message) => {
    const change = message.kind === 'factors_changed' ? ` ${message.change}` : ''
    return { title: `${locale} ${message.kind}${change}`, locale, message }
  }),
)
const reset = (name: string) =>
  renderMail({ kind: 'password_reset', to: TO, name, link: mailLink(BASE, '/#/reset/', 'abc') }, SETTINGS)

describe.each(cases)('the mail $title', ({ locale, message }) => {
  const mail = renderMail(message, SETTINGS)
  const link = linkOf(message)

  test('has its link as text, button and bare address, and no other link than the origin', () => {
    expect(mail.text).toContain(`:\n${link}\n`)
    expect(mail.html.split(`href="${link}"`)).toHaveLength(3)
    expect(mail.html).toContain(`>${link}</a>`)
    const links = [...`${mail.text} ${mail.html}`.matchAll(/\b[a-z]+:\/\/[^\s"<>]+/g)].map(([found]) => found)
    expect(links.filter((found) => found !== link && found !== ORIGIN)).toEqual([])
    const secret = link.split(/[#/]/).at(-1) ?? ''
    expect(mail.subject).not.toContain(secret || 'nothing')
    expect(JSON.stringify(mail.headers)).not.toContain(secret || 'nothing')
  })

  test('escapes the product’s name, states its language, and is marked as automatic', () => {
    expect(mail.text).toContain('Smith & <Sons>')
    expect(mail.html).toContain('Smith &amp; &lt;Sons&gt;')
    expect(mail.html).not.toContain('<Sons>')
    expect(mail.html).toContain(`<html lang="${locale}">`)
    expect(mail.html).toContain('<meta name="referrer" content="no-referrer">')
    expect(mail.html).not.toMatch(/<(script|img|link|form)\b|url\(/)
    expect(mail.headers).toEqual({ 'Auto-Submitted': 'auto-generated' })
    expect([mail.to, /[\r\n]/.test(mail.subject)]).toEqual([TO, false])
  })
})

test('a mail states how long its secret is good, and what to do if it was not the receiver', () => {
  const lifetimes: Partial<Record<MailKind, [string, string]>> = {
    registration: ['24 hours', '24 Stunden'],
    verification: ['24 hours', '24 Stunden'],
    email_change: ['24 hours', '24 Stunden'],
    email_changed: ['72 hours', '72 Stunden'],
    password_reset: ['1 hour', '1 Stunde'],
    login_code: ['10 minutes', '10 Minuten'],
    invitation: ['7 days', '7 Tage'],
  }
  for (const { locale, message } of cases) {
    const { text } = renderMail(message, SETTINGS)
    const [english, german] = lifetimes[message.kind] ?? []
    const expected = locale === 'en' ? english : german
    expect(text, message.kind).toContain(expected ?? '')
    if (!expected) expect(text, message.kind).not.toMatch(/is good for|gilt \d/)
    expect(text, message.kind).toMatch(
      locale === 'en' ? /\nIf (it was not you|you did not)/ : /\nWenn Sie (es|das|diese)/,
    )
  }
})

test('each kind and each change has a subject of its own in both languages', () => {
  const subjects = cases.map(({ message }) => renderMail(message, SETTINGS).subject)
  expect(new Set(subjects).size).toBe(cases.length)
})

test('the code stands in the text and in the HTML', () => {
  const link = mailLink(BASE, '/#/code/', '123456')
  const mail = renderMail({ kind: 'login_code', to: TO, code: '123456', link }, SETTINGS)
  expect(mail.text).toContain('\n    123456\n')
  expect(mail.html).toMatch(/class="code"[^>]*>123456</)
})

test('a name is greeted and escaped, and left out if a mail program could show it as a link', () => {
  expect(reset('O’Neill <b>"Al" & Co<b>').html).toContain('O’Neill &lt;b&gt;&quot;Al&quot; &amp; Co&lt;b&gt;')
  expect(reset('Dr. Ada Lovelace').text).toMatch(/^Hello Dr\. Ada Lovelace,\n/)
  const misleading = ['win.example', 'http://win', 'x@win.example', 'a'.repeat(65), 'see //win', ' ']
  for (const name of misleading) expect(reset(name).text, name).toMatch(/^Hello,\n/)
  expect(reset('A\r\nB\u202e').text).toMatch(/^Hello AB,\n/)
})

test('a sign-in notice has List-Unsubscribe only with a link that turns it off', () => {
  const link = mailLink(BASE, '/#/security')
  const notice = { kind: 'new_sign_in', to: TO, device: '<i>\nx', ip: '::1', at: 1_796_040_000, link } as const
  expect(renderMail(notice, SETTINGS).html).toContain('&lt;i&gt;x, IP address ::1, November 30, 2026 at 12:00')
  expect(renderMail(notice, SETTINGS).headers).not.toHaveProperty('List-Unsubscribe')
  const unsubscribeLink = mailLink(BASE, '/#/notices/', 'abc')
  const mail = renderMail({ ...notice, unsubscribeLink }, SETTINGS)
  expect(mail.headers).toMatchObject({ 'List-Unsubscribe': `<${unsubscribeLink}>` })
  expect(mail.text).toContain(`Turn these notices off: ${unsubscribeLink}`)
})

test.each(MAIL_LOCALES)('below a base path, every link of the mails in %s starts with it', (locale) => {
  const base = { origin: ORIGIN, basePath: '/auth/v1' }
  for (const message of sampleMessages(base, TO, locale)) {
    const { text, html } = renderMail(message, { ...SETTINGS, ...base })
    const links = [...`${text} ${html}`.matchAll(/\b[a-z]+:\/\/[^\s"<>]+/g)].map(([found]) => found)
    expect(links.filter((found) => !`${found}/`.startsWith(`${ORIGIN}/auth/v1/`))).toEqual([])
  }
  const [above] = sampleMessages(BASE, TO, locale)
  if (above) expect(() => renderMail(above, { ...SETTINGS, ...base })).toThrow(`does not lead to ${ORIGIN}/auth/v1`)
})

test('the label of a button is black on a light colour and white on a dark one', () => {
  const inkOn = (color: string) => {
    const link = mailLink(BASE, '/')
    return / color|;color:(#\w+);font-size/.exec(
      renderMail({ kind: 'account_exists', to: TO, link }, { ...SETTINGS, color }).html.split(
        'display:inline-block',
      )[1] ?? '',
    )?.[1]
  }
  expect([inkOn('#fde047'), inkOn('#1d4ed8'), inkOn('#000000')]).toEqual(['#000000', '#ffffff', '#ffffff'])
})

describe('mailLink', () => {
  test('puts the secret into the fragment', () => {
    expect(mailLink(BASE, '/reset', 'a-_9')).toBe(`${ORIGIN}/reset#a-_9`)
    expect(mailLink(BASE, '/#/reset/', 'a-_9')).toBe(`${ORIGIN}/#/reset/a-_9`)
    expect(mailLink(BASE, '/a/b#token=', 'x')).toBe(`${ORIGIN}/a/b#token=x`)
  })

  test.each(['reset', '//evil.example/', '/\\evil.example', '/a?b=', '/a?b#c', '/a b', '/%2f', '/a#b#c', '/@x', ''])(
    'refuses the path %j',
    (path) => {
      expect(() => mailLink(BASE, path, 'secret-text')).toThrow(TypeError)
      expect(isMailLink(`${ORIGIN}${path}`, BASE)).toBe(false)
    },
  )

  test.each(['https://auth.example.com/', 'auth.example.com', 'https://a@b.example', 'javascript:alert(1)'])(
    'refuses the origin %j',
    (origin) => expect(() => mailLink({ origin }, '/', 'secret-text')).toThrow(TypeError),
  )

  test.each(['', 'a b', 'a#b', 'a/b', 'a&b', 'ä'])('refuses the secret %j and does not repeat it', (secret) => {
    expect(() => mailLink(BASE, '/reset', secret)).toThrow(/^Expected a secret of the characters/)
  })

  test('a mail whose link leads elsewhere is not rendered', () => {
    const elsewhere = [
      'https://auth.example.com.evil.example/',
      'http://auth.example.com/',
      `${ORIGIN}/?token=x`,
      ORIGIN,
    ]
    for (const link of elsewhere)
      expect(() => renderMail({ kind: 'verification', to: TO, link: link as never }, SETTINGS)).toThrow(TypeError)
  })
})
