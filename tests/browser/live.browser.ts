import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { PASSWORD, type TestUser } from '../support/service.ts'
import { answer, button, COOKIE, dialog, glance, heading, names, sentence, signIn, stage, ticket } from './stage.ts'
import { PHONE } from './views.ts'

// What the page shows by itself, without anybody loading it again.

const at = stage()
const ADMIN = ['admin:read', 'admin:revoke', 'admin:write']
const end = (bearer = '') => at.service.request('POST', '/auth/logout', { bearer })
const out = (page: Page) => page.getByRole('dialog', { name: text.ended.title })
const comeBack = async (page: Page, password = PASSWORD) => {
  await out(page).getByLabel(text.fields.password, { exact: true }).fill(password)
  await answer(page, text.signIn.submit).click()
}
/** Of the rows of a user's sessions: their renewals are hours overdue. */
const makeRenewalsDue = (user: TestUser) =>
  at.changeRows(user, (row) => ({ ...row, lastSeenAt: { N: String(Number(row.lastSeenAt?.N) - 5 * 3600) } }))

describe('a session that is ended under a page', () => {
  test('shows within seconds, by itself, covers everything, and keeps what was typed', async () => {
    const user = await at.service.user()
    const first = await at.open({ as: user })
    await heading(first, text.sessions.title).waitFor()
    // The same cookie in another browser: a stolen one, say.
    const second = await at.open()
    const [cookie] = (await first.context().cookies()).filter(({ name }) => name === COOKIE)
    await second.context().addCookies(cookie ? [{ ...cookie, secure: true }] : [])
    await second.goto(`${at.service.url}/#/account`)
    await second.reload()
    await second.getByLabel(text.fields.newPassword, { exact: true }).fill('half of a new pass')
    await button(first, text.navigation.signOut).click()
    await out(second).waitFor() // by its own beat
    await expectCovered(second)
    expect(await out(second).getByLabel(text.fields.email).inputValue()).toBe(user.email)
    await comeBack(second, 'not the right password')
    await out(second).getByRole('alert').filter({ hasText: 'is wrong' }).waitFor()
    await comeBack(second)
    await sentence(second, text.ended.back).waitFor()
    expect(await dialog(second).count()).toBe(0)
    expect(await second.getByLabel(text.fields.newPassword, { exact: true }).inputValue()).toBe('half of a new pass')
    expect(await at.accepts((await at.tokenOf(second)) ?? '')).toBe(true)
  })
})

/** That nothing but the dialog can be seen, and nothing behind it be reached or read out. */
async function expectCovered(page: Page): Promise<void> {
  const { backdrop, paper } = await page.evaluate<{ backdrop: string; paper: string }>(`({
    backdrop: getComputedStyle(document.querySelector('dialog'), '::backdrop').backgroundColor,
    paper: getComputedStyle(document.documentElement).backgroundColor,
  })`)
  expect(backdrop).toBe(paper)
  expect(backdrop).toMatch(/^rgb\(/) // opaque
  const spoken = await accessibleText(page)
  expect(spoken).toContain(text.ended.why)
  for (const behind of [text.account.about, text.account.passwordWill, text.navigation.signOut])
    expect(spoken).not.toContain(behind)
}

/** What the browser tells screen readers: without what is inert. */
async function accessibleText(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  return nodes.flatMap(({ ignored, name }) => (ignored ? [] : [String(name?.value ?? '')])).join('\n')
}

describe('a dialog that is open when the session ends', () => {
  test('is covered too, and is there again with what was typed', async () => {
    const admin = await at.service.user(ADMIN)
    const page = await at.open({ as: admin, place: '#/people' })
    await button(page, text.people.create).click()
    const form = page.getByRole('dialog', { name: text.create.title })
    await form.getByLabel(text.fields.email, { exact: true }).fill('grace@example.com')
    await form.getByLabel(text.fields.scopes).fill('notes:read')
    await end(await at.tokenOf(page))
    await glance(page)
    await out(page).waitFor()
    // The top of the top layer, over the whole window.
    const onTop = await page.evaluate<string[]>(`[[5, 5], [innerWidth / 2, innerHeight / 2], [innerWidth - 30, 700]]
      .map(([x, y]) => document.elementFromPoint(x, y)?.closest('dialog')?.className ?? 'uncovered')`)
    expect(onTop).toEqual(['covering', 'covering', 'covering'])
    await comeBack(page)
    await out(page).waitFor({ state: 'detached' })
    expect(await form.getByLabel(text.fields.email, { exact: true }).inputValue()).toBe('grace@example.com')
    expect(await form.getByLabel(text.fields.scopes).inputValue()).toBe('notes:read')
    await form.getByLabel(text.create.password, { exact: true }).fill(PASSWORD)
    await form.getByRole('button', { name: text.create.submit, exact: true }).click()
    await answer(page, text.create.doneSubmit).click()
    await sentence(page, text.create.done('grace@example.com')).waitFor()
  })

  test('cannot be left by Escape, however often', async () => {
    const page = await at.open({ as: await at.service.user(), place: '#/account', view: PHONE })
    await heading(page, text.account.title).waitFor()
    await end(await at.tokenOf(page))
    await glance(page)
    await out(page).waitFor()
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press('Escape') // Chromium asks the page only at the first
      expect(await heading(page, text.account.title).isVisible()).toBe(false) // nor for a moment
    }
    await out(page).waitFor()
    await expectCovered(page)
  })

  test('makes way for somebody else, who sees nothing of it', async () => {
    const first = await at.service.user()
    const second = await at.service.user()
    const page = await at.open({ as: first, place: '#/account' })
    await page.getByLabel(text.fields.newPassword, { exact: true }).fill('half of a new pass')
    await end(await at.tokenOf(page))
    await glance(page)
    await out(page).waitFor()
    await answer(page, text.ended.somebodyElse).click()
    await heading(page, text.signIn.title).waitFor()
    await signIn(page, second)
    await heading(page, text.sessions.title).waitFor()
    await page.getByRole('link', { name: text.navigation.account }).click()
    await heading(page, text.account.title).waitFor()
    expect(await page.getByLabel(text.fields.newPassword, { exact: true }).inputValue()).toBe('')
    expect(await page.content()).not.toContain(first.email)
  })
})

