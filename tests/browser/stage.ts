import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { text } from '../../console/text.ts'
import type { Item } from '../../lib/dynamodb/send.ts'
import { startTestService, type TestService, type TestUser } from '../support/service.ts'
import { launchChromium } from './chromium.ts'
import { DESK, type View } from './views.ts'

/** What every context here says of itself, and what its session is listed as. */
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
export const THIS_DEVICE = 'Chrome 131 on Linux'

export const COOKIE = '__Host-session'

/** The browser's own line about an answer that the page expects and speaks of itself. */
const EXPECTED = /^Failed to load resource: the server responded with a status of (401|403|409|422|429|503) /

export interface OpenOptions {
  readonly view?: View
  /** Signed in already, by a cookie from the API. */
  readonly as?: TestUser
  /** Behind the `#`. */
  readonly place?: string
  /** Another window of the same browser. */
  readonly beside?: Page
  readonly motion?: boolean
}

interface Elsewhere {
  readonly token: string
  readonly id: string
}

/** One service and one browser for a file; everything a test opens is closed after it, and must have been quiet. */
export interface Stage {
  readonly service: TestService
  readonly browser: Browser
  open(options?: OpenOptions): Promise<Page>
  /** Another device signs in. */
  elsewhere(user: TestUser, device?: { userAgent?: string; label?: string }): Promise<Elsewhere>
  accepts(token: string): Promise<boolean>
  /** The token that a window's cookie holds. */
  tokenOf(page: Page): Promise<string | undefined>
  /** Changes rows of a user's sessions behind the service's back. */
  changeRows(user: TestUser, change: (row: Item) => Item): Promise<void>
  /** What a test means to provoke: lines like these are no trouble in it. */
  allow(...lines: RegExp[]): void
}

export function stage(environment: Record<string, string> = {}): Stage {
  let service: TestService
  let browser: Browser
  const contexts: BrowserContext[] = []
  const troubles: string[] = []
  const allowed: RegExp[] = []

  beforeAll(async () => {
    ;[service, browser] = await Promise.all([startTestService(environment, []), launchChromium()])
  })
  afterEach(async () => {
    service.proxy.fault = undefined
    await Promise.all(contexts.splice(0).map((context) => context.close()))
    const left = troubles.splice(0).filter((line) => !allowed.some((pattern) => pattern.test(line)))
    allowed.length = 0
    expect(left).toEqual([])
  })
  afterAll(async () => {
    await browser?.close()
    await service?.close()
  })

  async function newContext({ scheme, width }: View, motion: boolean): Promise<BrowserContext> {
    const context = await browser.newContext({
      userAgent: USER_AGENT,
      colorScheme: scheme,
      viewport: { width, height: 800 },
      reducedMotion: motion ? 'no-preference' : 'reduce',
    })
    context.setDefaultTimeout(10_000)
    // What the policy of the page blocks, Chromium logs as an error.
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(message.text()))
        troubles.push(`${message.type()}: ${message.text()}`)
    })
    context.on('weberror', (error) => troubles.push(`uncaught: ${error.error().message}`))
    context.on('request', (request) => {
      if (new URL(request.url()).origin !== service.url) troubles.push(`foreign: ${request.url()}`)
    })
    contexts.push(context)
    return context
  }

  async function elsewhere(user: TestUser, { userAgent = '', label }: { userAgent?: string; label?: string } = {}) {
    const { email, password } = user
    const { json, text } = await service.request('POST', '/auth/login', {
      body: { email, password, credential: 'bearer', ...(label && { label }) },
      headers: { 'user-agent': userAgent },
    })
    if (!json?.token) throw new Error(text)
    return { token: json.token as string, id: json.session.id as string }
  }

  return {
    get service() {
      return service
    },
    get browser() {
      return browser
    },
    async open({ view = DESK, as, place = '', beside, motion = false } = {}) {
      const context = beside?.context() ?? (await newContext(view, motion))
      if (as) await addCookie(context, service, (await elsewhere(as, { userAgent: USER_AGENT })).token)
      const page = await context.newPage()
      await page.goto(`${service.url}/${place}`)
      return page
    },
    elsewhere,
    accepts: async (bearer) => (await service.request('GET', '/auth/session', { bearer })).status === 200,
    tokenOf: async (page) => (await page.context().cookies()).find(({ name }) => name === COOKIE)?.value,
    async changeRows(user, change) {
      const { sessions, scan, put } = service.tables
      for (const row of await scan(sessions)) if (row.userId?.S === user.id) await put(sessions, change(row))
    },
    allow: (...lines) => void allowed.push(...lines),
  }
}

async function addCookie(context: BrowserContext, { url }: TestService, value: string): Promise<void> {
  const secure = url.replace('http:', 'https:') // a Secure cookie of localhost, as the browser itself would keep it
  await context.addCookies([{ name: COOKIE, value, url: secure, secure: true, httpOnly: true, sameSite: 'Lax' }])
}

/** Signs in as people do. */
export async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByLabel(text.fields.email).fill(email)
  await page.getByLabel(text.fields.password, { exact: true }).fill(password)
  await page.getByRole('button', { name: text.signIn.submit }).click()
}

/** As if the tab had just come back into view: the page looks at once instead of at its next beat. */
export async function glance(page: Page): Promise<void> {
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`)
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
export const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
export const dialog = (page: Page) => page.getByRole('dialog')
/** The button in the dialog that is open. */
export const answer = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true })
/** A sentence of the page, word for word. */
export const sentence = (page: Page, words: string) => page.getByText(words, { exact: true })
/** The names on the tickets, in their order. */
export const names = (page: Page) => page.locator('.ticket-name')
/** The ticket of a device. */
export const ticket = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.locator('.ticket-name', { hasText: name }) })
