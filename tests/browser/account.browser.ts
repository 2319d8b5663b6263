import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { PASSWORD, type TestUser } from '../support/service.ts'
import { answer, button, dialog, heading, sentence, signIn, stage } from './stage.ts'
import { DESK, VIEWS } from './views.ts'

// One's own account: a new password, the password once more, the end of it.

const at = stage()
const NEW_PASSWORD = 'an entirely different staple'

/** As if everybody of this user had signed in a day ago. */
const ageSignIns = (user: TestUser) =>
  at.changeRows(user, (row) => ({ ...row, authenticatedAt: { N: String(Number(row.authenticatedAt?.N) - 86_400) } }))

const openAccount = async (user: TestUser, view = DESK) => {
  const page = await at.open({ as: user, place: '#/account', view })
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

describe.each(VIEWS)('at $width in $scheme', (view) => {
  test('the password is changed: everything else is signed out, this page is not', async () => {
    const user = await at.service.user()
    const other = await at.elsewhere(user)
    const page = await openAccount(user, view)
    const before = (await at.tokenOf(page)) ?? ''
    await change(page, PASSWORD, NEW_PASSWORD)
    await sentence(page, text.account.passwordDone).waitFor()
    expect([await at.accepts(other.token), await at.accepts(before)]).toEqual([false, false])
    expect(await at.accepts((await at.tokenOf(page)) ?? '')).toBe(true)
    expect((await at.service.signIn(user)).answer.status).toBe(401)
    expect((await at.service.signIn({ ...user, password: NEW_PASSWORD })).answer.status).toBe(200)
    expect([await current(page).inputValue(), await next(page).inputValue()]).toEqual(['', ''])
    await page.reload()
    await heading(page, text.account.title).waitFor()
  })

  test('the account is deleted after its email has been typed, and no sooner', async () => {
    const user = await at.service.user()
    const other = await at.elsewhere(user)
    const page = await openAccount(user, view)
    await button(page, text.account.removeSubmit).click()
    const field = page.getByLabel(text.account.removeConfirm(user.email))
    await field.fill('somebody@example.com')
    await answer(page, text.account.removeFinally).click()
    await sentence(page, text.account.removeMismatch).waitFor()
    expect(await at.accepts(other.token)).toBe(true)
    await field.fill(` ${user.email.toUpperCase()} `)
    await answer(page, text.account.removeFinally).click()
    await heading(page, text.signIn.title).waitFor()
    await sentence(page, text.account.removed).waitFor()
    expect(await at.accepts(other.token)).toBe(false)
    expect(await at.tokenOf(page)).toBeUndefined()
    await signIn(page, user)
    await page.getByRole('alert').filter({ hasText: /./ }).waitFor()
    await heading(page, text.signIn.title).waitFor()
  })
})

test('who somebody is', async () => {
  const user = await at.service.user(['notes:read'])
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

describe('a change of the password', () => {
  test('a wrong current one is said at its field, and nothing has changed', async () => {
    const user = await at.service.user()
    const page = await openAccount(user)
    await change(page, 'not the right password', NEW_PASSWORD)
    await page.getByRole('alert').filter({ hasText: 'is wrong' }).waitFor()
    expect(await current(page).getAttribute('aria-invalid')).toBe('true')
    expect(await next(page).getAttribute('aria-invalid')).toBeNull()
    expect(await next(page).inputValue()).toBe(NEW_PASSWORD)
    expect((await at.service.signIn(user)).answer.status).toBe(200)
  })

  test.each([
    ['length', 'short'],
    ['own_words', 'coatcheck localhost 1'],
    ['common', 'qwertyuiopqwertyuiop'],
  ])('a new one that is rejected is said at its field: %s', async (rule, password) => {
    const user = await at.service.user()
    const page = await openAccount(user)
    const refused = page.waitForResponse('**/auth/password')
    await change(page, PASSWORD, password)
    const { rule: named, detail } = await (await refused).json()
    expect(named).toBe(rule)
    await sentence(page, detail).waitFor()
    expect(await next(page).getAttribute('aria-invalid')).toBe('true')
    expect((await at.service.signIn(user)).answer.status).toBe(200)
  })
})

describe('when the sign-in is a while ago', () => {
  const openDeletion = async (user: TestUser) => {
    const page = await openAccount(user)
    await ageSignIns(user)
    await button(page, text.account.removeSubmit).click()
    await page.getByLabel(text.account.removeConfirm(user.email)).fill(user.email)
    await answer(page, text.account.removeFinally).click()
    await page.getByRole('dialog', { name: text.confirm.title }).waitFor()
    return page
  }
  const asked = (page: Page) => page.getByRole('dialog', { name: text.confirm.title })
  const give = async (page: Page, password: string) => {
    await asked(page).getByLabel(text.fields.password, { exact: true }).fill(password)
    await asked(page).getByRole('button', { name: text.confirm.submit }).click()
  }

  test('the password is asked for, and what was asked for goes on', async () => {
    const user = await at.service.user()
    const page = await openDeletion(user)
    await give(page, PASSWORD)
    await sentence(page, text.account.removed).waitFor()
    expect((await at.service.signIn(user)).answer.status).toBe(401)
  })

  test('a wrong one is said, and can be corrected', async () => {
    const user = await at.service.user()
    const page = await openDeletion(user)
    await give(page, 'not the right password')
    await asked(page).getByRole('alert').filter({ hasText: 'is wrong' }).waitFor()
    expect((await at.service.signIn(user)).answer.status).toBe(200)
    await give(page, PASSWORD)
    await sentence(page, text.account.removed).waitFor()
  })

  test.each(['Escape', 'Cancel'])('%s leaves everything as it was', async (way) => {
    const user = await at.service.user()
    const page = await openDeletion(user)
    const before = await at.tokenOf(page)
    if (way === 'Escape') await page.keyboard.press('Escape')
    else await asked(page).getByRole('button', { name: text.cancel }).click()
    await asked(page).waitFor({ state: 'detached' })
    const behind = page.getByRole('dialog', { name: text.account.removeTitle })
    expect(await behind.getByLabel(text.account.removeConfirm(user.email)).inputValue()).toBe(user.email)
    expect(await at.tokenOf(page)).toBe(before)
    expect(await at.accepts(before ?? '')).toBe(true)
    // It can be asked for again.
    await answer(page, text.account.removeFinally).click()
    await give(page, PASSWORD)
    await sentence(page, text.account.removed).waitFor()
    expect(await dialog(page).count()).toBe(0)
  })
})