describe('the list of sessions', () => {
  test('shows by its own beat what was ended elsewhere, and what is new, and says so', async () => {
    const user = await at.service.user()
    const script = await at.elsewhere(user, { label: 'Backup script' })
    const page = await at.open({ as: user })
    await ticket(page, 'Backup script').waitFor()
    await end(script.token)
    await sentence(page, text.session.endedElsewhere('Backup script')).waitFor()
    await ticket(page, 'Backup script').getByText(text.session.ended, { exact: true }).waitFor()
    expect(await button(page, text.session.endNamed('Backup script')).count()).toBe(0)
    await at.elsewhere(user, { label: 'Printer' })
    await sentence(page, text.session.appeared('Printer')).waitFor()
    expect(await names(page).last().textContent()).toBe('Printer')
  })

  test.each([
    ['one’s own', '#/', text.sessions.title],
    ['the account', '#/account', text.account.title],
    ['everybody', '#/people', text.people.title],
    ['somebody', 'somebody', ''],
  ])('looking at %s keeps no session alive', async (_, place, title) => {
    const [admin, somebody] = [await at.service.user(ADMIN), await at.service.user()]
    const there = place === 'somebody' ? `#/people/${somebody.id}` : place
    const page = await at.open({ as: admin, place: there })
    await heading(page, title || somebody.email).waitFor()
    await makeRenewalsDue(admin)
    const { calls } = at.service.proxy
    calls.length = 0
    await page.reload()
    await heading(page, title || somebody.email).waitFor()
    const looks = () => calls.filter(({ operation }) => operation === 'GetItem').length
    const before = looks()
    await expect
      .poll(async () => {
        await glance(page)
        return looks()
      })
      .toBeGreaterThan(before + 4)
    const written = calls.filter(({ operation }) => !['GetItem', 'BatchGetItem', 'Query', 'Scan'].includes(operation))
    expect(written).toEqual([])
  })
})

