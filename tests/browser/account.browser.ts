import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { PASSWORD, type TestUser } from '../support/service.ts'
import { button, dialog, dialogButton, heading, launchApp, rejection, sentence, signIn } from './app.ts'
import { DESKTOP, PHONE } from './displays.ts'

// The user's own account: profile, password change, reauthentication and deletion.

const app = launchApp()
const NEW_PASSWORD = 'an entirely different staple'

/** Moves the user's last authentication back by a day. */
const ageSignIns = (user: TestUser) =>
  app.changeRows(user, (row) => ({ ...row, authenticatedAt: { N: String(Number(row.authenticatedAt?.N) - 86_400) } }))

const openAccount = async (user: TestUser, display = DESKTOP) => {
  const page = await app.open({ as: user, hash: '#/account', display })
  await heading(page, text.account.title).waitFor()
  return page
}
type Page = Awaited<ReturnType<typeof openAccount>>

const current = (page: Page) => page.getByLabel(text.fields.currentPassword, { exact: true })
const next = (page: Page) => page.getByLabel(text.fields.newPassword, { exact: true })
const change = async (page: Page, from: string, to: string) => {
  await current(page).fill(from)
  await next(page).fill(to)
  await button(page, text.account.passwordSubmit).click()
}

test('a password change without a new session says that it was made, and the new password signs in', async () => {
  const user = await app.service.user()
  const other = await app.signInElsewhere(user)
  const page = await openAccount(user)
  let deletes = 0
  const { sessions } = app.service.tables
  app.service.proxy.fault = ({ operation, table }) =>
    operation === 'DeleteItem' && table === sessions && ++deletes === 1 ? 'applied but failed' : undefined
  await change(page, PASSWORD, NEW_PASSWORD)
  await dialog(page).getByText(text.signInAgain.changes.sign_in_again.why).waitFor()
  app.service.proxy.fault = undefined
  expect(await app.accepts(other.token)).toBe(false)
  await dialog(page).getByLabel(text.fields.password, { exact: true }).fill(NEW_PASSWORD)
  await dialogButton(page, text.signIn.submit).click()
  await page.getByText(text.signInAgain.done).waitFor()
})

describe('on a phone', () => {
  test('a password change signs out all other sessions and keeps this page signed in', async () => {
    const user = await app.service.user()
    const other = await app.signInElsewhere(user)
    const page = await openAccount(user, PHONE)
    const before = (await app.tokenOf(page)) ?? ''
    await change(page, PASSWORD, NEW_PASSWORD)
    await sentence(page, text.account.passwordDone).waitFor()
    expect([await app.accepts(other.token), await app.accepts(before)]).toEqual([false, false])
    expect(await app.accepts((await app.tokenOf(page)) ?? '')).toBe(true)
    expect((await app.service.signIn(user)).answer.status).toBe(401)
    expect((await app.service.signIn({ ...user, password: NEW_PASSWORD })).answer.status).toBe(200)
    expect([await current(page).inputValue(), await next(page).inputValue()]).toEqual(['', ''])
    await page.reload()
    await heading(page, text.account.title).waitFor()
  })

  test('the account is deleted only after its email address has been entered', async () => {
    const user = await app.service.user()
    const other = await app.signInElsewhere(user)
    const page = await openAccount(user, PHONE)
    await button(page, text.account.deleteSubmit).click()
    const field = page.getByLabel(text.account.deleteConfirm(user.email))
    await field.fill('somebody@example.com')
    await dialogButton(page, text.account.deleteFinal).click()
    await sentence(page, text.account.deleteMismatch).waitFor()
    expect(await app.accepts(other.token)).toBe(true)
    await field.fill(` ${user.email.toUpperCase()} `)
    await dialogButton(page, text.account.deleteFinal).click()
    await heading(page, text.signIn.title).waitFor()
    await sentence(page, text.account.deleted).waitFor()
    expect(await app.accepts(other.token)).toBe(false)
    expect(await app.tokenOf(page)).toBeUndefined()
    await signIn(page, user)
    await page.getByRole('alert').filter({ hasText: /./ }).waitFor()
    await heading(page, text.signIn.title).waitFor()
  })
})

