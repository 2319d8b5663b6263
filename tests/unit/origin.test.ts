import { expect, test } from 'vitest'
import { expectedOrigin, isOrigin } from '../../lib/origin.ts'

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
