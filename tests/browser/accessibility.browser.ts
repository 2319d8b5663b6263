import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { deskText } from '../../console/desk-text.ts'
import { text } from '../../console/text.ts'
import { PASSWORD } from '../support/service.ts'
import {
  button,
  dialog,
  dialogButton,
  heading,
  launchApp,
  openDetails,
  pollNow,
  sentence,
  signIn,
  THIS_DEVICE,
  ticket,
} from './app.ts'
import { expectAccessible } from './axe.ts'

// Accessibility: rules of axe, reduced motion and reflow. keyboard.browser.ts has the keyboard and the focus.

const app = launchApp()
const ADMIN = ['admin:read', 'admin:revoke', 'admin:write']
const alert = (page: Page, words: string) => page.getByRole('alert').filter({ hasText: words })
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true })
const password = (page: Page) => page.getByLabel(text.fields.password, { exact: true })

describe('no view violates a rule of axe', () => {
  test('sign-in and registration', async () => {
    app.allowLogs(/status of 400/)
    const user = await app.service.user()
    const page = await app.open()
    await heading(page, text.signIn.title).waitFor()
    await expectAccessible(page, 'sign-in')
    await signIn(page, { email: user.email, password: 'not the right password' })
    await alert(page, 'is wrong').waitFor()
    await expectAccessible(page, 'a refused sign-in')
    await page.goto(`${app.service.url}/#/register`)
    await heading(page, text.register.title).waitFor()
    await page.getByLabel(text.fields.email).fill('ada')
    await password(page).fill('correct horse')
    await expectAccessible(page, 'register')
    await button(page, text.register.submit).click()
    await page.locator('[aria-invalid]').first().waitFor()
    await expectAccessible(page, 'a refused registration')
  })

  test('the user’s own views', async () => {
    const user = await app.service.user()
    await app.signInElsewhere(user, { label: 'Backup script', userAgent: 'curl/8.5.0' })
    const { token } = await app.signInElsewhere(user, { label: 'Printer' })
    const page = await app.open({ as: user })
    await ticket(page, 'Printer').waitFor()
    await app.service.request('POST', '/auth/logout', { bearer: token })
    await pollNow(page)
    await sentence(page, text.session.signedOutElsewhere('Printer')).waitFor()
    await page.getByText(text.session.details).first().click()
    await openDetails(page, 'Backup script')
    await expectAccessible(page, 'sessions')
    await button(page, text.session.signOutNamed('Backup script')).click()
    await expectAccessible(page, 'signing out one')
    await dialogButton(page, text.cancel).click()
    await button(page, text.sessions.revokeOthers).click()
    await expectAccessible(page, 'signing out the others')
    await dialogButton(page, text.cancel).click()
    await link(page, text.navigation.account).click()
    await heading(page, text.account.title).waitFor()
    await page.getByLabel(text.fields.currentPassword, { exact: true }).fill('not the right password')
    await page.getByLabel(text.fields.newPassword, { exact: true }).fill(`${PASSWORD} anew`)
    await expectAccessible(page, 'account')
    await button(page, text.account.passwordSubmit).click()
    await alert(page, 'is wrong').waitFor()
    await expectAccessible(page, 'a refused change of the password')
    await button(page, text.account.deleteSubmit).click()
    await page.getByLabel(text.account.deleteConfirm(user.email)).fill('else')
    await dialogButton(page, text.account.deleteFinal).click()
    await sentence(page, text.account.deleteMismatch).waitFor()
    await expectAccessible(page, 'deleting the account')
    await app.changeRows(user, (row) => ({ ...row, authenticatedAt: { N: '1700000000' } }))
    await page.getByLabel(text.account.deleteConfirm(user.email)).fill(user.email)
    await dialogButton(page, text.account.deleteFinal).click()
    await page.getByRole('dialog', { name: text.reauthentication.title }).waitFor()
    await expectAccessible(page, 'reauthenticating')
  })

  test('administrators’ views', async () => {
    const user = await app.service.user(['notes:read'])
    await app.signInElsewhere(user, { label: 'Backup script' })
    const page = await app.open({ as: await app.service.user(ADMIN), hash: '#/users' })
    await page.getByRole('table', { name: deskText.users.all }).waitFor()
    await page.getByLabel(deskText.users.findLabel).fill('nobody at all')
    await sentence(page, deskText.users.none).waitFor()
    await expectAccessible(page, 'users')
    await button(page, deskText.users.create).click()
    await dialogButton(page, text.fields.generate).click()
    await expectAccessible(page, 'creating a user')
    await dialogButton(page, text.cancel).click()
    await page.getByLabel(deskText.users.findLabel).fill(user.email)
    await page.keyboard.press('Enter')
    await ticket(page, 'Backup script').waitFor()
    await heading(page, user.email).waitFor()
    await expectAccessible(page, 'a user')
    for (const name of [deskText.user.edit, deskText.user.disable, deskText.user.delete, deskText.user.revokeAll]) {
      await button(page, name).click()
      await dialog(page).waitFor()
      if (name === deskText.user.edit) await dialog(page).getByLabel(text.fields.scopes).fill('notes:write')
      await expectAccessible(page, name)
      await dialogButton(page, text.cancel).click()
    }
    await button(page, deskText.user.disable).click()
    await dialogButton(page, deskText.user.disable).click()
    await button(page, deskText.user.enable).waitFor()
    await expectAccessible(page, 'a disabled user')
    await button(page, deskText.user.enable).click()
    await expectAccessible(page, 'enabling')
  })

  test('outages and missing scopes', async () => {
    const user = await app.service.user()
    const page = await app.open({ as: user, hash: '#/users' })
    await sentence(page, text.notAllowed.why).waitFor()
    await expectAccessible(page, 'not allowed')
    app.service.proxy.fault = () => 'failed'
    await pollNow(page)
    await sentence(page, text.errors.unavailable).waitFor()
    await expectAccessible(page, 'an outage')
    await page.reload()
    await heading(page, text.errors.startingTitle).waitFor()
    await expectAccessible(page, 'one moment')
    app.service.proxy.fault = undefined
    await pollNow(page)
    await heading(page, text.notAllowed.title).waitFor()
    await app.service.request('POST', '/auth/logout', { bearer: (await app.tokenOf(page)) ?? '' })
    await pollNow(page)
    await page.getByRole('dialog', { name: text.signInAgain.causes.ended.title }).waitFor()
    await expectAccessible(page, 'signed out')
  })
})

