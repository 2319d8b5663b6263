import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { deskText } from '../../console/desk-text.ts'
import { text } from '../../console/text.ts'
import { PASSWORD, type TestUser } from '../support/service.ts'
import {
  button,
  COOKIE,
  dialog,
  dialogButton,
  ended,
  heading,
  launchApp,
  names,
  pollNow,
  sentence,
  signIn,
  ticket,
} from './app.ts'
import { PHONE } from './displays.ts'

// Changes that the page shows without a reload.

const app = launchApp()
const ADMIN = ['admin:read', 'admin:revoke', 'admin:write']
const signOut = (bearer = '') => app.service.request('POST', '/auth/logout', { bearer })
const signInAgain = (page: Page) => page.getByRole('dialog', { name: text.signInAgain.causes.ended.title })
const enterPassword = async (page: Page, password = PASSWORD) => {
  await signInAgain(page).getByLabel(text.fields.password, { exact: true }).fill(password)
  await dialogButton(page, text.signIn.submit).click()
}
/** Makes a renewal of the user's sessions overdue. */
const makeRenewalsDue = (user: TestUser) =>
  app.changeRows(user, (row) => ({ ...row, lastSeenAt: { N: String(Number(row.lastSeenAt?.N) - 5 * 3600) } }))

describe('a revoked session', () => {
  test('covers an open page within seconds and keeps what was typed', async () => {
    const user = await app.service.user()
    const first = await app.open({ as: user })
    await heading(first, text.sessions.title).waitFor()
    // The same cookie in another browser, as after a theft.
    const second = await app.open()
    const [cookie] = (await first.context().cookies()).filter(({ name }) => name === COOKIE)
    await second.context().addCookies(cookie ? [{ ...cookie, secure: true }] : [])
    await second.goto(`${app.service.url}/#/account`)
    await second.reload()
    await second.getByLabel(text.fields.newPassword, { exact: true }).fill('half of a new pass')
    await button(first, text.navigation.signOut).click()
    await signInAgain(second).waitFor() // by polling
    await expectCovered(second)
    expect(await signInAgain(second).getByLabel(text.fields.email).inputValue()).toBe(user.email)
    await enterPassword(second, 'not the right password')
    await signInAgain(second).getByRole('alert').filter({ hasText: 'is wrong' }).waitFor()
    await enterPassword(second)
    await second.getByText(text.signInAgain.done).waitFor()
    expect(await dialog(second).count()).toBe(0)
    expect(await second.getByLabel(text.fields.newPassword, { exact: true }).inputValue()).toBe('half of a new pass')
    expect(await app.accepts((await app.tokenOf(second)) ?? '')).toBe(true)
  })
})

