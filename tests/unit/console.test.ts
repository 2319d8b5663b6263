import { describe, expect, test } from 'vitest'
import { describeDevice } from '../../console/device.ts'
import { generatePassword } from '../../console/generate-password.ts'
import { parseScopes } from '../../console/scopes.ts'
import { negotiateLanguage, parseConsoleConfig } from '../../lib/console/console-config.ts'
import { returnAddress } from '../../lib/console/return-address.ts'

// What the console and the function that serves it compute.

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0'

describe('a device’s name and kind from its user agent', () => {
  test.each([
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0`,
      'Firefox on Windows',
      'computer',
    ],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36`, 'Chrome on Windows', 'computer'],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 Edg/142.0`, 'Edge on Windows', 'computer'],
    [`Mozilla/5.0 (Windows NT 10.0) ${CHROME} Safari/537.36 OPR/115.0`, 'Opera on Windows', 'computer'],
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME} Safari/537.36`, 'Chrome on ChromeOS', 'computer'],
    [`Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Safari/537.36`, 'Chrome on Linux', 'computer'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15',
      'Safari on macOS',
      'computer',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
      'phone',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0 Mobile/15E148 Safari/604.1',
      'Chrome on iPhone',
      'phone',
    ],
    [
      'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      'Safari on iPad',
      'tablet',
    ],
    [`Mozilla/5.0 (Linux; Android 14; Pixel 8) ${CHROME} Mobile Safari/537.36`, 'Chrome on Android', 'phone'],
    [`Mozilla/5.0 (Linux; Android 14; SM-X910) ${CHROME} Safari/537.36`, 'Chrome on Android', 'tablet'],
    [
      `Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/24.0 Chrome/117.0.0.0 Mobile Safari/537.36`,
      'Samsung Internet on Android',
      'phone',
    ],
    [
      'Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/7.0 TV Safari/537.36',
      'Samsung TV',
      'tv',
    ],
    [`Mozilla/5.0 (Web0S; Linux/SmartTV) ${CHROME} Safari/537.36 WebAppManager`, 'LG TV', 'tv'],
    [`Mozilla/5.0 (Linux; Android 9; AFTMM) ${CHROME} Mobile Safari/537.36`, 'Fire TV', 'tv'],
    ['AppleTV11,1/11.1', 'Apple TV', 'tv'],
    ['Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko)', 'PlayStation', 'tv'],
    ['Mozilla/5.0 (Linux) HbbTV/1.5.1 (+DRM; Vendor;)', 'TV', 'tv'],
    ['Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A.230805.001)', 'App on Android', 'app'],
    ['okhttp/4.12.0', 'App', 'app'],
    ['Dart/3.5 (dart:io)', 'App', 'app'],
    ['Notes/42 CFNetwork/1568.200.51 Darwin/24.1.0', 'Notes', 'app'],
    ['curl/8.5.0', 'curl', 'script'],
    ['python-requests/2.32.3', 'Python', 'script'],
    ['aws-sdk-js/3.1000.0 ua/2.1 os/linux', 'Node.js', 'script'],
    ['node', 'Node.js', 'script'],
    ['Go-http-client/2.0', 'Go', 'script'],
    ['nightly-export/1.0', 'nightly-export', 'script'],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Googlebot', 'bot'],
    ['Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)', 'YandexBot', 'bot'],
    ['facebookexternalhit/1.1', 'Bot', 'bot'],
    ['', 'Unknown device', 'unknown'],
    ['<script>alert(1)</script>', 'Unknown device', 'unknown'],
    ['(((', 'Unknown device', 'unknown'],
    ['Mozilla/5.0', 'Unknown device', 'unknown'],
  ])('%s', (userAgent, name, kind) => {
    expect(describeDevice(userAgent)).toEqual({ name, kind })
  })
})

test('typed scopes are parsed in the forms that people type', () => {
  expect(parseScopes(' notes:read, notes:write\tnotes:read\n')).toEqual(['notes:read', 'notes:write'])
  expect(parseScopes(' , ')).toEqual([])
})

