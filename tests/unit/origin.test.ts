import { describe, expect, test } from 'vitest'
import { expectedOrigin, expectedTrustedOrigin, isOrigin, isTrustedOrigin, matchesOrigin } from '../../lib/origin.ts'

test.each(['https://app.example.com', 'https://app.example.com:8443', 'https://[2001:db8::1]'])(
  'isOrigin accepts %s',
  (text) => {
    expect([isOrigin(text), isOrigin(text, true)]).toEqual([true, true])
  },
)

test.each(['http://localhost:4000', 'http://app.example.com'])(
  'isOrigin accepts %s only outside a deployed stage',
  (text) => {
    expect([isOrigin(text), isOrigin(text, false), isOrigin(text, true)]).toEqual([true, true, false])
  },
)

test.each([
  '',
  'null',
  '*',
  'app.example.com',
  'https://app.example.com/',
  'https://app.example.com/path',
  'https://*.example.com',
  'https://App.example.com',
  'https://app.example.com:443',
  'https://user@app.example.com',
  'ftp://app.example.com',
  'file:///etc',
  'data:text/html,x',
])('isOrigin refuses %j', (text) => {
  expect([isOrigin(text), isOrigin(text, true)]).toEqual([false, false])
})

test('expectedOrigin describes an origin, for a deployed stage with https only', () => {
  expect(expectedOrigin(false)).toMatch(/^expected an origin such as https:.* slash$/)
  expect(expectedOrigin(true)).toMatch(/^expected an origin such as https:.* slash, https only$/)
})

test('expectedTrustedOrigin describes also the origin of an app and a pattern', () => {
  expect(expectedTrustedOrigin(true)).toBe(
    `${expectedOrigin(true)}, the origin of an app such as capacitor://localhost, or a pattern such as https://*.preview.example.com`,
  )
})

describe('a trusted origin', () => {
  test('may be an http origin only outside a deployed stage', () => {
    const text = 'http://app.example.com'
    expect([isTrustedOrigin(text), isTrustedOrigin(text, false), isTrustedOrigin(text, true)]).toEqual([
      true,
      true,
      false,
    ])
  })

  test.each([
    'https://app.example.com',
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'http://tauri.localhost',
    'chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb',
    'moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc',
    'app://com.example.app',
    'https://*.preview.example.com',
    'https://*.example.com:8443',
  ])('may be %s', (text) => {
    expect([isTrustedOrigin(text), isTrustedOrigin(text, true)]).toEqual([true, true])
  })

  test.each([
    'null',
    '*',
    '*://localhost',
    'capacitor://',
    'capacitor://*',
    'capacitor://localhost/',
    'Capacitor://localhost',
    'http://localhost.example.com',
    'http://*.localhost',
    'file://localhost',
    'ws://app.example.com',
    'data://x',
    'https://*',
    'https://*.com',
    'https://*.10.0.0.1',
    'https://*.example.com/',
    'https://*.example.com:443',
    'https://*.Example.com',
    'http://*.example.com',
    'https://*.*.example.com',
    'https://pr-*.example.com',
    'https://app.*.example.com',
  ])('may not be %s', (text) => {
    expect(isTrustedOrigin(text, true)).toBe(false)
  })

  test.each([
    ['https://pr-7.preview.example.com', true],
    ['https://7.preview.example.com', true],
    ['https://xn--bcher-kva.preview.example.com', true],
    ['https://preview.example.com', false],
    ['https://.preview.example.com', false],
    ['https://a.b.preview.example.com', false],
    ['https://-a.preview.example.com', false],
    ['https://*.preview.example.com', false],
    ['https://evil.example/.preview.example.com', false],
    ['https://user@x.preview.example.com', false],
    ['https://a.preview.example.com:8443', false],
    ['https://a.preview.example.com.evil.example', false],
    ['https://apreview.example.com', false],
    ['http://a.preview.example.com', false],
    ['http://ab.preview.example.com', false],
  ])('by pattern matches %s: %s, with exactly one label', (origin, matches) => {
    expect(matchesOrigin(origin, ['https://app.example.com', 'https://*.preview.example.com'])).toBe(matches)
  })
})
