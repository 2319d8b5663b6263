import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { de } from '../../console/catalogue/de.ts'
import { deDesk } from '../../console/catalogue/de-desk.ts'
import { en } from '../../console/catalogue/en.ts'
import { enDesk } from '../../console/catalogue/en-desk.ts'

// The console's strings. A missing translation does not compile: `console/catalogue/catalogue.ts`.

type Entry = string | ((...values: never[]) => string)

function entriesOf(catalogue: object, path = ''): [path: string, entry: Entry][] {
  return Object.entries(catalogue).flatMap(([key, value]): [string, Entry][] =>
    typeof value === 'object' ? entriesOf(value, `${path}${key}.`) : [[path + key, value]],
  )
}

/** The words of an entry, for samples of its parameters. */
const SAMPLES = ['Ada', 'Bob']
const NUMBERS = [0, 1, 2, 1234]
function wordsOf(entry: Entry): string[] {
  if (typeof entry === 'string') return [entry]
  const call = entry as (...values: unknown[]) => unknown
  const made = [SAMPLES, ...NUMBERS.map((n) => [n, n]), [SAMPLES[0], 2], [SAMPLES]].map((values) =>
    attempt(() => call(...values)),
  )
  return made.filter((each) => typeof each === 'string')
}

function attempt(work: () => unknown): unknown {
  try {
    return work()
  } catch {
    return undefined
  }
}

/** The same word in both languages. */
const SAME = new Set(
  'title|list|fields.name|account.name|passkeys.name|passkeys.title|loginCode.codeLabel|device.unknown|device.anApp|device.bot|device.kinds.computer|device.kinds.tablet|device.kinds.app|device.kinds.bot|session.factors.passkey|activity.devices|activity.atTime|activity.at|users.columns.name|users.noName|incident.ended'.split(
    '|',
  ),
)

describe.each([
  ['everybody’s pages', en, de],
  ['administrators’ pages', enDesk, deDesk],
])('the catalogue of %s', (_, english, german) => {
  const translations = new Map(entriesOf(german))

  test('is translated: no sentence is the same in both languages', () => {
    for (const [path, entry] of entriesOf(english)) {
      if (SAME.has(path)) continue
      const translated = translations.get(path)
      expect(translated, path).toBeDefined()
      expect(wordsOf(translated as Entry), path).not.toEqual(wordsOf(entry))
      for (const words of wordsOf(translated as Entry)) expect(words.trim(), path).not.toBe('')
    }
  })

  test('isolates every text that a user or an administrator wrote, whatever its direction', () => {
    const written = 'שלום\u202E'
    // What the page itself has formatted, and product names.
    const formatted =
      /^(title|list|session\.with|device\.|errors\.tooMany|activity\.(administrator|devices|atTime)|signInAgain\.reason|factors\.appSince|passkeys\.(added|used)|providers\.linked|user\.locked)/
    for (const [path, entry] of [...entriesOf(english), ...entriesOf(german)]) {
      if (typeof entry === 'string' || formatted.test(path) || /^\(?(n|least)\b/.test(String(entry))) continue
      const made = attempt(() =>
        (entry as (...values: unknown[]) => unknown)(written, /^\(\w+, n\)/.test(String(entry)) ? 2 : written),
      )
      if (typeof made !== 'string') continue
      expect(made.replaceAll(`\u2068${written}\u2069`, ''), path).not.toContain(written)
    }
  })
})

/** A sentence or a title: a capital letter, and another word. Classes, selectors and paths begin with small letters. */
const SENTENCE = /^[A-Z][a-z’']+[,:]? [A-Za-z]/

test('no other file of the console has a string that is shown or read aloud', async () => {
  const names = (await readdir('console', { recursive: true })).filter((name) => /\.tsx?$/.test(name))
  expect(names.length).toBeGreaterThan(80)
  for (const name of names) {
    // docs.ts is of the page that describes the API; device.ts has names of products.
    if (name.startsWith('catalogue/') || name === 'docs.ts' || name === 'device.ts') continue
    const text = (await readFile(join('console', name), 'utf8')).replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
    // Between tags, and in attributes that are shown or read aloud.
    if (name.endsWith('.tsx')) expect(/>\s*[A-Za-z][^<>{}=;()]*<\//.exec(text)?.[0], name).toBeUndefined()
    expect(
      /\b(title|aria-label|aria-description|label|placeholder|alt|submit|hint|summary)="[^"]*[A-Za-z]/.exec(text)?.[0],
      name,
    ).toBeUndefined()
    const strings = [...text.matchAll(/'((?:[^'\\\n]|\\.)*)'|"([^"\n]*)"|`([^`]*)`/g)].map(
      ([, a, b, c]) => a ?? b ?? c ?? '',
    )
    expect(
      strings.filter((each) => SENTENCE.test(each)),
      name,
    ).toEqual([])
  }
})
