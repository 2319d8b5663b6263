import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { checklist, collectTests, type NamedTest, testsIn, withoutResults } from '../../scripts/checklist/document.ts'
import { ROWS } from '../../scripts/checklist/rows.ts'

// Each requirement of docs/security-checklist.md has a test whose title ends with the requirement's id.

let tests: NamedTest[]
beforeAll(async () => {
  tests = await collectTests()
})

describe('rows of the security checklist', () => {
  test('each row has a unique id, a source, and a reason if it does not apply', () => {
    const ids = ROWS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { id, requirement, source, applies } of ROWS) {
      expect(id).toMatch(/^[A-Z]{2}-\d{2}$/)
      for (const text of [requirement, source, applies]) expect(text, id).toMatch(/^\S.*\S$/)
    }
  })

  test('each row that applies has a test', () => {
    const named = new Set(tests.map(({ id }) => id))
    const missing = ROWS.filter(({ id, applies }) => applies === 'yes' && !named.has(id))
    expect(missing.map(({ id, requirement }) => `${id} ${requirement}`)).toEqual([])
  })

  test('each id in a test title is a row that applies', () => {
    const known = new Set(ROWS.filter(({ applies }) => applies === 'yes').map(({ id }) => id))
    expect(tests.filter(({ id }) => !known.has(id))).toEqual([])
  })
})

test('docs/security-checklist.md lists the present tests: npm run checklist', async () => {
  const page = await readFile('docs/security-checklist.md', 'utf8')
  expect(withoutResults(page)).toBe(withoutResults(checklist(tests)))
})

describe('a requirement id in a test title', () => {
  const XX = 'XX' // inserted, so that this file contains no such titles itself
  test('is found in every form of test declaration', () => {
    const source = `
      test('a name [${XX}-01]', () => {})
      it("a quote's end [${XX}-02]", async () => {})
      test.each([['a', 1], ['b', 2]])('%s: a table [${XX}-03]', () => {})
      test.each([
        ['(', ')'],
      ])(
        'in lines of its own [${XX}-04]', () => {})
      describe.each(STEPS)('killed %s [${XX}-05]', () => {})
      test.concurrent(\`\${of} a template [${XX}-06]\`, () => {})
      test('an escaped \\'quote\\' [${XX}-07]', () => {})`
    expect(testsIn(source, 'f').map(({ id, name }) => `${id} ${name}`)).toEqual([
      'XX-01 a name',
      "XX-02 a quote's end",
      'XX-03 %s: a table',
      'XX-04 in lines of its own',
      'XX-05 killed %s',
      `XX-06 \${of} a template`,
      "XX-07 an escaped 'quote'",
    ])
  })

  test('is ignored outside titles, and in tests that are skipped', () => {
    const source = `
      test.skip('skipped [${XX}-01]', () => {})
      test.todo('to be written [${XX}-02]')
      describe.skip('skipped [${XX}-03]', () => {})
      expect(a, 'a message [${XX}-04]').toBe(b)
      test('[${XX}-05] not at its end', () => {})
      const name = ('a text [${XX}-06]')`
    expect(testsIn(source, 'f')).toEqual([])
  })
})

test('the comparison of the page ignores test results', () => {
  const [one] = tests
  const runs = [{ engine: 'an engine 1.0', date: '2026-01-01', runs: [{ ...(one as NamedTest), status: 'passed' }] }]
  expect(checklist(tests, runs)).toContain('1 passed')
  expect(withoutResults(checklist(tests, runs))).toBe(withoutResults(checklist(tests)))
})
