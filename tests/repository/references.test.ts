import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'

// Links between Markdown files are checked by `npm run lint`. These tests check paths and numbers that are plain text.

const FOLDERS =
  'lib|middleware|functions|client|console|cli|local|testing|tests|lab|scripts|build|docs|resources|examples'
let files: { path: string; text: string }[]
beforeAll(async () => {
  const tracked = existsSync('.git') ? execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trim().split('\n') : []
  const paths = tracked.filter((path) => /\.(md|tsx?|yml)$/.test(path) && existsSync(path))
  files = await Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, 'utf8') })))
})

describe('references to files', () => {
  test('each path in backticks in a Markdown file exists', () => {
    const path = new RegExp(`\`((?:${FOLDERS})/[\\w./*-]*(?:/|\\.(?:ts|tsx|md|yml|json|css)))(?::\\d+)?\``, 'g')
    const missing = files
      // CHANGELOG.md and generated pages name files as they were.
      .filter(
        ({ path }) => path.endsWith('.md') && !/^docs\/(mutation|proof|security-checklist)\.md|CHANGELOG/.test(path),
      )
      .flatMap(({ path: page, text }) =>
        [...text.matchAll(path)]
          .filter(([, target = '']) => globSync(target).length === 0)
          .map(([, t]) => `${page}: ${t}`),
      )
    expect(missing).toEqual([])
  })

  test('each page or decision that a source names exists', () => {
    const decisions = readdirSync('docs/decisions').map((name) => name.slice(0, 3))
    const missing = files.flatMap(({ path, text }) => [
      ...[...text.matchAll(/\bdocs\/[\w/-]+\.md\b/g)]
        .filter(([page]) => !existsSync(page))
        .map(([page]) => `${path}: ${page}`),
      ...[...text.matchAll(/\bdecisions?[/ ](\d{3})\b/g)]
        .filter(([, number = '']) => !decisions.includes(number))
        .map(([page]) => `${path}: ${page}`),
    ])
    expect(missing).toEqual([])
  })

  test('no file names a page outside the repository', () => {
    const outside = /\b(research|protocols|shared)\/[\w-]+\.md|\bdesign\.md\b/
    const naming = files.filter(
      ({ path, text }) => path !== 'tests/repository/references.test.ts' && outside.test(text),
    )
    expect(naming.map(({ path }) => path)).toEqual([])
  })

  test('docs/invariants.md defines each invariant, rule and figure once', async () => {
    const page = await readFile('docs/invariants.md', 'utf8')
    const expected = (letter: string, last: number) =>
      Array.from({ length: last }, (_, index) => `${letter}${index + 1}`)
    const defined = [...page.matchAll(/^\| \**([IKR]\d+)\** \|/gm)].map(([, id]) => id)
    expect(defined).toEqual([...expected('I', 10), ...expected('K', 9), ...expected('R', 20)])
  })
})
