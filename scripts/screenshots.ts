import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { de } from '../console/catalogue/de.ts'
import { deDesk } from '../console/catalogue/de-desk.ts'
import { en } from '../console/catalogue/en.ts'
import { enDesk } from '../console/catalogue/en-desk.ts'
import { type Stack, startStack } from '../local/stack.ts'
import { launchChromium } from '../tests/browser/chromium.ts'
import { freePort } from '../tests/support/free-port.ts'
import { makeScenery, PASSWORD, PEPPER } from './scenery.ts'

// Takes a screenshot of every view of the console: on a desktop in both color schemes, and on a phone. Needs Debian's
// Chromium. The fonts Inter and P052 (fonts-inter, fonts-urw-base35) make the screenshots look the same everywhere.
//   npm run screenshots -- [--language de] [--out FOLDER] [--wide]

const { values: options } = parseArgs({
  options: {
    language: { type: 'string', default: 'en' },
    out: { type: 'string', default: 'docs/screens' },
    wide: { type: 'boolean', default: false },
  },
})
const FOLDER = options.out
const [text, deskText] = options.language === 'de' ? [de, deDesk] : [en, enDesk]
/** Every width in both color schemes, to look at. */
const WIDE = [390, 768, 1440].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({
    ...{ name: `${width}-${colorScheme}`, colorScheme },
    viewport: { width, height: 900 },
  })),
)
const DISPLAYS = options.wide
  ? WIDE
  : [
      { name: 'light', colorScheme: 'light', viewport: { width: 1200, height: 780 } } as const,
      { name: 'dark', colorScheme: 'dark', viewport: { width: 1200, height: 780 } } as const,
      { name: 'phone', colorScheme: 'light', viewport: { width: 390, height: 780 } } as const,
    ]
interface Display {
  readonly name: string
  readonly colorScheme: 'light' | 'dark'
  readonly viewport: { readonly width: number; readonly height: number }
}

const folder = await mkdtemp(join(tmpdir(), 'coatcheck-screens-'))
const settings = {
  PORT: String(await freePort()),
  REGISTRATION: 'open',
  PASSWORD_PEPPER: PEPPER,
  BCRYPT_COST: '10',
  FRESH_SECONDS: '900',
  DATASTORE_TIMEOUT_MS: '10000',
}
const stack = await startStack({ environment: settings, dataFolder: folder, services: ['.'], log: () => {} })
const browser = await launchChromium()
try {
  await mkdir(FOLDER, { recursive: true })
  const scenery = await makeScenery(stack.endpoint)
  for (const display of DISPLAYS) await takeAll(display, stack, browser, scenery)
  scenery.close()
} finally {
  await browser.close()
  await stack.close()
  await rm(folder, { recursive: true })
}

/** Walks through all views, as a user and as an administrator. */
async function takeAll(
  display: Display,
  { url }: Stack,
  browser: Browser,
  scenery: Awaited<ReturnType<typeof makeScenery>>,
) {
  const { colorScheme, viewport } = display
  const open = async () =>
    (await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce', locale: options.language })).newPage()
  const take = async (page: Page, screen: string) => {
    await page.evaluate('document.fonts.ready')
    await page.mouse.move(0, 0)
    await page.screenshot({ path: join(FOLDER, `${screen}-${display.name}.png`) })
    console.log(`${FOLDER}/${screen}-${display.name}.png`)
  }
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).click()
  /** As from a mail; the service sees the secret only if the link is used. */
  const openLink = async (page: Page, action: string, userId: string) => {
    await page.goto(`${url}/link/${action}#${userId}${'x'.repeat(43)}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
  }
  const signIn = async (page: Page, email: string) => {
    await page.goto(url)
    await page.getByLabel(text.fields.email).fill(email)
    await page.getByLabel(text.fields.password, { exact: true }).fill(PASSWORD)
    await button(page, text.signIn.submit).click()
    await page.getByRole('heading', { name: text.sessions.title }).waitFor()
  }

  const ada = await open()
  await ada.goto(url)
  await ada.getByRole('heading', { name: text.signIn.title }).waitFor()
  await take(ada, 'sign-in')
  await follow(ada, text.signIn.register)
  await ada.getByLabel(text.fields.email).fill('mary@example.com')
  await ada.getByLabel(text.fields.password, { exact: true }).fill('paper boats')
  await take(ada, 'register')

  const user = scenery.userOf('ada')
  await ada.goto(url)
  await ada.getByLabel(text.fields.email).fill(user.email)
  await follow(ada, text.signIn.forgotten)
  await button(ada, text.forgottenPassword.submit).click()
  await ada.getByRole('heading', { name: text.mailSent.title }).waitFor()
  await take(ada, 'check-mail')
  await openLink(ada, 'reset-password', user.id)
  await button(ada, text.fields.generate).click()
  await take(ada, 'reset-password')
  await scenery.signInEverywhere(user)
  await signIn(ada, user.email)
  await ada.getByRole('listitem').nth(3).waitFor()
  await take(ada, 'sessions')
  await button(ada, text.session.signOutNamed(text.device.on('Firefox', 'Linux'))).click()
  await ada.getByRole('dialog').waitFor()
  await take(ada, 'sign-out-session')
  await ada.getByRole('dialog').getByRole('button', { name: text.session.signOutSubmit }).click()
  await ada.getByText(text.sessions.ended(1)).waitFor()
  await take(ada, 'session-signed-out')
  await follow(ada, text.navigation.account)
  await ada.getByLabel(text.fields.newPassword, { exact: true }).fill('tin whistles at dawn')
  await take(ada, 'account')

  await openLink(ada, 'verify-email', user.id)
  await button(ada, text.verifyEmail.submit(user.email)).waitFor()
  await take(ada, 'verify-email')

  const grace = await open()
  await signIn(grace, scenery.userOf('grace').email)
  await follow(grace, text.navigation.users)
  await grace.getByRole('table', { name: deskText.users.all }).waitFor()
  await take(grace, 'users')
  await button(grace, deskText.users.create).click()
  await button(grace, text.fields.generate).click()
  await take(grace, 'create-user')
  await button(grace, text.cancel).click()
  await grace.getByLabel(deskText.users.findLabel).fill(user.email)
  await grace.keyboard.press('Enter')
  await grace.getByRole('heading', { name: user.email }).waitFor()
  await grace.getByRole('list', { name: deskText.user.sessions }).waitFor()
  await take(grace, 'user')
  await button(grace, deskText.user.edit).click()
  await grace.getByLabel(text.fields.scopes).fill('notes:read')
  await take(grace, 'edit-user')
  await button(grace, text.cancel).click()
  await button(grace, deskText.user.setPassword).click()
  await button(grace, text.fields.generate).click()
  await take(grace, 'set-password')
  await button(grace, text.cancel).click()
  await button(grace, deskText.user.revokeAll).click()
  await grace.getByRole('dialog').waitFor()
  await take(grace, 'revoke-all')
  await grace.getByRole('dialog').getByRole('button', { name: deskText.user.revokeAll }).click()
  await grace.getByRole('status').locator('.notice').waitFor()
  await take(grace, 'revoke-all-done')
  await ada.getByRole('heading', { name: text.signInAgain.causes.ended.title }).waitFor()
  await take(ada, 'sign-in-again')
  await grace.context().setOffline(true)
  await grace.getByText(text.errors.offline).waitFor()
  await take(grace, 'offline')
  await ada.context().close()
  await grace.context().close()
}
