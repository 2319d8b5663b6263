import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { button, launchApp, THIS_DEVICE, ticket } from './app.ts'
import { DISPLAYS } from './displays.ts'

// Loading the page: bytes and layout shifts.

const app = launchApp()
const KIB = 1024
const HASH = /-[A-Z0-9]{8}(?=\.(js|css)$)/
const painted = (page: Page) =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')

test('loads at most 60 KiB over the network: the page, its script, its style sheet and its icon', async () => {
  const page = await app.open({ as: await app.service.user() })
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true })
  const loaded = new Map<string, number>()
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    const size = Number(response.headers()['content-length'])
    if (!pathname.startsWith('/auth/')) loaded.set(pathname, size)
  })
  await page.reload()
  await ticket(page, THIS_DEVICE).waitFor()
  await page.getByRole('link', { name: text.navigation.account }).click()
  await button(page, text.account.passwordSubmit).waitFor()
  // Playwright does not report the icon's request.
  const icon = (await page.locator('link[rel=icon]').getAttribute('href')) ?? ''
  loaded.delete(icon)
  const svg = await app.service.request('GET', icon, { headers: { 'accept-encoding': 'br' } })
  expect(svg.headers['content-encoding']).toBe('br')
  const paths = [...loaded.keys()].sort()
  // One catalogue, and nothing of the administrators' pages.
  expect([...new Set(paths.map((path) => path.replace(HASH, '')))]).toEqual([
    ...['/', '/assets/chunk.js', '/assets/console.css', '/assets/en.js', '/assets/main.js'],
  ])
  const sizes = [...loaded.values(), Number(svg.headers['content-length'])]
  const total = sizes.reduce((sum, size) => sum + size, 0)
  expect(Math.min(...sizes)).toBeGreaterThan(0)
  expect(total).toBeGreaterThan(10 * KIB)
  expect(total).toBeLessThanOrEqual(60 * KIB)
})

describe.each(DISPLAYS)('at a width of $width', (display) => {
  test.each([0, 6])('the layout does not shift while the page loads with %d other sessions', async (others) => {
    const user = await app.service.user()
    for (let i = 0; i < others; i++) await app.signInElsewhere(user, { label: `Device ${i}` })
    const page = await app.open({ display, as: user })
    await page.goto('about:blank')
    await page.addInitScript(`
      window.shifts = []
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput, sources } of list.getEntries())
          if (!hadRecentInput) shifts.push({ value, of: sources.map(({ node }) => node?.outerHTML?.slice(0, 80)) })
      }).observe({ type: 'layout-shift', buffered: true })`)
    // Delays each response until the state before it has been painted.
    await page.route('**/auth/**', async (route) => {
      await painted(page)
      await route.continue()
    })
    await page.goto(app.service.url)
    await ticket(page, THIS_DEVICE).waitFor()
    await painted(page)
    const shifts = await page.evaluate<{ value: number; of: string[] }[]>('shifts')
    expect(
      shifts.reduce((sum, { value }) => sum + value, 0),
      JSON.stringify(shifts),
    ).toBeLessThan(0.02)
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  })
})
