import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { deskText } from '../../console/desk-text.ts'
import { text } from '../../console/text.ts'
import { PASSWORD } from '../support/service.ts'
import { button, dialog, dialogButton, heading, launchApp, rejection, sentence, signIn } from './app.ts'
import { expectAccessible } from './axe.ts'
import { DISPLAYS } from './displays.ts'

// Registration, sign-in and sign-out.

const app = launchApp()
const ADMIN = ['admin:read', 'admin:revoke', 'admin:write']
const newEmail = () => `${nanoid(10).toLowerCase()}@example.com`
/** The `detail` of the service's problem. */
const detailOf = async (path: string, body: object) =>
  (await app.service.request('POST', path, { body, origin: app.service.url })).json.detail

describe.each(DISPLAYS)('at $width in $scheme', (display) => {
  test('a new user registers, is signed in, and signs out', async () => {
    const page = await app.open({ display })
    await page.getByRole('link', { name: text.signIn.register }).click()
    await heading(page, text.register.title).waitFor()
    const email = newEmail()
    await page.getByLabel(text.fields.email).fill(email)
    await page.getByLabel(text.fields.nameOptional).fill('Ada')
    await page.getByLabel(text.fields.password, { exact: true }).fill(PASSWORD)
    await button(page, text.register.submit).click()
    await heading(page, text.sessions.title).waitFor()
    await sentence(page, text.register.done(email)).waitFor()
    const token = (await app.tokenOf(page)) ?? ''
    expect(await app.accepts(token)).toBe(true)
    await button(page, text.navigation.signOut).click()
    await heading(page, text.signIn.title).waitFor()
    await sentence(page, text.navigation.signedOut).waitFor()
    expect(await app.tokenOf(page)).toBeUndefined()
    expect(await app.accepts(token)).toBe(false)
  })

  test('a wrong password and an unknown email show the same message, and a retry succeeds', async () => {
    const user = await app.service.user()
    const page = await app.open({ display })
    const refused = await detailOf('/auth/login', { email: newEmail(), password: PASSWORD })
    for (const wrong of [
      { email: user.email, password: 'not the right password' },
      { email: newEmail(), password: PASSWORD },
    ]) {
      await signIn(page, wrong)
      await page.getByRole('alert').filter({ hasText: refused }).waitFor()
      expect(await page.getByLabel(text.fields.email).inputValue()).toBe(wrong.email) // the field keeps its value
    }
    await signIn(page, user)
    await heading(page, text.sessions.title).waitFor()
    expect(await page.getByText(refused).count()).toBe(0)
    await page.reload()
    await heading(page, text.sessions.title).waitFor()
  })
})

test('a password that an administrator has set is replaced at the sign-in', async () => {
  app.allowLogs(/status of 403/)
  const [admin, user] = await Promise.all([app.service.user(ADMIN), app.service.user()])
  const console = await app.open({ as: admin, hash: `#/users/${user.id}` })
  await button(console, deskText.user.setPassword).click()
  expect(await dialog(console).getByRole('checkbox', { name: deskText.user.setPasswordRequire }).isChecked()).toBe(true)
  await expectAccessible(console, 'set a password')
  await dialog(console).getByLabel(text.fields.newPassword, { exact: true }).fill('a given password, and all')
  await dialogButton(console, deskText.user.setPassword).click()
  await dialog(console).getByText(deskText.user.setPasswordDone(user.email)).waitFor()

  const page = await app.open()
  await signIn(page, { ...user, password: 'a given password, and all' })
  await heading(page, text.signIn.chooseTitle).waitFor()
  await expectAccessible(page, 'choose a password')
  const chosen = page.getByLabel(text.fields.newPassword, { exact: true })
  await chosen.fill('qwertyuiopqwertyuiop')
  await button(page, text.signIn.choose).click()
  await page.locator('[aria-invalid]').waitFor()
  await chosen.fill('five loud umbrellas at dusk')
  await button(page, text.signIn.choose).click()
  await heading(page, text.sessions.title).waitFor()
})

