import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { PASSWORD } from '../support/service.ts'
import { answer, button, dialog, glance, heading, sentence, signIn, stage, THIS_DEVICE, ticket } from './stage.ts'
import { ALL_VIEWS } from './views.ts'

// For people who do not see the page, or have no mouse, or are made dizzy.

const at = stage()
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const ADMIN = ['admin:read', 'admin:revoke', 'admin:write']
const alert = (page: Page, words: string) => page.getByRole('alert').filter({ hasText: words })
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true })
const password = (page: Page) => page.getByLabel(text.fields.password, { exact: true })

/** What axe finds on the page as it is, by scheme and width; the debugger's code is not held to the page's policy. */
async function expectAccessible(page: Page, what: string): Promise<void> {
  const found: string[] = []
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(`${AXE};0`)
  for (const { scheme, width } of ALL_VIEWS) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    const violations = await page.evaluate<string[]>(`axe
      .run(document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })
      .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, any }) => id + ': ' + html.slice(0, 200) + ' ' + (any[0]?.message ?? ''))))`)
    const scrolls = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
    found.push(...violations, ...(scrolls ? ['scrolls sideways'] : []))
    if (found.length > 0) expect(found, `${what} at ${width} in ${scheme}`).toEqual([])
  }
}

describe('no rule of axe is broken, in either scheme, at either width', () => {
  test('before anybody is signed in', async () => {
    at.allow(/status of 400/)
    const user = await at.service.user()
    const page = await at.open()
    await heading(page, text.signIn.title).waitFor()
    await expectAccessible(page, 'sign-in')
    await signIn(page, { email: user.email, password: 'not the right password' })
    await alert(page, 'is wrong').waitFor()
    await expectAccessible(page, 'a refused sign-in')
    await page.goto(`${at.service.url}/#/register`)
    await heading(page, text.register.title).waitFor()
    await page.getByLabel(text.fields.email).fill('ada')
    await password(page).fill('correct horse')
    await expectAccessible(page, 'register')
    await button(page, text.register.submit).click()
    await page.locator('[aria-invalid]').first().waitFor()
    await expectAccessible(page, 'a refused registration')
  })

  test('on one’s own pages', async () => {
    const user = await at.service.user()
    await at.elsewhere(user, { label: 'Backup script', userAgent: 'curl/8.5.0' })
    const { token } = await at.elsewhere(user, { label: 'Printer' })
    const page = await at.open({ as: user })
    await ticket(page, 'Printer').waitFor()
    await at.service.request('POST', '/auth/logout', { bearer: token })
    await glance(page)
    await sentence(page, text.session.endedElsewhere('Printer')).waitFor()
    await page.getByText(text.session.details).first().click()
    await expectAccessible(page, 'sessions')
    await button(page, text.session.endNamed('Backup script')).click()
    await expectAccessible(page, 'ending one')
    await answer(page, text.cancel).click()
    await button(page, text.sessions.revokeOtherSessions).click()
    await expectAccessible(page, 'ending the others')
    await answer(page, text.cancel).click()
    await link(page, text.navigation.account).click()
    await heading(page, text.account.title).waitFor()
    await page.getByLabel(text.fields.currentPassword, { exact: true }).fill('not the right password')
    await page.getByLabel(text.fields.newPassword, { exact: true }).fill(`${PASSWORD} anew`)
    await expectAccessible(page, 'account')
    await button(page, text.account.passwordSubmit).click()
    await alert(page, 'is wrong').waitFor()
    await expectAccessible(page, 'a refused change of the password')
    await button(page, text.account.removeSubmit).click()
    await page.getByLabel(text.account.removeConfirm(user.email)).fill('else')
    await answer(page, text.account.removeFinally).click()
    await sentence(page, text.account.removeMismatch).waitFor()
    await expectAccessible(page, 'deleting the account')
    await at.changeRows(user, (row) => ({ ...row, authenticatedAt: { N: '1700000000' } }))
    await page.getByLabel(text.account.removeConfirm(user.email)).fill(user.email)
    await answer(page, text.account.removeFinally).click()
    await page.getByRole('dialog', { name: text.confirm.title }).waitFor()
    await expectAccessible(page, 'confirming')
  })

  test('on administrators’ pages', async () => {
    at.allow(/status of 400/)
    const user = await at.service.user(['notes:read'])
    await at.elsewhere(user, { label: 'Backup script' })
    const page = await at.open({ as: await at.service.user(ADMIN), place: '#/people' })
    await page.getByRole('list', { name: text.people.all }).waitFor()
    await page.getByLabel(text.people.findLabel).fill('ada')
    await button(page, text.people.find).click()
    await sentence(page, text.fields.emailInvalid).waitFor()
    await expectAccessible(page, 'people')
    await button(page, text.people.create).click()
    await answer(page, text.create.make).click()
    await expectAccessible(page, 'creating')
    await answer(page, text.cancel).click()
    await page.getByLabel(text.people.findLabel).fill(user.email)
    await button(page, text.people.find).click()
    await ticket(page, 'Backup script').waitFor()
    await expectAccessible(page, 'somebody')
    for (const name of [text.person.edit, text.person.disable, text.person.remove, text.person.revokeAllSessions]) {
      await button(page, name).click()
      await dialog(page).waitFor()
      if (name === text.person.edit) await dialog(page).getByLabel(text.fields.scopes).fill('notes:write')
      await expectAccessible(page, name)
      await answer(page, text.cancel).click()
    }
    await button(page, text.person.disable).click()
    await answer(page, text.person.disable).click()
    await button(page, text.person.enable).waitFor()
    await expectAccessible(page, 'somebody disabled')
    await button(page, text.person.enable).click()
    await expectAccessible(page, 'enabling')
  })

  test('where something hinders', async () => {
    const user = await at.service.user()
    const page = await at.open({ as: user, place: '#/people' })
    await sentence(page, text.people.notAllowed).waitFor()
    await expectAccessible(page, 'not allowed')
    at.service.proxy.fault = () => 'failed'
    await glance(page)
    await sentence(page, text.trouble.unavailable).waitFor()
    await expectAccessible(page, 'an outage')
    await page.reload()
    await heading(page, text.trouble.startingTitle).waitFor()
    await expectAccessible(page, 'one moment')
    at.service.proxy.fault = undefined
    await glance(page)
    await heading(page, text.people.title).waitFor()
    await at.service.request('POST', '/auth/logout', { bearer: (await at.tokenOf(page)) ?? '' })
    await glance(page)
    await page.getByRole('dialog', { name: text.ended.title }).waitFor()
    await expectAccessible(page, 'signed out')
  })
})

