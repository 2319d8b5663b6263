import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { de } from '../../console/catalogue/de.ts'
import { text } from '../../console/text.ts'
import { PASSWORD } from '../support/service.ts'
import { button, dialog, heading, launchApp, names, pollNow, sentence, signIn, THIS_DEVICE, ticket } from './app.ts'
import { expectAccessible } from './axe.ts'
import { PHONE } from './displays.ts'

// What makes the page usable for everybody: languages, large text, the colors of the system, translation, slow clocks,
// password managers, and what an operator sets.

const app = launchApp({
  TRUSTED_ORIGINS: 'https://notes.example.com',
  CONSOLE_NAME: 'Ada’s Notes',
  CONSOLE_COLOR: '#ffd400',
  CONSOLE_TERMS_URL: '/terms',
  REGISTRATION: 'open',
})
const scrollsSideways = (page: Page) => page.evaluate('document.documentElement.scrollWidth > innerWidth')
const styleOf = (page: Page, selector: string, property: string) =>
  page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`)
const ADMIN = ['admin:read', 'admin:revoke', 'admin:write']

describe('the page', () => {
  test('is German where the browser prefers that, from the sign-in to a refusal of the service', async () => {
    app.allowLogs(/status of 401/)
    const user = await app.service.user()
    const page = await app.open({ locale: 'de-AT' })
    await heading(page, de.signIn.title).waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe('de')
    await page.getByLabel(de.fields.email).fill(user.email)
    await page.getByLabel(de.fields.password, { exact: true }).fill('not the right password')
    await button(page, de.signIn.submit).click()
    await page.getByRole('alert').filter({ hasText: de.problems.invalid_credentials }).waitFor()
    await page.getByLabel(de.fields.password, { exact: true }).fill(PASSWORD)
    await button(page, de.signIn.submit).click()
    await heading(page, de.sessions.title).waitFor()
    await ticket(page, 'Chrome auf Linux').getByText(de.session.current, { exact: true }).waitFor()
    await expectAccessible(page, 'German')
  })

  test('has the operator’s name, color and links, and stays readable', async () => {
    const page = await app.open()
    await heading(page, text.signIn.title).waitFor()
    await page.getByText('Ada’s Notes', { exact: true }).waitFor()
    expect(await page.title()).toBe(text.title(text.signIn.title, 'Ada’s Notes'))
    expect(await page.getByRole('link', { name: text.links.terms }).getAttribute('href')).toBe('/terms')
    await expectAccessible(page, 'with a light color')
  })

  test('fits at 175 % of the text size on a phone, from left to right and from right to left', async () => {
    const user = await app.service.user(ADMIN)
    await app.signInElsewhere(user, { label: 'A device with a rather long name' })
    const page = await app.open({ display: PHONE, as: user })
    await ticket(page, THIS_DEVICE).waitFor()
    await page.evaluate(`document.documentElement.style.fontSize = '175%'`)
    for (const direction of ['ltr', 'rtl'])
      for (const hash of ['#/', '#/account', '#/users', '#/incident']) {
        await page.evaluate(`document.documentElement.dir = '${direction}'; location.hash = '${hash}'`)
        await page.getByRole('heading', { level: 1 }).waitFor()
        expect(await scrollsSideways(page), `${hash} ${direction}`).toBe(false)
      }
  })

  test('marks the current page and buttons that cannot be undone without colors', async () => {
    const page = await app.open({ as: await app.service.user(), hash: '#/account' })
    await heading(page, text.account.title).waitFor()
    await page.emulateMedia({ forcedColors: 'active' })
    expect(await styleOf(page, 'nav a[aria-current]', 'borderBlockEndWidth')).toBe('4px')
    expect(await styleOf(page, 'button.danger', 'borderBlockStartStyle')).toBe('double')
  })

  test('shows changed text to a reader whose browser translates', async () => {
    const page = await app.open({ as: await app.service.user() })
    await ticket(page, THIS_DEVICE).waitFor()
    // As Chromium's translation does: each text becomes an element of the translator's.
    await page.evaluate(`(() => {
      const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT)
      const nodes = []
      while (walker.nextNode()) if (walker.currentNode.data.trim()) nodes.push(walker.currentNode)
      for (const node of nodes) {
        const font = document.createElement('font')
        font.textContent = '[' + node.data + ']'
        node.replaceWith(font)
      }
    })()`)
    await page.evaluate(`location.hash = '#/account'`)
    await heading(page, text.account.title).waitFor()
    await page.getByLabel(text.fields.newPassword, { exact: true }).fill('abc')
    await page.evaluate(`for (const each of document.querySelectorAll('.rules span')) {
      if (each.children.length > 0 || each.textContent.trim() === '') continue
      const font = document.createElement('font')
      font.textContent = each.textContent
      each.replaceChildren(font)
    }`)
    await page.getByLabel(text.fields.newPassword, { exact: true }).fill('abcdef')
    await page.getByText(text.rules.length(15, 6)).waitFor()
  })

  test('tells times by the service’s clock on a device whose own is a day slow', async () => {
    const page = await app.open({ as: await app.service.user() })
    await page.clock.install({ time: Date.now() - 23 * 3_600_000 })
    await page.reload()
    await ticket(page, THIS_DEVICE).waitFor()
    expect(await ticket(page, THIS_DEVICE).textContent()).toContain(`${text.session.signedIn} ${text.aMomentAgo}`)
  })
})

describe('password managers', () => {
  test('fill in the form without any event', async () => {
    const user = await app.service.user()
    const page = await app.open()
    await heading(page, text.signIn.title).waitFor()
    await page.evaluate(`document.querySelector('[name=username]').value = '${user.email}'
      document.querySelector('[name=password]').value = '${PASSWORD}'`)
    await button(page, text.signIn.submit).click()
    await heading(page, text.sessions.title).waitFor()
  })

  test('know the account of each password, and what a new one must be', async () => {
    const user = await app.service.user()
    const page = await app.open({ as: user })
    await page.goto(`${app.service.url}/.well-known/change-password`)
    await heading(page, text.account.title).waitFor()
    await expect.poll(() => page.evaluate('document.activeElement?.id')).toBe('password')
    const form = page.locator('form', { has: page.getByLabel(text.fields.currentPassword, { exact: true }) })
    expect(await form.locator('[autocomplete=username]').inputValue()).toBe(user.email)
    expect(await form.locator('[autocomplete=new-password]').getAttribute('passwordrules')).toBe('minlength: 15;')
  })
})

describe('a return address', () => {
  test('is opened after the sign-in, and offered to a user who is signed in already', async () => {
    const user = await app.service.user()
    const page = await app.open({ query: '?returnTo=%2Fdocs' })
    await signIn(page, user)
    await page.waitForURL(`${app.service.url}/docs`)
    await page.goto(`${app.service.url}/?returnTo=https%3A%2F%2Fnotes.example.com%2Fa`)
    const onward = page.getByRole('link', { name: text.returnTo.proceed('notes.example.com') })
    expect(await onward.getAttribute('href')).toBe('https://notes.example.com/a')
    await button(page, text.returnTo.stay).click()
    await heading(page, text.account.title).waitFor()
    await page.goto(`${app.service.url}/?returnTo=https%3A%2F%2Fevil.example%2F`)
    await heading(page, text.sessions.title).waitFor()
  })

  test('a link into the page survives the sign-in', async () => {
    const page = await app.open({ hash: '#/account' })
    await signIn(page, await app.service.user())
    await heading(page, text.account.title).waitFor()
  })
})

test('a tab that waits at the sign-in notices a sign-in in another tab', async () => {
  const waiting = await app.open()
  await heading(waiting, text.signIn.title).waitFor()
  const other = await app.open({ beside: waiting })
  await signIn(other, await app.service.user())
  await heading(waiting, text.sessions.title).waitFor()
})

test('notices leave by themselves, but not while the pointer is on them', async () => {
  const user = await app.service.user()
  await app.signInElsewhere(user, { label: 'Printer' })
  const page = await app.open({ as: user })
  await button(page, text.session.signOutNamed('Printer')).click()
  await page.clock.install()
  await dialog(page).getByRole('button', { name: text.session.signOutSubmit }).click()
  const notice = sentence(page, text.session.signOutDone('Printer'))
  await notice.hover()
  await page.clock.fastForward(60_000)
  expect(await notice.count()).toBe(1)
  await page.mouse.move(0, 0)
  await page.clock.fastForward(60_000)
  await notice.waitFor({ state: 'detached' })
})

test('devices with the same name have buttons of different names', async () => {
  const user = await app.service.user()
  for (let i = 0; i < 60; i++) await app.signInElsewhere(user, { userAgent: 'curl/8.5.0' })
  const page = await app.open({ as: user })
  await expect.poll(() => names(page).count()).toBe(61)
  await pollNow(page)
  const heights = await page.locator('.device-row').evaluateAll((rows) => rows.map((row) => row.clientHeight))
  expect(Math.max(...heights)).toBeLessThanOrEqual(72)
  await button(page, text.sessions.revokeOthers).click()
  await dialog(page).getByRole('button', { name: text.sessions.revokeOthersSubmit }).click()
  await page.getByText(text.sessions.ended(60)).waitFor()
  expect(await names(page).count()).toBe(1)
})