/** Expects that only the dialog is visible and exposed to assistive technology. */
async function expectCovered(page: Page): Promise<void> {
  const { backdrop, paper } = await page.evaluate<{ backdrop: string; paper: string }>(`({
    backdrop: getComputedStyle(document.querySelector('dialog'), '::backdrop').backgroundColor,
    paper: getComputedStyle(document.documentElement).backgroundColor,
  })`)
  expect(backdrop).toBe(paper)
  expect(backdrop).toMatch(/^rgb\(/) // opaque
  const exposed = await accessibleText(page)
  expect(exposed).toContain(text.signInAgain.causes.ended.why)
  for (const behind of [text.account.profile, text.account.passwordEffect, text.navigation.signOut])
    expect(exposed).not.toContain(behind)
}

/** The text in the accessibility tree, which excludes inert content. */
async function accessibleText(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  return nodes.flatMap(({ ignored, name }) => (ignored ? [] : [String(name?.value ?? '')])).join('\n')
}

describe('the sign-in-again dialog', () => {
  test('covers an open dialog, which keeps what was typed', async () => {
    const admin = await app.service.user(ADMIN)
    const page = await app.open({ as: admin, hash: '#/users' })
    await button(page, deskText.users.create).click()
    const form = page.getByRole('dialog', { name: deskText.createUser.title })
    await form.getByLabel(text.fields.email, { exact: true }).fill('grace@example.com')
    await form.getByLabel(text.fields.scopes).fill('notes:read')
    await signOut(await app.tokenOf(page))
    await pollNow(page)
    await signInAgain(page).waitFor()
    // The topmost element at several points of the window.
    const onTop = await page.evaluate<string[]>(`[[5, 5], [innerWidth / 2, innerHeight / 2], [innerWidth - 30, 700]]
      .map(([x, y]) => document.elementFromPoint(x, y)?.closest('dialog')?.className ?? 'uncovered')`)
    expect(onTop).toEqual(['covering', 'covering', 'covering'])
    await enterPassword(page)
    await signInAgain(page).waitFor({ state: 'detached' })
    expect(await form.getByLabel(text.fields.email, { exact: true }).inputValue()).toBe('grace@example.com')
    expect(await form.getByLabel(text.fields.scopes).inputValue()).toBe('notes:read')
    await form.getByLabel(deskText.createUser.password, { exact: true }).fill(PASSWORD)
    await form.getByRole('button', { name: deskText.createUser.submit, exact: true }).click()
    await page.getByLabel(deskText.createUser.kept).check()
    await dialogButton(page, text.done).click()
    await sentence(page, deskText.createUser.done('grace@example.com')).waitFor()
  })

  test('stays open when Escape is pressed repeatedly', async () => {
    const page = await app.open({ as: await app.service.user(), hash: '#/account', display: PHONE })
    await heading(page, text.account.title).waitFor()
    await signOut(await app.tokenOf(page))
    await pollNow(page)
    await signInAgain(page).waitFor()
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press('Escape') // Chromium sends a cancelable event only for the first
      expect(await heading(page, text.account.title).isVisible()).toBe(false) // not even briefly
    }
    await signInAgain(page).waitFor()
    await expectCovered(page)
  })

  test('lets another user sign in, who sees nothing of the previous user', async () => {
    const first = await app.service.user()
    const second = await app.service.user()
    const page = await app.open({ as: first, hash: '#/account' })
    await page.getByLabel(text.fields.newPassword, { exact: true }).fill('half of a new pass')
    await signOut(await app.tokenOf(page))
    await pollNow(page)
    await signInAgain(page).waitFor()
    await dialogButton(page, text.signInAgain.otherUser).click()
    await heading(page, text.signIn.title).waitFor()
    await signIn(page, second)
    await heading(page, text.sessions.title).waitFor()
    await page.getByRole('link', { name: text.navigation.account }).click()
    await heading(page, text.account.title).waitFor()
    expect(await page.getByLabel(text.fields.newPassword, { exact: true }).inputValue()).toBe('')
    expect(await page.content()).not.toContain(first.email)
  })
})

describe('polling', () => {
  test('shows revoked and new sessions in the list, with a notice', async () => {
    const user = await app.service.user()
    const script = await app.signInElsewhere(user, { label: 'Backup script' })
    const page = await app.open({ as: user })
    await ticket(page, 'Backup script').waitFor()
    await signOut(script.token)
    await sentence(page, text.session.signedOutElsewhere('Backup script')).waitFor()
    await ended(page, 'Backup script').waitFor({ state: 'attached' })
    expect(await button(page, text.session.signOutNamed('Backup script')).count()).toBe(0)
    await app.signInElsewhere(user, { label: 'Printer' })
    await sentence(page, text.session.appeared('Printer')).waitFor()
    expect(await names(page).nth(1).textContent()).toBe(`Printer${text.session.fresh}`)
    await button(page, text.session.show).click()
    expect(await ticket(page, 'Printer').and(page.locator(':focus')).count()).toBe(1)
  })

  test.each([
    ['sessions', '#/', text.sessions.title],
    ['account', '#/account', text.account.title],
    ['users', '#/users', deskText.users.title],
    ['user', '#/users/{userId}', ''],
  ])('never extends a session: view %s', async (_, hash, title) => {
    const [admin, user] = [await app.service.user(ADMIN), await app.service.user()]
    const address = hash.replace('{userId}', user.id)
    const page = await app.open({ as: admin, hash: address })
    await heading(page, title || user.email).waitFor()
    await makeRenewalsDue(admin)
    const { calls } = app.service.proxy
    calls.length = 0
    await page.reload()
    await heading(page, title || user.email).waitFor()
    const reads = () => calls.filter(({ operation }) => operation === 'GetItem').length
    const before = reads()
    await expect
      .poll(async () => {
        await pollNow(page)
        return reads()
      })
      .toBeGreaterThan(before + 4)
    const written = calls.filter(({ operation }) => !['GetItem', 'BatchGetItem', 'Query', 'Scan'].includes(operation))
    expect(written).toEqual([])
  })
})

