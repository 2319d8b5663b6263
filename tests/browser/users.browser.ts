import { nanoid } from 'nanoid'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { deskText } from '../../console/desk-text.ts'
import { text } from '../../console/text.ts'
import { PASSWORD } from '../support/service.ts'
import { button, dialog, dialogButton, heading, launchApp, sentence, ticket } from './app.ts'

// The users' page for administrators: finding, listing and creating users, as their scopes allow.

const app = launchApp()
const ALL = ['admin:read', 'admin:revoke', 'admin:write']
const newEmail = () => `${nanoid(10).toLowerCase()}@example.com`

const openUsers = async (scopes: readonly string[] = ALL) => {
  const page = await app.open({ as: await app.service.user(scopes), hash: '#/users' })
  await heading(page, deskText.users.title).waitFor()
  return page
}
const find = async (page: Page, email: string) => {
  await page.getByLabel(deskText.users.findLabel).fill(email)
  await page.keyboard.press('Enter')
}

describe('finding a user', () => {
  test('by email opens the user’s page', async () => {
    const user = await app.service.user()
    const page = await openUsers()
    await find(page, ` ${user.email.toUpperCase()} `)
    await heading(page, user.email).waitFor()
    expect(new URL(page.url()).hash).toBe(`#/users/${user.id}`)
    await page.goBack()
    await heading(page, deskText.users.title).waitFor()
  })

  test('by a part of the email or the name, as the administrator types, and Back keeps the search', async () => {
    const user = await app.service.user()
    const page = await openUsers()
    const search = page.getByLabel(deskText.users.findLabel)
    await search.fill(user.email.slice(1, 9))
    const rows = page.getByRole('table', { name: deskText.users.all }).getByRole('rowheader')
    await expect.poll(() => rows.allTextContents()).toEqual([expect.stringContaining(user.email)])
    await rows.getByRole('link').click()
    await heading(page, user.email).waitFor()
    await page.goBack()
    await heading(page, deskText.users.title).waitFor()
    expect(await search.inputValue()).toBe(user.email.slice(1, 9))
    expect(await rows.count()).toBe(1)
    await search.fill(newEmail())
    await sentence(page, deskText.users.none).waitFor()
  })

  test.each([
    ['an unknown id', `#/users/${nanoid(21)}`],
    ['a malformed id', '#/users/x'],
    ['a dot segment', '#/users/..'],
    ['an invalid escape', '#/users/%ff'],
  ])('an address with %s shows that the user does not exist', async (_, hash) => {
    app.allowLogs(/status of 404/)
    const page = await app.open({ as: await app.service.user(ALL), hash })
    await sentence(page, deskText.user.gone).waitFor()
    await page.getByRole('link', { name: deskText.user.back }).click()
    await page.getByRole('table', { name: deskText.users.all }).waitFor()
  })
})

describe('the list of users', () => {
  test('shows a part, and more on demand; sorts; filters; and exports what is selected', async () => {
    const page = await openUsers()
    while ((await app.service.tables.scan(app.service.tables.users)).length < 130) await app.service.user() // two rows each
    await page.reload()
    const rows = page.getByRole('table', { name: deskText.users.all }).getByRole('rowheader')
    await expect.poll(() => rows.count()).toBe(50)
    await button(page, deskText.users.more).click()
    await expect.poll(() => rows.count()).toBeGreaterThan(60)
    const all = await rows.allTextContents()
    expect(new Set(all).size).toBe(all.length)
    await button(page, deskText.users.columns.email).click()
    await expect.poll(() => rows.allTextContents()).toEqual(all.toSorted((a, b) => a.localeCompare(b)))
    await page.getByLabel(deskText.users.scope).selectOption('admin:write')
    await expect.poll(() => rows.count()).toBeLessThan(50)
    const [email = ''] = (await rows.first().textContent())?.match(/^\S+@\S+?\.com/) ?? []
    await page.getByLabel(deskText.users.select(email)).check()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      button(page, deskText.users.exportSelected(1)).click(),
    ])
    expect(download.suggestedFilename()).toBe('users.csv')
  })
})