const hasFocus = async (target: Locator) => (await target.and(target.page().locator(':focus')).count()) === 1
const focused = (page: Page) =>
  page.evaluate<string>(`(({ tagName, ariaLabel, innerText }) => tagName + ' ' + (ariaLabel ?? innerText).slice(0, 40))
    (document.activeElement)`)

/** Presses Tab until it is there; every stop on the way can be seen. */
async function tabTo(target: Locator): Promise<void> {
  const page = target.page()
  for (let stops = 0; stops < 30; stops++) {
    await page.keyboard.press('Tab')
    const outline = await page.evaluate<string>(`(({ outlineStyle, outlineWidth }) => outlineStyle + ' ' + outlineWidth)
      (getComputedStyle(document.activeElement))`)
    if (!(await focused(page)).startsWith('BODY')) expect(outline, await focused(page)).toBe('solid 3px')
    if (await hasFocus(target)) return
  }
  throw new Error(`Tab does not lead to ${target}`)
}

describe('with a keyboard alone', () => {
  test('signing in, and ending a session', async () => {
    const user = await at.service.user()
    const { token } = await at.elsewhere(user, { label: 'Backup script' })
    const page = await at.open()
    await heading(page, text.signIn.title).waitFor()
    await tabTo(page.getByLabel(text.fields.email))
    await page.keyboard.type(user.email)
    await tabTo(password(page))
    await page.keyboard.type(user.password)
    await page.keyboard.press('Enter')
    const end = button(page, text.session.endNamed('Backup script'))
    await end.waitFor()
    await tabTo(end)
    await page.keyboard.press('Enter')
    await dialog(page).waitFor()
    expect(await dialog(page).locator(':focus').count()).toBe(1)
    // The focus stays inside, but for the browser's own bar.
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press('Tab')
      expect(await page.locator('header :focus, main :focus:not(dialog *)').count()).toBe(0)
    }
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
    expect(await hasFocus(end)).toBe(true)
    expect(await at.accepts(token)).toBe(true)
    await page.keyboard.press('Enter')
    await tabTo(answer(page, text.session.endSubmit))
    await page.keyboard.press('Enter')
    await sentence(page, text.session.endDone('Backup script')).waitFor()
    await ticket(page, 'Backup script').getByText(text.session.ended, { exact: true }).waitFor()
    expect(await at.accepts(token)).toBe(false)
    expect(await focused(page)).not.toMatch(/^BODY/)
  })

  test('one can skip to the content, and each view takes the focus to its heading', async () => {
    const page = await at.open({ as: await at.service.user(ADMIN) })
    await ticket(page, THIS_DEVICE).waitFor()
    await page.keyboard.press('Tab')
    const skip = button(page, text.skip)
    expect(await hasFocus(skip)).toBe(true)
    const seen = await skip.boundingBox()
    expect(seen?.width).toBeGreaterThan(50)
    await page.keyboard.press('Enter')
    expect(await hasFocus(heading(page, text.sessions.title))).toBe(true)
    const views: [name: string, title: string][] = [
      [text.navigation.account, text.account.title],
      [text.navigation.people, text.people.title],
      [text.navigation.sessions, text.sessions.title],
    ]
    for (const [name, title] of views) {
      await tabBackTo(link(page, name))
      await page.keyboard.press('Enter')
      await heading(page, title).waitFor()
      await expect.poll(() => hasFocus(heading(page, title))).toBe(true)
      expect(await page.title()).toBe(text.title(title))
      expect(await link(page, name).getAttribute('aria-current')).toBe('page')
    }
    await page.goBack()
    await expect.poll(() => hasFocus(heading(page, text.people.title))).toBe(true)
  })

  test('every page has its title, and takes the focus when people come to it', async () => {
    const page = await at.open()
    await heading(page, text.signIn.title).waitFor()
    expect(await page.title()).toBe(text.title(text.signIn.title))
    await link(page, text.signIn.register).click()
    await expect.poll(() => hasFocus(heading(page, text.register.title))).toBe(true)
    expect(await page.title()).toBe(text.title(text.register.title))
    const user = await at.service.user()
    const inside = await at.open({ as: await at.service.user(ADMIN), place: `#/people/${user.id}` })
    await heading(inside, user.email).waitFor()
    expect(await inside.title()).toBe(text.title(user.email))
    await button(inside, text.navigation.signOut).click()
    await expect.poll(() => hasFocus(heading(inside, text.signIn.title))).toBe(true)
    expect(await inside.title()).toBe(text.title(text.signIn.title))
  })

  test('coming back from “signed out” leaves the focus where it was', async () => {
    const page = await at.open({ as: await at.service.user(), place: '#/account' })
    const field = page.getByLabel(text.fields.newPassword, { exact: true })
    await field.fill('half of a new pass')
    await at.service.request('POST', '/auth/logout', { bearer: (await at.tokenOf(page)) ?? '' })
    await glance(page)
    const out = page.getByRole('dialog', { name: text.ended.title })
    await out.waitFor()
    expect(await hasFocus(password(page))).toBe(true)
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    await out.waitFor({ state: 'detached' })
    expect(await hasFocus(field)).toBe(true)
  })
})

