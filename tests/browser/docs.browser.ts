import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { launchApp } from './app.ts'
import { ALL_DISPLAYS } from './displays.ts'

// The page of the API's description.

const app = launchApp()
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function openDocs(hash = ''): Promise<Page> {
  const page = await app.open()
  await page.goto(`${app.service.url}/docs${hash}`)
  await page.getByRole('searchbox').waitFor()
  return page
}

test('violates no rule of axe and never scrolls sideways, with everything opened', async () => {
  const page = await openDocs()
  await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`)
  await page.evaluate(`${AXE};0`)
  for (const { scheme, width } of ALL_DISPLAYS) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    const found = await page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] })
      .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 160))))`)
    expect(found, `${width} in ${scheme}`).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false)
  }
})

test('finds routes by words, and says when none matches', async () => {
  const page = await openDocs()
  await page.getByRole('searchbox').fill('revoke /auth/sessions/{sessionid}')
  expect(await page.locator('.operation:visible h3').allTextContents()).toEqual(['Revoke one of your sessions'])
  await page.getByRole('searchbox').fill('no such route')
  await page.getByText('No route matches.').waitFor()
})

test('opens the problem that its address names, and shows the address of the service', async () => {
  const page = await openDocs('#Problem_insufficient_scope')
  await page.getByRole('region', { name: 'Example of insufficient_scope' }).waitFor()
  await page.getByText(`URL=${app.service.url}`).waitFor()
})