describe('windows of one browser', () => {
  test('one signs out: the other shows it', async () => {
    const user = await at.service.user()
    const one = await at.open({ as: user })
    const other = await at.open({ beside: one })
    await heading(other, text.sessions.title).waitFor()
    await button(one, text.navigation.signOut).click()
    await heading(one, text.signIn.title).waitFor()
    await glance(other)
    await out(other).waitFor()
    // Signing in in one of them serves both.
    await signIn(one, user)
    await heading(one, text.sessions.title).waitFor()
    await glance(other)
    await out(other).waitFor({ state: 'detached' })
    await heading(other, text.sessions.title).waitFor()
  })

  test('somebody else signs in: the page is theirs, and holds nothing of the first', async () => {
    const [first, second] = [await at.service.user(ADMIN), await at.service.user()]
    const one = await at.open({ as: first })
    const other = await at.open({ beside: one, place: '#/account' })
    await other.getByLabel(text.fields.newPassword, { exact: true }).fill('half of a new pass')
    await button(one, text.navigation.signOut).click()
    await signIn(one, second)
    await heading(one, text.sessions.title).waitFor()
    await glance(other)
    await other.locator('.who-email').filter({ hasText: second.email }).waitFor()
    await heading(other, text.sessions.title).waitFor() // nor is the place the first one's
    await other.getByRole('link', { name: text.navigation.account, exact: true }).click()
    expect(await other.getByLabel(text.fields.newPassword, { exact: true }).inputValue()).toBe('')
    expect(await other.content()).not.toContain(first.email)
    expect(await other.getByRole('link', { name: text.navigation.people }).count()).toBe(0)
  })

  test('one gets a new session: the others go on with it, and nobody is signed out', async () => {
    const user = await at.service.user()
    const one = await at.open({ as: user })
    const other = await at.open({ beside: one })
    await at.elsewhere(user, { label: 'Laptop' })
    await ticket(other, 'Laptop').waitFor()
    await glance(one)
    await button(one, text.sessions.revokeOtherSessions).click()
    await answer(one, text.sessions.endOthersSubmit).click()
    await sentence(one, text.sessions.othersEnded(1)).waitFor()
    for (let i = 0; i < 3; i++) await glance(other)
    await expect.poll(() => dialog(other).count()).toBe(0)
    await button(other, text.navigation.signOut).click()
    await heading(other, text.signIn.title).waitFor()
  })

  const canSignIn = async ({ email, password }: TestUser) =>
    (await at.service.request('POST', '/auth/login', { body: { email, password, credential: 'bearer' } })).status ===
    200
  const openDelete = async (page: Page, { email }: TestUser) => {
    await button(page, text.account.removeSubmit).click()
    await dialog(page).getByLabel(text.account.removeConfirm(email)).fill(email)
  }

  test('what one has begun is not done as another who has signed in since', async () => {
    const [first, second] = [await at.service.user(), await at.service.user()]
    const one = await at.open({ as: first, place: '#/account' })
    await openDelete(one, first)
    const other = await at.open({ beside: one })
    await button(other, text.navigation.signOut).click()
    await signIn(other, second)
    await heading(other, text.sessions.title).waitFor()
    await answer(one, text.account.removeFinally).click()
    await one.locator('.who-email').filter({ hasText: second.email }).waitFor()
    expect([await canSignIn(first), await canSignIn(second)]).toEqual([true, true])
  })

  test('what waits for a password is not done with another’s', async () => {
    const [first, second] = [await at.service.user(), await at.service.user()]
    const one = await at.open({ as: first, place: '#/account' })
    await at.changeRows(first, (row) => ({ ...row, authenticatedAt: { N: '1700000000' } }))
    await openDelete(one, first)
    await answer(one, text.account.removeFinally).click()
    const confirm = one.getByRole('dialog', { name: text.confirm.title })
    await confirm.waitFor()
    const other = await at.open({ beside: one })
    await button(other, text.navigation.signOut).click()
    await signIn(other, second)
    await heading(other, text.sessions.title).waitFor()
    await glance(one)
    await one.locator('.who-email').filter({ hasText: second.email }).waitFor()
    await expect.poll(() => dialog(one).count()).toBe(0)
    expect([await canSignIn(first), await canSignIn(second)]).toEqual([true, true])
  })

  test('ending this device ends whatever session the browser has by then', async () => {
    const user = await at.service.user()
    const one = await at.open({ as: user })
    await button(one, text.session.endNamed('Chrome 131 on Linux')).click()
    const other = await at.open({ beside: one })
    await at.elsewhere(user, { label: 'Laptop' })
    await ticket(other, 'Laptop').waitFor()
    await button(other, text.sessions.revokeOtherSessions).click()
    await answer(other, text.sessions.endOthersSubmit).click()
    await sentence(other, text.sessions.othersEnded(1)).waitFor()
    const token = await at.tokenOf(other)
    await answer(one, text.session.endSubmit).click()
    await heading(one, text.signIn.title).waitFor()
    expect(await at.accepts(token ?? '')).toBe(false)
  })
})

test('a device that has gone on as a new session is not said to be signed out', async () => {
  at.allow(/status of 404/)
  const user = await at.service.user()
  const laptop = await at.elsewhere(user, { label: 'Laptop' })
  const page = await at.open({ as: user })
  await button(page, text.session.endNamed('Laptop')).click()
  const confirmed = await at.service.request('POST', '/auth/session/reauthenticate', {
    body: { password: PASSWORD },
    bearer: laptop.token,
  })
  await answer(page, text.session.endSubmit).click()
  await sentence(page, text.session.endGone('Laptop')).waitFor()
  await button(page, text.session.endNamed('Laptop')).waitFor() // the new one, which can be ended
  expect(await at.accepts(confirmed.json.token)).toBe(true)
})
