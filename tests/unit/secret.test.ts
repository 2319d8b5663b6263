import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from '../../lib/secret.ts'

test('a Secret is printed only by reveal()', () => {
  const secret = new Secret('canary')
  const shown = [String(secret), `${secret}`, JSON.parse(JSON.stringify(secret)), inspect(secret), secret.toString()]
  expect(new Set(shown)).toEqual(new Set(['[secret]']))
  expect(inspect({ secret }, { depth: null, showHidden: true })).toBe('{ secret: [secret] }')
  expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}')
  expect({ ...secret }).toEqual({})
  expect(secret.reveal()).toBe('canary')
})