describe('two windows of one browser', () => {
  test('a sign-out in one window shows in the other', async () => {
    const user = await app.service.user()
    const firstWindow = await app.open({ as: user })
    const secondWindow = await app.open({ beside: firstWindow })
    await heading(secondWindow, text.sessions.title).waitFor()
    await button(firstWindow, text.navigation.signOut).click()
    await heading(firstWindow, text.signIn.title).waitFor()
    await pollNow(secondWindow)
    await signInAgain(secondWindow).waitFor()
    // Signing in again in one window continues both.
    await signIn(firstWindow, user)
    await heading(firstWindow, text.sessions.title).waitFor()
    await pollNow(secondWindow)
    await signInAgain(secondWindow).waitFor({ state: 'detached' })
    await heading(secondWindow, text.sessions.title).waitFor()
  })

  test('a sign-in as another user replaces the page of the first user in the other window', async () => {
    const [first, second] = [await app.service.user(ADMIN), await app.service.user()]
    const firstWindow = await app.open({ as: first })
    const secondWindow = await app.open({ beside: firstWindow, hash: '#/account' })
    await secondWindow.getByLabel(text.fields.newPassword, { exact: true }).fill('half of a new pass')
    await button(firstWindow, text.navigation.signOut).click()
    await signIn(firstWindow, second)
    await heading(firstWindow, text.sessions.title).waitFor()
    await pollNow(secondWindow)
    await secondWindow.locator('.viewer-email').filter({ hasText: second.email }).waitFor()
    await heading(secondWindow, text.sessions.title).waitFor() // not the first user's view
    await secondWindow.getByRole('link', { name: text.navigation.account, exact: true }).click()
    expect(await secondWindow.getByLabel(text.fields.newPassword, { exact: true }).inputValue()).toBe('')
    expect(await secondWindow.content()).not.toContain(first.email)
    expect(await secondWindow.getByRole('link', { name: text.navigation.users }).count()).toBe(0)
  })

  test('a replaced session continues in the other window', async () => {
    const user = await app.service.user()
    const firstWindow = await app.open({ as: user })
    const secondWindow = await app.open({ beside: firstWindow })
    await app.signInElsewhere(user, { label: 'Laptop' })
    await ticket(secondWindow, 'Laptop').waitFor()
    await pollNow(firstWindow)
    await button(firstWindow, text.sessions.revokeOthers).click()
    await dialogButton(firstWindow, text.sessions.revokeOthersSubmit).click()
    await sentence(firstWindow, text.sessions.revokeOthersDone(1)).waitFor()
    for (let i = 0; i < 3; i++) await pollNow(secondWindow)
    await expect.poll(() => dialog(secondWindow).count()).toBe(0)
    await button(secondWindow, text.navigation.signOut).click()
    await heading(secondWindow, text.signIn.title).waitFor()
  })

  /** The page learns of other tabs by its own requests only. */
  const ignoreOtherTabs = async (page: Page) => {
    await page.addInitScript('BroadcastChannel.prototype.addEventListener = () => {}')
    await page.reload()
  }

  const canSignIn = async ({ email, password }: TestUser) =>
    (await app.service.request('POST', '/auth/login', { body: { email, password, credential: 'bearer' } })).status ===
    200
  const openDelete = async (page: Page, { email }: TestUser) => {
    await button(page, text.account.deleteSubmit).click()
    await dialog(page).getByLabel(text.account.deleteConfirm(email)).fill(email)
  }

  test('an action that one user started is not executed as another user', async () => {
    const [first, second] = [await app.service.user(), await app.service.user()]
    const firstWindow = await app.open({ as: first, hash: '#/account' })
    await ignoreOtherTabs(firstWindow)
    await openDelete(firstWindow, first)
    const secondWindow = await app.open({ beside: firstWindow })
    await button(secondWindow, text.navigation.signOut).click()
    await signIn(secondWindow, second)
    await heading(secondWindow, text.sessions.title).waitFor()
    await dialogButton(firstWindow, text.account.deleteFinal).click()
    await firstWindow.locator('.viewer-email').filter({ hasText: second.email }).waitFor()
    expect([await canSignIn(first), await canSignIn(second)]).toEqual([true, true])
  })

  test('an action that waits for a password is not executed as another user', async () => {
    const [first, second] = [await app.service.user(), await app.service.user()]
    const firstWindow = await app.open({ as: first, hash: '#/account' })
    await app.changeRows(first, (row) => ({ ...row, authenticatedAt: { N: '1700000000' } }))
    await openDelete(firstWindow, first)
    await dialogButton(firstWindow, text.account.deleteFinal).click()
    const passwordDialog = firstWindow.getByRole('dialog', { name: text.reauthentication.title })
    await passwordDialog.waitFor()
    const secondWindow = await app.open({ beside: firstWindow })
    await button(secondWindow, text.navigation.signOut).click()
    await signIn(secondWindow, second)
    await heading(secondWindow, text.sessions.title).waitFor()
    await pollNow(firstWindow)
    await firstWindow.locator('.viewer-email').filter({ hasText: second.email }).waitFor()
    await expect.poll(() => dialog(firstWindow).count()).toBe(0)
    expect([await canSignIn(first), await canSignIn(second)]).toEqual([true, true])
  })

  test('signing out this device revokes a session that replaced the shown one meanwhile', async () => {
    const user = await app.service.user()
    const firstWindow = await app.open({ as: user })
    await button(firstWindow, text.session.signOutNamed('Chrome on Linux')).click()
    const secondWindow = await app.open({ beside: firstWindow })
    await app.signInElsewhere(user, { label: 'Laptop' })
    await ticket(secondWindow, 'Laptop').waitFor()
    await button(secondWindow, text.sessions.revokeOthers).click()
    await dialogButton(secondWindow, text.sessions.revokeOthersSubmit).click()
    await sentence(secondWindow, text.sessions.revokeOthersDone(1)).waitFor()
    const token = await app.tokenOf(secondWindow)
    await dialogButton(firstWindow, text.session.signOutSubmit).click()
    await heading(firstWindow, text.signIn.title).waitFor()
    expect(await app.accepts(token ?? '')).toBe(false)
  })
})

