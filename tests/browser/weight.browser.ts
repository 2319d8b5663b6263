import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { button, stage, THIS_DEVICE, ticket } from './stage.ts'
import { VIEWS } from './views.ts'

// What the page costs to load, and that nothing jumps while it does.

const at = stage()
const KIB = 1024
const HASHED = /^\/assets\/[a-z]+-[A-Z0-9]{8}\.(js|css)$/
const painted = (page: Page) =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')

test('the page and its files are at most 60 KiB on the wire, and nothing else is loaded', async () => {
  const page = await at.open({ as: await at.service.user() })
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
  // The icon is fetched apart from the page.
  const icon = (await page.locator('link[rel=icon]').getAttribute('href')) ?? ''
  loaded.delete(icon)
  const svg = await at.service.request('GET', icon, { headers: { 'accept-encoding': 'br' } })
  expect(svg.headers['content-encoding']).toBe('br')
  const paths = [...loaded.keys()].sort()
  expect(paths).toEqual(['/', expect.stringMatching(HASHED), expect.stringMatching(HASHED)])
  const sizes = [...loaded.values(), Number(svg.headers['content-length'])]
  const total = sizes.reduce((sum, size) => sum + size, 0)
  expect(Math.min(...sizes)).toBeGreaterThan(100)
  expect(total).toBeGreaterThan(10 * KIB)
  expect(total).toBeLessThanOrEqual(60 * KIB)
})

describe.each(VIEWS)('at $width', (view) => {
  test.each([0, 6])('nothing jumps while the page opens with %d other sessions', async (others) => {
    const user = await at.service.user()
    for (let i = 0; i < others; i++) await at.elsewhere(user, { label: `Device ${i}` })
    const page = await at.open({ view, as: user })
    await page.goto('about:blank')
    await page.addInitScript(`
      window.shifts = []
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput, sources } of list.getEntries())
          if (!hadRecentInput) shifts.push({ value, of: sources.map(({ node }) => node?.outerHTML?.slice(0, 80)) })
      }).observe({ type: 'layout-shift', buffered: true })`)
    // Each answer comes after what stood there before has been painted.
    await page.route('**/auth/**', async (route) => {
      await painted(page)
      await route.continue()
    })
    await page.goto(at.service.url)
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