test('generated passwords can be read aloud and differ each time', () => {
  const made = new Set(Array.from({ length: 1000 }, generatePassword))
  expect(made.size).toBe(1000)
  for (const password of made)
    expect(password).toMatch(/^([abcdefghijkmnpqrstuvwxyz2-9]{5}-){3}[abcdefghijkmnpqrstuvwxyz2-9]{5}$/)
  const used = new Set([...made].join(''))
  expect(used.size).toBe(33) // 32 characters and the hyphen
})

describe('the configuration of the console', () => {
  const parse = (env: Record<string, string>) => parseConsoleConfig(env, { deployed: true })

  test('has defaults', () => {
    const links = { terms: '', privacy: '', support: '' }
    expect(parse({})).toEqual({ name: 'Coatcheck', logoUrl: '', color: '', links, languages: ['en', 'de'] })
  })

  test('takes the operator’s name, logo, color, links and languages', () => {
    const env = {
      CONSOLE_NAME: 'Ada’s Notes',
      CONSOLE_LOGO_URL: 'https://cdn.example.com/logo.svg?v=2',
      CONSOLE_COLOR: '#1D4ED8',
      CONSOLE_LANGUAGES: 'de, en',
      CONSOLE_TERMS_URL: 'https://example.com/terms',
      CONSOLE_PRIVACY_URL: '/privacy',
      CONSOLE_SUPPORT_URL: 'mailto:help@example.com',
    }
    expect(parse(env)).toEqual({
      name: 'Ada’s Notes',
      logoUrl: 'https://cdn.example.com/logo.svg?v=2',
      color: '#1D4ED8',
      links: { terms: 'https://example.com/terms', privacy: '/privacy', support: 'mailto:help@example.com' },
      languages: ['de', 'en'],
    })
  })

  test.each([
    ['CONSOLE_NAME', '"><script>'],
    ['CONSOLE_LOGO_URL', 'http://example.com/logo.svg'],
    ['CONSOLE_LOGO_URL', "https://example.com/; script-src 'unsafe-inline'"],
    ['CONSOLE_COLOR', 'red'],
    ['CONSOLE_LANGUAGES', 'en fr'],
    ['CONSOLE_TERMS_URL', 'javascript:alert(1)'],
    ['CONSOLE_PRIVACY_URL', '//example.com'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => parse({ [name]: value })).toThrow(name)
  })

  test('chooses the offered language that the browser prefers', () => {
    for (const [accepted, expected] of [
      ['', 'en'],
      ['de', 'de'],
      ['de-CH;q=0.5, en;q=0.9', 'en'],
      ['fr, *', 'en'],
      ['de;q=0, en', 'en'],
      ['de;q=x', 'en'],
      ['EN', 'en'],
    ])
      expect(negotiateLanguage(accepted ?? '', ['en', 'de']), accepted).toBe(expected)
    expect(negotiateLanguage('fr', ['de'])).toBe('de')
  })
})

describe('a return address', () => {
  const policy = {
    origin: 'https://auth.example.com',
    trustedOrigins: ['https://notes.example.com', 'https://*.preview.example.com', 'myapp://open'],
  }

  test.each([
    ['/notes?open=1#top', 'https://auth.example.com/notes?open=1#top'],
    ['https://notes.example.com/', 'https://notes.example.com/'],
    ['https://notes.example.com:443/a', 'https://notes.example.com/a'],
    ['https://pr-7.preview.example.com/x', 'https://pr-7.preview.example.com/x'],
    ['https://auth.example.com/#/account', 'https://auth.example.com/#/account'],
  ])('%s is taken', (asked, href) => {
    expect(returnAddress(asked, policy)).toBe(href)
  })

  test.each([
    '',
    'notes',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https:\\\\evil.example',
    ' https://evil.example',
    'https://evil.example',
    'https://notes.example.com.evil.example',
    'https://notes.example.com@evil.example',
    'https://user:pass@notes.example.com/',
    'http://notes.example.com/',
    'https://notes.example.com:8443/',
    'https://a.b.preview.example.com/',
    'javascript:alert(1)',
    'data:text/html,x',
    'myapp://open',
    '/\t/evil.example',
    'https://notes.exa\nmple.com',
  ])('%j is refused', (asked) => {
    expect(returnAddress(asked, policy)).toBeUndefined()
  })
})
