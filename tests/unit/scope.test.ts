import { expect, test } from 'vitest'
import { heldScopes, isScope, MAX_GRANTED_SCOPES, MAX_SCOPES, missingScopes } from '../../lib/scope.ts'
import { scopes } from '../support/parts.ts'

test.each(['a', 'notes:write', '!', '#', '[', ']', '~', 'a'.repeat(64)])('isScope accepts %j', (text) => {
  expect(isScope(text)).toBe(true)
})

test.each(['', ' ', 'a b', 'a"', 'a\\', 'é', 'a\n', '\u007f', 'a'.repeat(65)])('isScope refuses %j', (text) => {
  expect(isScope(text)).toBe(false)
})

test('missingScopes compares scopes exactly', () => {
  expect(missingScopes(scopes('a', 'b'), scopes('a', 'b'))).toEqual([])
  expect(missingScopes(scopes('a:b', 'b', 'A'), scopes('a', 'b', 'a:*'))).toEqual(['a:b', 'A'])
  expect(missingScopes([], [])).toEqual([])
})

test('heldScopes adds account to the granted scopes and removes duplicates', () => {
  expect(heldScopes({ scopes: [] })).toEqual(['account'])
  expect(heldScopes({ scopes: scopes('a', 'account', 'a') })).toEqual(['account', 'a'])
  expect(MAX_GRANTED_SCOPES).toBe(MAX_SCOPES - 1)
})
