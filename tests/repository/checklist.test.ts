import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { checklist, collectTests, type NamedTest, testsIn, withoutResults } from '../../scripts/checklist/document.ts'
import { ROWS } from '../../scripts/checklist/rows.ts'

// Every requirement of the checklist has a test that says so in its name, and docs/security-checklist.md says which.

let tests: NamedTest[]
beforeAll(async () => {
  tests = await collectTests()
})

describe('the rows', () => {
  test('are each there once, and say why where they do not apply', () => {
    const ids = ROWS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { id, requirement, source, applies } of ROWS) {
      expect(id).toMatch(/^[A-Z]{2}-\d{2}$/)
      for (const text of [requirement, source, applies]) expect(text, id).toMatch(/^\S.*\S$/)
    }
  })

  test('that apply have a test each', () => {
    const named = new Set(tests.map(({ id }) => id))
    const missing = ROWS.filter(({ id, applies }) => applies === 'yes' && !named.has(id))
    expect(missing.map(({ id, requirement }) => `${id} ${requirement}`)).toEqual([])
  })

  test('are those that tests name, and apply', () => {
    const known = new Set(ROWS.filter(({ applies }) => applies === 'yes').map(({ id }) => id))
    expect(tests.filter(({ id }) => !known.has(id))).toEqual([])
  })
})

test('the page lists them as they are: npm run checklist', async () => {
  const page = await readFile('docs/security-checklist.md', 'utf8')
  expect(withoutResults(page)).toBe(withoutResults(checklist(tests)))
})

describe('a name with an id', () => {
  const XX = 'XX' // put in, so that this file has no such names itself
  test('is found wherever a test can have one', () => {
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

  test('is none where it is not a name, and where nothing runs', () => {
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

test('a result changes nothing of what is compared', () => {
  const [one] = tests
  const runs = [{ engine: 'an engine 1.0', date: '2026-01-01', runs: [{ ...(one as NamedTest), status: 'passed' }] }]
  expect(checklist(tests, runs)).toContain('1 passed')
  expect(withoutResults(checklist(tests, runs))).toBe(withoutResults(checklist(tests)))
})