test('the account page shows the user’s profile', async () => {
  const user = await app.service.user(['notes:read'])
  const page = await openAccount(user)
  const facts = await page.locator('dd').allTextContents()
  expect(facts).toEqual([
    user.email,
    text.account.noName,
    expect.stringContaining(String(new Date().getFullYear())),
    'account notes:read',
    user.id,
  ])
})

describe('the password form', () => {
  test('shows a wrong current password at its field and changes nothing', async () => {
    const user = await app.service.user()
    const page = await openAccount(user)
    await change(page, 'not the right password', NEW_PASSWORD)
    await page.getByRole('alert').filter({ hasText: 'is wrong' }).waitFor()
    expect(await current(page).getAttribute('aria-invalid')).toBe('true')
    expect(await next(page).getAttribute('aria-invalid')).toBeNull()
    expect(await next(page).inputValue()).toBe(NEW_PASSWORD)
    expect((await app.service.signIn(user)).answer.status).toBe(200)
  })

  test.each([
    ['length', 'short'],
    ['own_words', 'coatcheck localhost 1'],
    ['common', 'qwertyuiopqwertyuiop'],
  ])('shows a rejected new password at its field: rule %s', async (rule, password) => {
    const user = await app.service.user()
    const page = await openAccount(user)
    const refused = page.waitForResponse('**/auth/password')
    await change(page, PASSWORD, password)
    const { rule: actualRule, detail } = await (await refused).json()
    expect(actualRule).toBe(rule)
    await sentence(page, rejection(actualRule, detail)).waitFor()
    expect(await next(page).getAttribute('aria-invalid')).toBe('true')
    expect((await app.service.signIn(user)).answer.status).toBe(200)
  })
})

describe('without a recent authentication', () => {
  const openDeletion = async (user: TestUser) => {
    const page = await openAccount(user)
    await ageSignIns(user)
    await button(page, text.account.deleteSubmit).click()
    await page.getByLabel(text.account.deleteConfirm(user.email)).fill(user.email)
    await dialogButton(page, text.account.deleteFinal).click()
    await page.getByRole('dialog', { name: text.reauthentication.title }).waitFor()
    return page
  }
  const passwordDialog = (page: Page) => page.getByRole('dialog', { name: text.reauthentication.title })
  const enterPassword = async (page: Page, password: string) => {
    await passwordDialog(page).getByLabel(text.fields.password, { exact: true }).fill(password)
    await passwordDialog(page).getByRole('button', { name: text.reauthentication.submit }).click()
  }

  test('deletion asks for the password and then continues', async () => {
    const user = await app.service.user()
    const page = await openDeletion(user)
    await enterPassword(page, PASSWORD)
    await sentence(page, text.account.deleted).waitFor()
    expect((await app.service.signIn(user)).answer.status).toBe(401)
  })

  test('the dialog shows a wrong password and lets the user correct it', async () => {
    const user = await app.service.user()
    const page = await openDeletion(user)
    await enterPassword(page, 'not the right password')
    await passwordDialog(page).getByRole('alert').filter({ hasText: 'is wrong' }).waitFor()
    expect((await app.service.signIn(user)).answer.status).toBe(200)
    await enterPassword(page, PASSWORD)
    await sentence(page, text.account.deleted).waitFor()
  })

  test.each(['Escape', 'Cancel'])('%s in the password dialog changes nothing and can be retried', async (key) => {
    const user = await app.service.user()
    const page = await openDeletion(user)
    const before = await app.tokenOf(page)
    if (key === 'Escape') await page.keyboard.press('Escape')
    else await passwordDialog(page).getByRole('button', { name: text.cancel }).click()
    await passwordDialog(page).waitFor({ state: 'detached' })
    const behind = page.getByRole('dialog', { name: text.account.deleteTitle })
    expect(await behind.getByLabel(text.account.deleteConfirm(user.email)).inputValue()).toBe(user.email)
    expect(await app.tokenOf(page)).toBe(before)
    expect(await app.accepts(before ?? '')).toBe(true)
    await dialogButton(page, text.account.deleteFinal).click()
    await enterPassword(page, PASSWORD)
    await sentence(page, text.account.deleted).waitFor()
    expect(await dialog(page).count()).toBe(0)
  })
})
