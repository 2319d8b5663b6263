import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { deskText } from '../../console/desk-text.ts'
import { text } from '../../console/text.ts'
import { PASSWORD } from '../support/service.ts'
import {
  button,
  dialog,
  dialogButton,
  ended,
  heading,
  launchApp,
  pollNow,
  SITE,
  sentence,
  THIS_DEVICE,
  ticket,
} from './app.ts'

// Use of the page with the keyboard alone, and where the focus goes.

const app = launchApp()
const ADMIN = ['admin:read', 'admin:revoke', 'admin:write']
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true })
const password = (page: Page) => page.getByLabel(text.fields.password, { exact: true })

const hasFocus = async (target: Locator) => (await target.and(target.page().locator(':focus')).count()) === 1
const focused = (page: Page) =>
  page.evaluate<string>(`(({ tagName, ariaLabel, innerText }) => tagName + ' ' + (ariaLabel ?? innerText).slice(0, 40))
    (document.activeElement)`)

/** Presses Tab until the target has the focus, and expects a visible outline at every stop. */
async function tabTo(target: Locator): Promise<void> {
  const page = target.page()
  for (let stops = 0; stops < 30; stops++) {
    await page.keyboard.press('Tab')
    const outline = await page.evaluate<string>(`(({ outlineStyle, outlineWidth }) => outlineStyle + ' ' + outlineWidth)
      (getComputedStyle(document.activeElement))`)
    if (!(await focused(page)).startsWith('BODY')) expect(outline, await focused(page)).toBe('solid 3px')
    if (await hasFocus(target)) return
  }
  throw new Error(`Tab does not reach ${target}`)
}

async function tabBackTo(target: Locator): Promise<void> {
  for (let stops = 0; stops < 30 && !(await hasFocus(target)); stops++) await target.page().keyboard.press('Shift+Tab')
  expect(await hasFocus(target)).toBe(true)
}

describe('the keyboard', () => {
  test('can sign in and sign out a session; the dialog keeps the focus and returns it', async () => {
    const user = await app.service.user()
    const { token } = await app.signInElsewhere(user, { label: 'Backup script' })
    const page = await app.open()
    await heading(page, text.signIn.title).waitFor()
    await tabTo(page.getByLabel(text.fields.email))
    await page.keyboard.type(user.email)
    await tabTo(password(page))
    await page.keyboard.type(user.password)
    await page.keyboard.press('Enter')
    const signOut = button(page, text.session.signOutNamed('Backup script'))
    await signOut.waitFor()
    await tabTo(signOut)
    await page.keyboard.press('Enter')
    await dialog(page).waitFor()
    expect(await dialog(page).locator(':focus').count()).toBe(1)
    // The focus stays in the dialog or the browser's own controls.
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press('Tab')
      expect(await page.locator('header :focus, main :focus:not(dialog *)').count()).toBe(0)
    }
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
    expect(await hasFocus(signOut)).toBe(true)
    expect(await app.accepts(token)).toBe(true)
    await page.keyboard.press('Enter')
    await tabTo(dialogButton(page, text.session.signOutSubmit))
    await page.keyboard.press('Enter')
    await sentence(page, text.session.signOutDone('Backup script')).waitFor()
    await ended(page, 'Backup script').waitFor({ state: 'attached' })
    expect(await app.accepts(token)).toBe(false)
    expect(await focused(page)).not.toMatch(/^BODY/)
  })

  test('can skip to the content, and each view moves the focus to its heading', async () => {
    const page = await app.open({ as: await app.service.user(ADMIN) })
    await ticket(page, THIS_DEVICE).waitFor()
    await page.keyboard.press('Tab')
    const skip = button(page, text.skip)
    expect(await hasFocus(skip)).toBe(true)
    const box = await skip.boundingBox()
    expect(box?.width).toBeGreaterThan(50)
    await page.keyboard.press('Enter')
    expect(await hasFocus(heading(page, text.sessions.title))).toBe(true)
    const views: [name: string, title: string][] = [
      [text.navigation.account, text.account.title],
      [text.navigation.users, deskText.users.title],
      [text.navigation.sessions, text.sessions.title],
    ]
    for (const [name, title] of views) {
      await tabBackTo(link(page, name))
      await page.keyboard.press('Enter')
      await heading(page, title).waitFor()
      await expect.poll(() => hasFocus(heading(page, title))).toBe(true)
      expect(await page.title()).toBe(text.title(title, SITE))
      expect(await link(page, name).getAttribute('aria-current')).toBe('page')
    }
    await page.goBack()
    await expect.poll(() => hasFocus(heading(page, deskText.users.title))).toBe(true)
  })

  test('finds a title on every view, and the focus on its heading', async () => {
    const page = await app.open()
    await heading(page, text.signIn.title).waitFor()
    expect(await page.title()).toBe(text.title(text.signIn.title, SITE))
    await link(page, text.signIn.register).click()
    await expect.poll(() => hasFocus(heading(page, text.register.title))).toBe(true)
    expect(await page.title()).toBe(text.title(text.register.title, SITE))
    const user = await app.service.user()
    const inside = await app.open({ as: await app.service.user(ADMIN), hash: `#/users/${user.id}` })
    await heading(inside, user.email).waitFor()
    expect(await inside.title()).toBe(text.title(user.email, SITE))
    await button(inside, text.navigation.signOut).click()
    await expect.poll(() => hasFocus(heading(inside, text.signIn.title))).toBe(true)
    expect(await inside.title()).toBe(text.title(text.signIn.title, SITE))
  })

  test('gets the focus back where it was after signing in again', async () => {
    const page = await app.open({ as: await app.service.user(), hash: '#/account' })
    const field = page.getByLabel(text.fields.newPassword, { exact: true })
    await field.fill('half of a new pass')
    await app.service.request('POST', '/auth/logout', { bearer: (await app.tokenOf(page)) ?? '' })
    await pollNow(page)
    const signInAgain = page.getByRole('dialog', { name: text.signInAgain.causes.ended.title })
    await signInAgain.waitFor()
    expect(await hasFocus(password(page))).toBe(true)
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    await signInAgain.waitFor({ state: 'detached' })
    expect(await hasFocus(field)).toBe(true)
  })
})
