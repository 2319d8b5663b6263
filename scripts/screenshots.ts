import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { text } from '../console/text.ts'
import { type Stack, startStack } from '../local/stack.ts'
import { launchChromium } from '../tests/browser/chromium.ts'
import { freePort } from '../tests/support/free-port.ts'
import { makeScenery, PASSWORD, PEPPER } from './scenery.ts'

// Takes a picture of every screen of the console, wide in both themes and as a phone has it. Needs Chromium (Debian's
// package); Inter and P052 (fonts-inter, fonts-urw-base35) make them look as they do elsewhere:
//   npm run screenshots

const FOLDER = 'docs/screens'
const LOOKS = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1200, height: 780 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1200, height: 780 } },
  { name: 'phone', colorScheme: 'light', viewport: { width: 390, height: 780 } },
] as const
type Look = (typeof LOOKS)[number]

const folder = await mkdtemp(join(tmpdir(), 'coatcheck-screens-'))
const settings = { PORT: String(await freePort()), PASSWORD_PEPPER: PEPPER, BCRYPT_COST: '10', FRESH_SECONDS: '900' }
const stack = await startStack({ environment: settings, dataFolder: folder, services: ['.'], log: () => {} })
const browser = await launchChromium()
try {
  await mkdir(FOLDER, { recursive: true })
  const scenery = await makeScenery(stack.endpoint)
  for (const look of LOOKS) await walk(look, stack, browser, scenery)
  scenery.close()
} finally {
  await browser.close()
  await stack.close()
  await rm(folder, { recursive: true })
}

/** From screen to screen, as two people. */
async function walk(look: Look, { url }: Stack, browser: Browser, scenery: Awaited<ReturnType<typeof makeScenery>>) {
  const { colorScheme, viewport } = look
  const open = async () => (await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' })).newPage()
  const shot = async (page: Page, screen: string) => {
    await page.evaluate('document.fonts.ready')
    await page.mouse.move(0, 0)
    await page.screenshot({ path: join(FOLDER, `${screen}-${look.name}.png`) })
    console.log(`${FOLDER}/${screen}-${look.name}.png`)
  }
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const view = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).click()
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
  await shot(ada, 'sign-in')
  await view(ada, text.signIn.register)
  await ada.getByLabel(text.fields.email).fill('mary@example.com')
  await ada.getByLabel(text.fields.password, { exact: true }).fill('paper boats')
  await shot(ada, 'register')

  const user = scenery.userOf('ada')
  await scenery.seat(user)
  await signIn(ada, user.email)
  await ada.getByRole('listitem').nth(4).waitFor()
  await shot(ada, 'sessions')
  await button(ada, text.session.endNamed('Chrome 142 on Windows')).click()
  await ada.getByRole('dialog').waitFor()
  await shot(ada, 'end-session')
  await button(ada, text.session.endSubmit).click()
  await ada.getByText(text.session.ended, { exact: true }).waitFor()
  await shot(ada, 'sessions-ended')
  await view(ada, text.navigation.account)
  await ada.getByLabel(text.fields.newPassword, { exact: true }).fill('tin whistles at dawn')
  await shot(ada, 'account')

  const grace = await open()
  await signIn(grace, scenery.userOf('grace').email)
  await view(grace, text.navigation.people)
  await grace.getByRole('list', { name: text.people.all }).waitFor()
  await shot(grace, 'people')
  await button(grace, text.people.create).click()
  await button(grace, text.create.make).click()
  await shot(grace, 'create-user')
  await button(grace, text.cancel).click()
  await grace.getByLabel(text.people.findLabel).fill(user.email)
  await button(grace, text.people.find).click()
  await grace.getByRole('heading', { name: user.email }).waitFor()
  await grace.getByText(text.session.id).first().waitFor({ state: 'attached' })
  await shot(grace, 'person')
  await button(grace, text.person.edit).click()
  await grace.getByLabel(text.fields.scopes).fill('notes:read')
  await shot(grace, 'edit-user')
  await button(grace, text.cancel).click()
  await button(grace, text.person.revokeAllSessions).click()
  await grace.getByRole('dialog').waitFor()
  await shot(grace, 'end-all')
  await grace.getByRole('dialog').getByRole('button', { name: text.person.revokeAllSessions }).click()
  await grace.getByRole('status').getByText('refused').waitFor()
  await shot(grace, 'end-all-done')
  await ada.getByRole('heading', { name: text.ended.title }).waitFor()
  await shot(ada, 'signed-out')
  await grace.context().setOffline(true)
  await grace.getByText(text.trouble.offline).waitFor()
  await shot(grace, 'offline')
  await ada.context().close()
  await grace.context().close()
}