describe('reduced motion', () => {
  const movingElements = (page: Page) =>
    page.evaluate<string[]>(`[...document.querySelectorAll('*')].flatMap((element) => {
      const { animationName, transitionDuration } = getComputedStyle(element)
      return animationName === 'none' && /^(0s(, )?)+$/.test(transitionDuration) ? [] : [element.tagName]
    })`)
  const openDialog = async (motion: boolean) => {
    const page = await app.open({ as: await app.service.user(), motion })
    await button(page, text.session.signOutNamed(THIS_DEVICE)).click()
    await dialog(page).waitFor()
    return page
  }

  test('turns off every animation and transition if the user prefers it', async () => {
    const page = await openDialog(false)
    expect(await page.evaluate('document.getAnimations().length')).toBe(0)
    expect(await movingElements(page)).toEqual([])
  })

  test('is off by default: dialogs and buttons move', async () => {
    expect(await movingElements(await openDialog(true))).toEqual(expect.arrayContaining(['DIALOG', 'BUTTON']))
  })
})

/** The innermost elements that extend beyond the right edge of the window. */
const TOO_WIDE = `[...document.querySelectorAll('body *:not(:has(*))')]
  .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth)
  .map(({ outerHTML }) => outerHTML.slice(0, 120))`

describe('reflow', () => {
  test('at 320 pixels no element is wider than the window, even with the longest texts', async () => {
    const email = `${'a'.repeat(64)}@${'b'.repeat(60)}.example.com`
    await app.service.request('POST', '/auth/register', { body: { email, password: PASSWORD, name: 'n'.repeat(100) } })
    const label = 'w'.repeat(64)
    const other = await app.service.request('POST', '/auth/login', {
      body: { email, password: PASSWORD, label, credential: 'bearer' },
      headers: { 'user-agent': 'm'.repeat(200) },
    })
    expect(other.status).toBe(200)
    const page = await app.open({ display: { scheme: 'light', width: 320 } })
    await signIn(page, { email, password: PASSWORD })
    await ticket(page, label).waitFor()
    const fits = async (state: string) => expect(await page.evaluate(TOO_WIDE), state).toEqual([])
    await openDetails(page, label)
    await fits('sessions')
    await button(page, text.session.signOutNamed(label)).click()
    await fits('signing out one')
    await dialogButton(page, text.session.signOutSubmit).click()
    await sentence(page, text.session.signOutDone(label)).waitFor()
    await fits('a notice')
    await link(page, text.navigation.account).click()
    await heading(page, text.account.title).waitFor()
    await fits('account')
    await button(page, text.account.deleteSubmit).click()
    await fits('deleting the account')
  })
})
