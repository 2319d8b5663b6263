import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROBLEMS } from '../../lib/http/problem.ts'
import { launchChromium } from '../browser/chromium.ts'
import { type FileServer, serveFiles } from './file-server.ts'

// The documentation site, built from README.md and docs/ and opened in a browser.

const DIST = 'site/dist'
let output: string
let server: FileServer
beforeAll(async () => {
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'site'], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  output = `${stdout}${stderr}`
  expect(status, output.slice(-3000)).toBe(0)
  server = await serveFiles(DIST)
}, 900_000)
afterAll(() => server?.close())

test('the site builds without a warning', () => {
  expect(output.split('\n').filter((line) => /\bwarn(ing)?\b|\[error\]|deprecated/i.test(line))).toEqual([])
})

test('each link leads to a page of the site that has its anchor', () => {
  const pages = new Map(
    globSync(`${DIST}/**/*.html`)
      .filter((file) => !file.startsWith(`${DIST}/reference/`))
      .map((file) => [`/${file.slice(DIST.length + 1).replace(/index\.html$/, '')}`, readFileSync(file, 'utf8')]),
  )
  expect(pages.size).toBeGreaterThan(60)
  const broken = [...pages].flatMap(([address, html]) =>
    [...html.matchAll(/\b(?:href|src)="([^"]+)"/g)]
      .map(([, target = '']) => new URL(target.replaceAll('&amp;', '&'), `http://site${address}`))
      .filter(({ origin, pathname, hash }) => origin === 'http://site' && !holds(pathname, hash, pages))
      .map(({ pathname, hash }) => `${address} → ${pathname}${hash}`),
  )
  expect([...new Set(broken)]).toEqual([])
})

test('the type of each problem can lead to its row in /problems/', () => {
  const html = readFileSync(`${DIST}/problems/index.html`, 'utf8')
  for (const code of Object.keys(PROBLEMS)) expect(html).toContain(` id="${code}"`)
})

function holds(path: string, hash: string, pages: ReadonlyMap<string, string>): boolean {
  const html = pages.get(path)
  if (!html) return existsSync(join(DIST, path, path.endsWith('/') ? 'index.html' : ''))
  return hash === '' || html.includes(` id="${decodeURIComponent(hash.slice(1))}"`)
}

async function addressesOf(links: Locator): Promise<(string | undefined)[]> {
  const targets = await Promise.all((await links.all()).map((link) => link.getAttribute('href')))
  return targets.map((target) => target?.replace(/[#?].*$/, ''))
}

describe('in a browser', () => {
  let browser: Browser
  let page: Page
  const requests: string[] = []
  beforeAll(async () => {
    browser = await launchChromium()
    page = await browser.newPage()
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(server.url)
  })
  afterAll(() => browser?.close())

  /** What people look for, and the page that answers. */
  const WORDS = [
    ['revoke', '/command-line/'],
    ['cookie', '/where-the-api-lives/'],
    ['authorizer', '/authorizer/'],
    ['express', '/frameworks/'],
    ['401', '/troubleshooting/'],
    ['cross_origin', '/problems/'],
    ['deploy', '/deploy/'],
    ['import', '/import/'],
    ['passkey', '/front-ends/'],
    ['SESSION_IDLE_SECONDS', '/configuration/'],
    ['Cognito', '/migrate/'],
    ['test', '/testing/'],
  ] as const
  test.each(WORDS)('the search for %s finds %s among its first results', async (word, address) => {
    await page.goto(server.url)
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Search').fill(word)
    const results = page.locator('.pagefind-ui__result-title a')
    await results.first().waitFor()
    await expect.poll(() => addressesOf(results)).toContain(address)
  })

  test('no page asks another server', () => {
    expect(requests.length).toBeGreaterThan(20)
    expect(requests.filter((url) => !url.startsWith(server.url))).toEqual([])
  })
})