describe('the registration form', () => {
  test('marks each password rule as it is met', async () => {
    const page = await app.open({ hash: '#/register' })
    const password = page.getByLabel(text.fields.password, { exact: true })
    await password.waitFor() // the rules appear with it, and all() does not wait
    const [length, own, common] = await page.getByRole('list', { name: text.rules.title }).getByRole('listitem').all()
    const marks = () => Promise.all([length, own, common].map((rule) => rule?.getAttribute('data-met')))
    expect(await marks()).toEqual(['false', 'false', null])
    await page.getByLabel(text.fields.email).fill('ada.lovelace@example.com')
    await page.getByLabel(text.fields.nameOptional).fill('Countess')
    const typed: [string, string[]][] = [
      ['ada', ['false', 'false']],
      ['adb', ['false', 'true']],
      ['ada lovelace 1815', ['true', 'false']],
      ['countess localhost', ['true', 'false']],
      ['coatcheck coatcheck', ['true', 'false']],
      [PASSWORD, ['true', 'true']],
    ]
    for (const [value, met] of typed) {
      await password.fill(value)
      await expect.poll(marks, { message: value }).toEqual([...met, null])
      expect(await length?.textContent()).toContain(text.rules.length(15, value.length))
    }
    expect(await own?.textContent()).toContain(text.rules.met)
  })

  test.each([
    ['common', 'qwertyuiopqwertyuiop'],
    ['own_words', 'coatcheck localhost 1'],
    ['length', 'short'],
  ])('shows a password that the service rejects at its field: rule %s', async (rule, password) => {
    const email = newEmail()
    const { json } = await app.service.request('POST', '/auth/register', { body: { email, password } })
    expect(json).toMatchObject({ code: 'password_rejected', rule })
    const page = await app.open({ hash: '#/register' })
    await page.getByLabel(text.fields.email).fill(email)
    const field = page.getByLabel(text.fields.password, { exact: true })
    await field.fill(password)
    await button(page, text.register.submit).click()
    await sentence(page, rejection(rule, json.detail)).waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await field.inputValue()).toBe(password)
    await field.fill(PASSWORD)
    await button(page, text.register.submit).click()
    await heading(page, text.sessions.title).waitFor()
  })

  test('reports a taken email and an invalid one', async () => {
    app.allowLogs(/status of 400/)
    const { email } = await app.service.user()
    const page = await app.open({ hash: '#/register' })
    const submit = async (email: string) => {
      await page.getByLabel(text.fields.email).fill(email)
      await page.getByLabel(text.fields.password, { exact: true }).fill(PASSWORD)
      await button(page, text.register.submit).click()
    }
    await submit(email)
    await sentence(page, await detailOf('/auth/register', { email, password: PASSWORD })).waitFor()
    await submit('ada')
    await sentence(page, text.fields.emailInvalid).waitFor()
    expect(await page.getByLabel(text.fields.email).getAttribute('aria-invalid')).toBe('true')
  })

  test('the password field can show what was typed', async () => {
    const page = await app.open()
    const field = page.getByLabel(text.fields.password, { exact: true })
    await field.fill(PASSWORD)
    expect(await field.getAttribute('type')).toBe('password')
    await button(page, text.fields.showPassword).click()
    expect(await field.getAttribute('type')).toBe('text')
    await button(page, text.fields.hidePassword).click()
    expect(await field.getAttribute('type')).toBe('password')
  })
})

describe('the rate limit', () => {
  test('shows how long to wait, and keeps existing sessions signed in', async () => {
    const user = await app.service.user()
    const inside = await app.open({ as: user })
    await heading(inside, text.sessions.title).waitFor()
    const page = await app.open()
    // From the browser, since a source that has signed in before has its own rate limit.
    const wrong = { email: user.email, password: 'not the right password' }
    const guess = () =>
      page.evaluate<number>(`fetch('/auth/login', {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: '${JSON.stringify(wrong)}',
      }).then(({ status }) => status)`)
    while ((await guess()) !== 429);
    await signIn(page, user)
    const message = page.getByRole('alert').filter({ hasText: text.errors.tooMany('').split('.')[0] ?? '' })
    await message.waitFor()
    expect(await message.textContent()).toMatch(/Try again in 1\d minutes\./)
    await inside.reload()
    await heading(inside, text.sessions.title).waitFor()
  })
})

describe('with registration closed', () => {
  const closedApp = launchApp({ REGISTRATION: 'closed' })

  test('offers no registration, and shows the sign-in form at its address', async () => {
    const page = await closedApp.open()
    await heading(page, text.signIn.title).waitFor()
    expect(await page.getByText(text.signIn.noAccount).count()).toBe(0)
    expect(await page.getByRole('link').count()).toBe(0)
    await page.goto(`${closedApp.service.url}/#/register`)
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(text.signIn.title)
    expect(await dialog(page).count()).toBe(0)
  })

  test('without a mailer, the pages of mailed links show the sign-in form', async () => {
    const page = await closedApp.open()
    await page.goto(`${closedApp.service.url}/link/reset-password#${'x'.repeat(64)}`)
    await heading(page, text.signIn.title).waitFor()
    expect(page.url()).toBe(`${closedApp.service.url}/link/reset-password`)
  })
})
