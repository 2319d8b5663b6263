import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { text } from '../../console/text.ts'
import type { Item } from '../../lib/dynamodb/item.ts'
import { startTestService, type TestService, type TestUser } from '../support/service.ts'
import { launchChromium } from './chromium.ts'
import { DESKTOP, type Display } from './displays.ts'

/** The user agent of every browser context, and the name of its session in lists. */
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
export const THIS_DEVICE = 'Chrome on Linux'

/** The name that the page shows. */
export const SITE = 'Coatcheck'

export const COOKIE = '__Host-session'

/** The browser's log line about an error response that the page handles. */
const EXPECTED = /^Failed to load resource: the server responded with a status of (401|403|409|422|429|503) /

export interface OpenOptions {
  readonly display?: Display
  /** Signs this user in through the API before the page opens. */
  readonly as?: TestUser
  /** The URL's query and fragment, with `?` and `#`. */
  readonly query?: string
  readonly hash?: string
  /** The language that the browser prefers. */
  readonly locale?: string
  /** Opens a second window in the browser context of this page. */
  readonly beside?: Page
  readonly motion?: boolean
}

interface BearerSession {
  readonly token: string
  readonly id: string
}

/** One service and one browser for a test file. After each test its pages close, and errors in their logs fail it. */
export interface App {
  readonly service: TestService
  readonly browser: Browser
  open(options?: OpenOptions): Promise<Page>
  /** Signs in from another device. */
  signInElsewhere(user: TestUser, device?: { userAgent?: string; label?: string }): Promise<BearerSession>
  accepts(token: string): Promise<boolean>
  /** The session token in the cookie of a page. */
  tokenOf(page: Page): Promise<string | undefined>
  /** Changes the rows of a user's sessions directly in the table. */
  changeRows(user: TestUser, change: (row: Item) => Item): Promise<void>
  /** Ignores log lines that match, for errors that a test provokes. */
  allowLogs(...lines: RegExp[]): void
}

/** @param playsStreams with mail, which goes to the mailbox */
export function launchApp(environment: Record<string, string> = {}, { playsStreams = false } = {}): App {
  let service: TestService
  let browser: Browser
  const contexts: BrowserContext[] = []
  const errors: string[] = []
  const allowed: RegExp[] = []

  beforeAll(async () => {
    ;[service, browser] = await Promise.all([
      startTestService({ DATASTORE_TIMEOUT_MS: '10000', ...environment }, [], undefined, undefined, { playsStreams }),
      launchChromium(),
    ])
  })
  afterEach(async () => {
    service.proxy.fault = undefined
    await Promise.all(contexts.splice(0).map((context) => context.close()))
    const left = errors.splice(0).filter((line) => !allowed.some((pattern) => pattern.test(line)))
    allowed.length = 0
    expect(left).toEqual([])
  })
  afterAll(async () => {
    await browser?.close()
    await service?.close()
  })

  async function newContext({ scheme, width }: Display, motion: boolean, locale?: string): Promise<BrowserContext> {
    const context = await browser.newContext({
      userAgent: USER_AGENT,
      colorScheme: scheme,
      ...(locale && { locale }),
      viewport: { width, height: 800 },
      reducedMotion: motion ? 'no-preference' : 'reduce',
    })
    context.setDefaultTimeout(30_000)
    // Chromium logs violations of the content security policy as errors.
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(message.text()))
        errors.push(`${message.type()}: ${message.text()}`)
    })
    context.on('weberror', (error) => errors.push(`uncaught: ${error.error().message}`))
    context.on('request', (request) => {
      if (new URL(request.url()).origin !== service.url) errors.push(`foreign: ${request.url()}`)
    })
    contexts.push(context)
    return context
  }

  async function signInElsewhere(
    user: TestUser,
    { userAgent = '', label }: { userAgent?: string; label?: string } = {},
  ) {
    const { email, password } = user
    const body = { email, password, credential: 'bearer', ...(label && { label }) }
    const headers = { 'user-agent': userAgent }
    const { json, text } = await service.request('POST', '/auth/login', { body, headers })
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
    async open({ display = DESKTOP, as, query = '', hash = '', beside, motion = false, locale } = {}) {
      const context = beside?.context() ?? (await newContext(display, motion, locale))
      if (as) await addCookie(context, service, (await signInElsewhere(as, { userAgent: USER_AGENT })).token)
      const page = await context.newPage()
      await page.goto(`${service.url}/${query}${hash}`)
      return page
    },
    signInElsewhere,
    accepts: async (bearer) => (await service.request('GET', '/auth/session', { bearer })).status === 200,
    tokenOf: async (page) => (await page.context().cookies()).find(({ name }) => name === COOKIE)?.value,
    async changeRows(user, change) {
      const { sessions, scan, put } = service.tables
      for (const row of await scan(sessions)) if (row.userId?.S === user.id) await put(sessions, change(row))
    },
    allowLogs: (...lines) => void allowed.push(...lines),
  }
}

async function addCookie(context: BrowserContext, { url }: TestService, value: string): Promise<void> {
  const secure = url.replace('http:', 'https:') // browsers store Secure cookies for localhost too
  await context.addCookies([{ name: COOKIE, value, url: secure, secure: true, httpOnly: true, sameSite: 'Lax' }])
}

/** Signs in through the form. */
export async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByLabel(text.fields.email).fill(email)
  await page.getByLabel(text.fields.password, { exact: true }).fill(password)
  await button(page, text.signIn.submit).click()
}

/** Makes the page poll at once, as if its tab had just become visible. */
export async function pollNow(page: Page): Promise<void> {
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`)
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
export const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })
export const dialog = (page: Page) => page.getByRole('dialog')
/** A button in the open dialog. */
export const dialogButton = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true })
/** An element with exactly this text. */
/** What the page says about a password that the service has rejected. */
export const rejection = (rule: string, detail: string) =>
  (text.rules.rejected as Readonly<Record<string, string>>)[rule] ?? detail
export const sentence = (page: Page, words: string) => page.getByText(words, { exact: true })
/** The device names in the list of sessions, in order. */
export const names = (page: Page) => page.locator('.ticket-name, .device-name')
/** A device's entry in the list of sessions. */
export const ticket = (page: Page, name: string) =>
  page.locator('.ticket, .devices > li').filter({ has: page.locator('.ticket-name, .device-name', { hasText: name }) })
/** A device's entry in the folded list of those that have ended. */
export const ended = (page: Page, name: string) => page.locator('.ended li', { hasText: name })
/** Opens the details of a device. */
export const openDetails = (page: Page, name: string) => button(page, text.session.detailsNamed(name)).click()