test.each([
  ['a moment ago is signed out', 0],
  ['long ago is not reported as signed out', 1080],
])('a device whose session was replaced %s', async (_, seconds) => {
  app.allowLogs(/status of 404/)
  const user = await app.service.user()
  const laptop = await app.signInElsewhere(user, { label: 'Laptop' })
  const page = await app.open({ as: user })
  await button(page, text.session.signOutNamed('Laptop')).click()
  const reauthenticated = await app.service.request('POST', '/auth/session/reauthenticate', {
    body: { password: PASSWORD },
    bearer: laptop.token,
  })
  await app.changeRows(user, (row) => ({
    ...row,
    ...(row.replaced?.L && {
      replaced: {
        L: row.replaced.L.map(({ M }) => ({
          M: { ...M, replacedAt: { N: String(Number(M?.replacedAt?.N) - seconds) } },
        })),
      },
    }),
  }))
  await dialogButton(page, text.session.signOutSubmit).click()
  const { signOutDone, signOutGone, signOutNamed } = text.session
  await sentence(page, (seconds === 0 ? signOutDone : signOutGone)('Laptop')).waitFor()
  if (seconds > 0) await button(page, signOutNamed('Laptop')).waitFor() // of the new session
  expect(await app.accepts(reauthenticated.json.token)).toBe(seconds > 0)
})