describe('creating a user', () => {
  test('with a generated password: shows it once, and the user can sign in', async () => {
    const page = await openUsers()
    const email = newEmail()
    await button(page, deskText.users.create).click()
    await dialog(page).getByLabel(text.fields.email, { exact: true }).fill(email)
    await dialog(page).getByLabel(text.fields.nameOptional).fill('Ada')
    await dialog(page).getByLabel(text.fields.scopes).fill('notes:read, notes:write  notes:read')
    await dialogButton(page, text.fields.generate).click()
    const password = await dialog(page).getByLabel(deskText.createUser.password, { exact: true }).inputValue()
    expect(password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/)
    await dialogButton(page, deskText.createUser.submit).click()
    await sentence(page, password).waitFor() // shown once
    expect(await dialogButton(page, text.done).isDisabled()).toBe(true) // not closed by accident
    await page.getByLabel(deskText.createUser.kept).check()
    await dialogButton(page, text.done).click()
    await sentence(page, deskText.createUser.done(email)).waitFor()
    await heading(page, email).waitFor()
    const { json } = await app.service.request('POST', '/auth/login', {
      body: { email, password, credential: 'bearer' },
    })
    expect(json.user.name).toBe('Ada')
    expect(json.session.scopes.sort()).toEqual(['account', 'notes:read', 'notes:write'])
  })

  test('shows what the service rejects at the field', async () => {
    app.allowLogs(/status of 400/)
    const taken = await app.service.user()
    const page = await openUsers()
    await button(page, deskText.users.create).click()
    const field = (label: string) => dialog(page).getByLabel(label, { exact: true })
    const submit = async (email: string, scopes: string, password: string) => {
      await field(text.fields.email).fill(email)
      await field(text.fields.scopes).fill(scopes)
      await field(deskText.createUser.password).fill(password)
      await dialogButton(page, deskText.createUser.submit).click()
    }
    const invalid = (label: string) => field(label).getAttribute('aria-invalid')
    await submit(newEmail(), '', 'short')
    await expect.poll(() => invalid(deskText.createUser.password)).toBe('true')
    await submit(newEmail(), 'a"b', PASSWORD)
    await expect.poll(() => invalid(text.fields.scopes)).toBe('true')
    expect(await invalid(deskText.createUser.password)).toBeNull()
    await submit('ada', '', PASSWORD)
    await expect.poll(() => invalid(text.fields.email)).toBe('true')
    await submit(taken.email, '', PASSWORD)
    await dialog(page).getByRole('alert').filter({ hasText: 'email' }).waitFor()
    await dialogButton(page, text.cancel).click()
    await dialog(page).waitFor({ state: 'detached' })
  })
})

describe('the scopes of the administrator', () => {
  const offered = async (page: Page) => {
    const names = [
      deskText.user.edit,
      deskText.user.disable,
      deskText.user.delete,
      deskText.user.revokeAll,
      text.session.signOutNamed('Backup script'),
    ]
    return Promise.all(names.map((name) => button(page, name).isVisible()))
  }

  test.each<[held: string[], create: boolean, change: boolean, revoke: boolean]>([
    [['admin:read'], false, false, false],
    [['admin:read', 'admin:revoke'], false, false, true],
    [['admin:read', 'admin:write'], true, true, false],
    [ALL, true, true, true],
  ])('%j: the page offers only what they allow', async (scopes, create, change, revoke) => {
    const user = await app.service.user()
    await app.signInElsewhere(user, { label: 'Backup script' })
    const page = await openUsers(scopes)
    expect(await button(page, deskText.users.create).isVisible()).toBe(create)
    await find(page, user.email)
    await heading(page, user.email).waitFor()
    await ticket(page, 'Backup script').waitFor()
    expect(await offered(page)).toEqual([change, change, change, revoke, revoke])
  })

  test.each([[[]], [['admin:revoke', 'admin:write']]])(
    '%j: the page says that admin:read is required',
    async (scopes) => {
      const user = await app.service.user(scopes)
      for (const hash of ['#/users', `#/users/${nanoid(21)}`]) {
        const page = await app.open({ as: user, hash })
        await sentence(page, text.notAllowed.why).waitFor()
        expect(await page.getByRole('link', { name: text.navigation.users }).count()).toBe(0)
      }
    },
  )
})
