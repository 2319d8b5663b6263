import { nanoid } from 'nanoid'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { PASSWORD } from '../support/service.ts'
import { answer, button, dialog, heading, sentence, stage, ticket } from './stage.ts'

// Administrators among people: finding, listing and creating them, each as far as their scopes reach.

const at = stage()
const ALL = ['admin:read', 'admin:revoke', 'admin:write']
const newEmail = () => `${nanoid(10).toLowerCase()}@example.com`

const openPeople = async (scopes: readonly string[] = ALL) => {
  const page = await at.open({ as: await at.service.user(scopes), place: '#/people' })
  await heading(page, text.people.title).waitFor()
  return page
}
const find = async (page: Page, email: string) => {
  await page.getByLabel(text.people.findLabel).fill(email)
  await button(page, text.people.find).click()
}

describe('finding', () => {
  test('by email leads to their page', async () => {
    const user = await at.service.user()
    const page = await openPeople()
    await find(page, ` ${user.email.toUpperCase()} `)
    await heading(page, user.email).waitFor()
    expect(new URL(page.url()).hash).toBe(`#/people/${user.id}`)
    await page.goBack()
    await heading(page, text.people.title).waitFor()
  })

  test('nobody, and what is no address, is said so', async () => {
    at.allow(/status of 400/)
    const page = await openPeople()
    const email = newEmail()
    await find(page, email)
    await sentence(page, text.people.none(email)).waitFor()
    await find(page, 'ada')
    await sentence(page, text.fields.emailInvalid).waitFor()
    expect(await page.getByText(text.people.none(email)).count()).toBe(0)
  })

  test.each([
    ['who is not there', `#/people/${nanoid(21)}`],
    ['of a broken address', '#/people/x'],
    ['of an address that leads up', '#/people/..'],
    ['of an address that is no text', '#/people/%ff'],
  ])('somebody %s is said to be gone', async (_, place) => {
    at.allow(/status of 404/)
    const page = await at.open({ as: await at.service.user(ALL), place })
    await sentence(page, text.person.gone).waitFor()
    await page.getByRole('link', { name: text.person.back }).click()
    await page.getByRole('list', { name: text.people.all }).waitFor()
  })
})

describe('everybody', () => {
  test('page by page', async () => {
    const page = await openPeople()
    while ((await at.service.tables.scan(at.service.tables.users)).length < 60) await at.service.user() // two rows each
    await page.reload()
    const rows = page.getByRole('list', { name: text.people.all }).getByRole('listitem')
    await expect.poll(() => rows.count()).toBe(25)
    await sentence(page, text.people.shown(25)).waitFor()
    const first = await rows.allTextContents()
    await button(page, text.people.more).click()
    await expect.poll(() => rows.count()).toBeGreaterThan(25)
    expect((await rows.allTextContents()).slice(0, 25)).toEqual(first)
    while (await button(page, text.people.more).isVisible()) {
      const before = await rows.count()
      await button(page, text.people.more).click()
      await expect.poll(() => rows.count()).toBeGreaterThan(before)
    }
    const count = await rows.count()
    await sentence(page, text.people.end(count)).waitFor()
    expect(new Set(await rows.allTextContents()).size).toBe(count)
  })
})

describe('creating', () => {
  test('somebody is created, with a password made for them, and can sign in', async () => {
    const page = await openPeople()
    const email = newEmail()
    await button(page, text.people.create).click()
    await dialog(page).getByLabel(text.fields.email, { exact: true }).fill(email)
    await dialog(page).getByLabel(text.fields.nameOptional).fill('Ada')
    await dialog(page).getByLabel(text.fields.scopes).fill('notes:read, notes:write  notes:read')
    await answer(page, text.create.make).click()
    const password = await dialog(page).getByLabel(text.create.password, { exact: true }).inputValue()
    expect(password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/)
    await answer(page, text.create.submit).click()
    await sentence(page, password).waitFor() // the one sight of it
    await answer(page, text.create.doneSubmit).click()
    await sentence(page, text.create.done(email)).waitFor()
    await heading(page, email).waitFor()
    const { json } = await at.service.request('POST', '/auth/login', {
      body: { email, password, credential: 'bearer' },
    })
    expect(json.user.name).toBe('Ada')
    expect(json.session.scopes.sort()).toEqual(['account', 'notes:read', 'notes:write'])
  })

  test('what the service refuses is said at its field', async () => {
    at.allow(/status of 400/)
    const taken = await at.service.user()
    const page = await openPeople()
    await button(page, text.people.create).click()
    const field = (label: string) => dialog(page).getByLabel(label, { exact: true })
    const submit = async (email: string, scopes: string, password: string) => {
      await field(text.fields.email).fill(email)
      await field(text.fields.scopes).fill(scopes)
      await field(text.create.password).fill(password)
      await answer(page, text.create.submit).click()
    }
    const invalid = (label: string) => field(label).getAttribute('aria-invalid')
    await submit(newEmail(), '', 'short')
    await expect.poll(() => invalid(text.create.password)).toBe('true')
    await submit(newEmail(), 'a"b', PASSWORD)
    await expect.poll(() => invalid(text.fields.scopes)).toBe('true')
    expect(await invalid(text.create.password)).toBeNull()
    await submit('ada', '', PASSWORD)
    await expect.poll(() => invalid(text.fields.email)).toBe('true')
    await submit(taken.email, '', PASSWORD)
    await dialog(page).getByRole('alert').filter({ hasText: 'email' }).waitFor()
    await answer(page, text.cancel).click()
    await dialog(page).waitFor({ state: 'detached' })
  })
})

describe('scopes', () => {
  const offered = async (page: Page) => {
    const names = [
      text.person.edit,
      text.person.disable,
      text.person.remove,
      text.person.revokeAllSessions,
      text.session.endNamed('Backup script'),
    ]
    return Promise.all(names.map((name) => button(page, name).isVisible()))
  }

  test.each<[held: string[], create: boolean, change: boolean, end: boolean]>([
    [['admin:read'], false, false, false],
    [['admin:read', 'admin:revoke'], false, false, true],
    [['admin:read', 'admin:write'], true, true, false],
    [ALL, true, true, true],
  ])('with %j no more is offered than they allow', async (scopes, create, change, end) => {
    const user = await at.service.user()
    await at.elsewhere(user, { label: 'Backup script' })
    const page = await openPeople(scopes)
    expect(await button(page, text.people.create).isVisible()).toBe(create)
    await find(page, user.email)
    await heading(page, user.email).waitFor()
    await ticket(page, 'Backup script').waitFor()
    expect(await offered(page)).toEqual([change, change, change, end, end])
  })

  test.each([[[]], [['admin:revoke', 'admin:write']]])('with %j nobody gets in, and why is said', async (scopes) => {
    const user = await at.service.user(scopes)
    for (const place of ['#/people', `#/people/${nanoid(21)}`]) {
      const page = await at.open({ as: user, place })
      await sentence(page, text.people.notAllowed).waitFor()
      expect(await page.getByRole('link', { name: text.navigation.people }).count()).toBe(0)
    }
  })
})
