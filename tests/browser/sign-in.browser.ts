import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { PASSWORD } from '../support/service.ts'
import { button, dialog, heading, sentence, signIn, stage } from './stage.ts'
import { VIEWS } from './views.ts'

// Coming in and going out.

const at = stage()
const newEmail = () => `${nanoid(10).toLowerCase()}@example.com`
/** The service's own sentence of a refusal. */
const detailOf = async (path: string, body: object) =>
  (await at.service.request('POST', path, { body, origin: at.service.url })).json.detail

describe.each(VIEWS)('at $width in $scheme', (view) => {
  test('somebody registers, is signed in, and signs out', async () => {
    const page = await at.open({ view })
    await page.getByRole('link', { name: text.signIn.register }).click()
    await heading(page, text.register.title).waitFor()
    const email = newEmail()
    await page.getByLabel(text.fields.email).fill(email)
    await page.getByLabel(text.fields.nameOptional).fill('Ada')
    await page.getByLabel(text.fields.password, { exact: true }).fill(PASSWORD)
    await button(page, text.register.submit).click()
    await heading(page, text.sessions.title).waitFor()
    await sentence(page, text.register.done(email)).waitFor()
    const token = (await at.tokenOf(page)) ?? ''
    expect(await at.accepts(token)).toBe(true)
    await button(page, text.navigation.signOut).click()
    await heading(page, text.signIn.title).waitFor()
    await sentence(page, text.navigation.signedOut).waitFor()
    expect(await at.tokenOf(page)).toBeUndefined()
    expect(await at.accepts(token)).toBe(false)
  })

  test('a wrong password and an unknown email are one sentence, and the right one is let in', async () => {
    const user = await at.service.user()
    const page = await at.open({ view })
    const refused = await detailOf('/auth/login', { email: newEmail(), password: PASSWORD })
    for (const wrong of [
      { email: user.email, password: 'not the right password' },
      { email: newEmail(), password: PASSWORD },
    ]) {
      await signIn(page, wrong)
      await page.getByRole('alert').filter({ hasText: refused }).waitFor()
      expect(await page.getByLabel(text.fields.email).inputValue()).toBe(wrong.email) // what was typed stays
    }
    await signIn(page, user)
    await heading(page, text.sessions.title).waitFor()
    expect(await page.getByText(refused).count()).toBe(0)
    await page.reload()
    await heading(page, text.sessions.title).waitFor()
  })
})

describe('registering', () => {
  test('each rule of a password is shown as it is met', async () => {
    const page = await at.open({ place: '#/register' })
    const password = page.getByLabel(text.fields.password, { exact: true })
    await password.waitFor() // the rules stand beside it, and all() waits for nothing
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
  ])('the service’s reason is shown at the field: %s', async (rule, password) => {
    const email = newEmail()
    const { json } = await at.service.request('POST', '/auth/register', { body: { email, password } })
    expect(json).toMatchObject({ code: 'password_rejected', rule })
    const page = await at.open({ place: '#/register' })
    await page.getByLabel(text.fields.email).fill(email)
    const field = page.getByLabel(text.fields.password, { exact: true })
    await field.fill(password)
    await button(page, text.register.submit).click()
    await sentence(page, json.detail).waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await field.inputValue()).toBe(password)
    await field.fill(PASSWORD)
    await button(page, text.register.submit).click()
    await heading(page, text.sessions.title).waitFor()
  })

  test('an email that is taken, and what is no email', async () => {
    at.allow(/status of 400/)
    const { email } = await at.service.user()
    const page = await at.open({ place: '#/register' })
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

  test('a password can be seen while it is typed', async () => {
    const page = await at.open()
    const field = page.getByLabel(text.fields.password, { exact: true })
    await field.fill(PASSWORD)
    expect(await field.getAttribute('type')).toBe('password')
    await button(page, text.fields.showPassword).click()
    expect(await field.getAttribute('type')).toBe('text')
    await button(page, text.fields.hidePassword).click()
    expect(await field.getAttribute('type')).toBe('password')
  })
})

describe('too many attempts', () => {
  test('how long to wait is said, and who is signed in stays signed in', async () => {
    const user = await at.service.user()
    const inside = await at.open({ as: user })
    await heading(inside, text.sessions.title).waitFor()
    const page = await at.open()
    // From the browser: a source that has signed in before has a budget of its own.
    const wrong = { email: user.email, password: 'not the right password' }
    const guess = () =>
      page.evaluate<number>(`fetch('/auth/login', {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: '${JSON.stringify(wrong)}',
      }).then(({ status }) => status)`)
    while ((await guess()) !== 429);
    await signIn(page, user)
    const told = page.getByRole('alert').filter({ hasText: text.trouble.tooMany('').split('.')[0] ?? '' })
    await told.waitFor()
    expect(await told.textContent()).toMatch(/Try again in 1\d minutes\./)
    await inside.reload()
    await heading(inside, text.sessions.title).waitFor()
  })
})

describe('registration is closed', () => {
  const closed = stage({ REGISTRATION: 'closed' })

  test('it is not offered, and its place is the sign-in', async () => {
    const page = await closed.open()
    await heading(page, text.signIn.title).waitFor()
    expect(await page.getByText(text.signIn.noAccount).count()).toBe(0)
    expect(await page.getByRole('link').count()).toBe(0)
    await page.goto(`${closed.service.url}/#/register`)
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(text.signIn.title)
    expect(await dialog(page).count()).toBe(0)
  })
})
