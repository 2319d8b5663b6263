import { describe, expect, test } from 'vitest'
import { editDistance, suggest } from '../../cli/suggestion.ts'

// cspell:ignore wirte writee admn acount acbd

describe('a suggestion for a misspelt scope', () => {
  const known = ['account', 'admin:read', 'admin:write', 'notes:read', 'v1:read', 'ops']

  test.each([
    ['admin:wirte', 'admin:write'], // swapped
    ['admin:writ', 'admin:write'],
    ['admin:writee', 'admin:write'],
    ['admn:reed', 'admin:read'],
    ['Admin:Read', 'admin:read'],
    ['admin.read', 'admin:read'],
    ['admin_read', 'admin:read'],
    ['acount', 'account'],
    ['note:read', 'notes:read'],
    ['op', undefined], // too short to tell
    ['oops', 'ops'],
    ['v2:read', undefined], // another version
    ['notes:write', undefined],
    ['admin:revoke', undefined],
    ['billing:read', undefined],
  ])('%s: %s', (scope, expected) => {
    expect(suggest(scope, known)).toBe(expected)
  })

  test('is the nearest of several', () => {
    expect(suggest('notes:reads', ['notes:ready', 'notes:read'])).toBe('notes:ready')
    expect(suggest('notes:reed', ['nodes:reed', 'notes:read', 'notes:reeds'])).toBe('nodes:reed')
  })
})

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', '', 3],
  ['abc', 'abc', 0],
  ['kitten', 'sitting', 3],
  ['abcd', 'acbd', 1],
  ['ab', 'ba', 1],
  ['read', 'write', 4],
])('the edit distance of %j and %j is %i', (one, other, distance) => {
  expect([editDistance(one, other), editDistance(other, one)]).toEqual([distance, distance])
})
