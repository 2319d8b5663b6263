import { describe, expect, test } from 'vitest'
import { messageFault } from '../../scripts/commits.ts'

describe('a commit message', () => {
  test.each([
    'fix: refuse an empty token',
    'feat(middleware): answer CORS preflights of neighboring routes',
    'refactor(lib/http)!: read each request once\n\nA body that says why.\n',
    `docs: link the source\n\nhttps://example.com/${'a'.repeat(80)}`,
  ])('%j is accepted', (message) => {
    expect(messageFault(message)).toBeUndefined()
  })

  test.each([
    ['Refuse an empty token', /must look like/],
    ['feature: refuse an empty token', /Accepted types/],
    ['fix: refuse an empty token.', /must look like/],
    [`fix: ${'a'.repeat(70)}`, /has 75 characters/],
    ['fix: refuse an empty token\nA body.', /second line/],
    [`fix: refuse an empty token\n\n${'word '.repeat(20)}`, /more than 80 characters/],
  ])('%j is refused', (message, fault) => {
    expect(messageFault(message)).toMatch(fault)
  })
})
