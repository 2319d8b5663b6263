import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { ALL_DISPLAYS } from './displays.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Runs axe on the page in each display. The page's content security policy does not apply to evaluated code. */
export async function expectAccessible(page: Page, state: string, displays = ALL_DISPLAYS): Promise<void> {
  const found: string[] = []
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(`${AXE};0`)
  for (const { scheme, width } of displays) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    const violations = await page.evaluate<string[]>(`axe
      .run(document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })
      .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, any }) => id + ': ' + html.slice(0, 200) + ' ' + (any[0]?.message ?? ''))))`)
    const scrolls = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
    found.push(...violations, ...(scrolls ? ['scrolls sideways'] : []))
    if (found.length > 0) expect(found, `${state} at ${width} in ${scheme}`).toEqual([])
  }
}