async function tabBackTo(target: Locator): Promise<void> {
  for (let stops = 0; stops < 30 && !(await hasFocus(target)); stops++) await target.page().keyboard.press('Shift+Tab')
  expect(await hasFocus(target)).toBe(true)
}

describe('motion', () => {
  const movesOf = (page: Page) =>
    page.evaluate<string[]>(`[...document.querySelectorAll('*')].flatMap((element) => {
      const { animationName, transitionDuration } = getComputedStyle(element)
      return animationName === 'none' && /^(0s(, )?)+$/.test(transitionDuration) ? [] : [element.tagName]
    })`)
  const openDialog = async (motion: boolean) => {
    const page = await at.open({ as: await at.service.user(), motion })
    await button(page, text.session.endNamed(THIS_DEVICE)).click()
    await dialog(page).waitFor()
    return page
  }

  test('none is run or waits to be for people who ask for none', async () => {
    const page = await openDialog(false)
    expect(await page.evaluate('document.getAnimations().length')).toBe(0)
    expect(await movesOf(page)).toEqual([])
  })

  test('there is some for others', async () => {
    expect(await movesOf(await openDialog(true))).toEqual(expect.arrayContaining(['DIALOG', 'BUTTON']))
  })
})

/** The innermost elements that reach over the window's edge. */
const TOO_WIDE = `[...document.querySelectorAll('body *:not(:has(*))')]
  .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth)
  .map(({ outerHTML }) => outerHTML.slice(0, 120))`

describe('reflow', () => {
  test('at 320 pixels nothing is wider than the window, however long it is', async () => {
    const email = `${'a'.repeat(64)}@${'b'.repeat(60)}.example.com`
    await at.service.request('POST', '/auth/register', { body: { email, password: PASSWORD, name: 'n'.repeat(100) } })
    const label = 'w'.repeat(64)
    const other = await at.service.request('POST', '/auth/login', {
      body: { email, password: PASSWORD, label, credential: 'bearer' },
      headers: { 'user-agent': 'm'.repeat(200) },
    })
    expect(other.status).toBe(200)
    const page = await at.open({ view: { scheme: 'light', width: 320 } })
    await signIn(page, { email, password: PASSWORD })
    await ticket(page, label).waitFor()
    const fits = async (what: string) => expect(await page.evaluate(TOO_WIDE), what).toEqual([])
    await ticket(page, label).getByText(text.session.details).click()
    await fits('sessions')
    await button(page, text.session.endNamed(label)).click()
    await fits('ending one')
    await answer(page, text.session.endSubmit).click()
    await sentence(page, text.session.endDone(label)).waitFor()
    await fits('a notice')
    await link(page, text.navigation.account).click()
    await heading(page, text.account.title).waitFor()
    await fits('account')
    await button(page, text.account.removeSubmit).click()
    await fits('deleting the account')
  })
})
