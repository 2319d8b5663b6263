import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { PASSWORD, type TestUser } from '../support/service.ts'
import { answer, button, dialog, glance, heading, sentence, signIn, stage, THIS_DEVICE, ticket } from './stage.ts'
import { DESK, VIEWS } from './views.ts'

// What administrators do about one user, on that user's page.

const at = stage()
const ALL = ['admin:read', 'admin:revoke', 'admin:write']

const openPerson = async (user: TestUser, view = DESK) => {
  const page = await at.open({ as: await at.service.user(ALL), place: `#/people/${user.id}`, view })
  await heading(page, user.email).waitFor()
  await page.getByRole('list', { name: text.person.sessions }).or(sentence(page, text.person.noSessions)).waitFor()
  return page
}
const ended = (page: Page) => page.getByText(text.session.ended, { exact: true })

describe.each(VIEWS)('at $width in $scheme', (view) => {
  test('a session of somebody ends in two clicks from their page', async () => {
    const user = await at.service.user()
    const { token } = await at.elsewhere(user, { label: 'Backup script' })
    const kept = await at.elsewhere(user, { label: 'Other' })
    const page = await openPerson(user, view)
    await button(page, text.session.endNamed('Backup script')).click()
    await answer(page, text.session.endSubmit).click()
    await sentence(page, text.session.endDone('Backup script')).waitFor()
    expect([await at.accepts(token), await at.accepts(kept.token)]).toEqual([false, true])
    await ticket(page, 'Backup script').getByText(text.session.ended, { exact: true }).waitFor()
  })

  test('all sessions of somebody end, counted', async () => {
    const user = await at.service.user()
    const sessions = [await at.elsewhere(user), await at.elsewhere(user), await at.elsewhere(user)]
    const page = await openPerson(user, view)
    await button(page, text.person.revokeAllSessions).click()
    await sentence(page, text.person.endAllWill(3)).waitFor()
    expect(await page.getByText(text.person.endAllYou).count()).toBe(0)
    expect(await at.accepts(sessions[0]?.token ?? '')).toBe(true)
    await answer(page, text.person.revokeAllSessions).click()
    await sentence(page, text.person.endAllDone(3)).waitFor()
    for (const { token } of sessions) expect(await at.accepts(token)).toBe(false)
    await expect.poll(() => ended(page).count()).toBe(3)
  })
})

describe('editing', () => {
  test('what will happen is said before: nothing, a name, a grant, a removal', async () => {
    const user = await at.service.user(['notes:read'])
    const other = await at.elsewhere(user)
    const page = await openPerson(user)
    const will = dialog(page).locator('.will')
    const field = (label: string) => dialog(page).getByLabel(label, { exact: true })
    await button(page, text.person.edit).click()
    await sentence(page, text.person.nothingChanges).waitFor()
    await field(text.fields.name).fill('Ada')
    await field(text.fields.scopes).fill('notes:read notes:write')
    expect(await will.locator('p').allTextContents()).toEqual([
      text.person.nameChanges,
      text.person.grants('notes:write'),
    ])
    await answer(page, text.person.save).click()
    await sentence(page, text.person.saved(user.email)).waitFor()
    expect(await at.accepts(other.token)).toBe(true)
    await page.getByText('notes:read notes:write').waitFor()
    await button(page, text.person.edit).click()
    await field(text.fields.scopes).fill('notes:write')
    await sentence(page, text.person.takes('notes:read', 1)).waitFor()
    await answer(page, text.person.save).click()
    await sentence(page, text.person.savedEnded(user.email)).waitFor()
    expect(await at.accepts(other.token)).toBe(false)
    await ended(page).waitFor()
    const { answer: login } = await at.service.signIn(user)
    expect(login.json.session.scopes.sort()).toEqual(['account', 'notes:write'])
  })
})

describe('keeping out', () => {
  test('disabled: every session ends and no password helps, until enabled', async () => {
    const user = await at.service.user()
    const { token } = await at.elsewhere(user)
    const page = await openPerson(user)
    await button(page, text.person.disable).click()
    await sentence(page, text.person.disableWill(1)).waitFor()
    await answer(page, text.person.disable).click()
    await sentence(page, text.person.disabled(user.email)).waitFor()
    expect(await at.accepts(token)).toBe(false)
    expect((await at.service.signIn(user)).answer.status).toBe(401)
    await page.getByText(text.people.disabled, { exact: true }).waitFor()
    await button(page, text.person.enable).click()
    await sentence(page, text.person.enableWill).waitFor()
    await answer(page, text.person.enable).click()
    await sentence(page, text.person.enabled(user.email)).waitFor()
    expect(await at.accepts(token)).toBe(false)
    expect((await at.service.signIn(user)).answer.status).toBe(200)
  })

  test('deleted: gone at once', async () => {
    at.allow(/status of 404/) // a look at them may be under way
    const user = await at.service.user()
    const { token } = await at.elsewhere(user)
    const page = await openPerson(user)
    await button(page, text.person.remove).click()
    await sentence(page, text.person.removeWill).waitFor()
    await answer(page, text.person.removeSubmit).click()
    await sentence(page, text.person.removed(user.email)).waitFor()
    await heading(page, text.people.title).waitFor()
    expect(await at.accepts(token)).toBe(false)
    await page.getByRole('list', { name: text.people.all }).waitFor()
    expect(await page.getByText(user.email, { exact: true }).count()).toBe(0)
  })

  test('the password is asked for where the sign-in is a while ago, and the work goes on', async () => {
    const user = await at.service.user()
    const admin = await at.service.user(ALL)
    const page = await at.open({ as: admin, place: `#/people/${user.id}` })
    await heading(page, user.email).waitFor()
    await at.changeRows(admin, (row) => ({
      ...row,
      authenticatedAt: { N: String(Number(row.authenticatedAt?.N) - 86_400) },
    }))
    await button(page, text.person.disable).click()
    await answer(page, text.person.disable).click()
    const asked = page.getByRole('dialog', { name: text.confirm.title })
    await asked.getByLabel(text.fields.password, { exact: true }).fill(PASSWORD)
    await asked.getByRole('button', { name: text.confirm.submit }).click()
    await sentence(page, text.person.disabled(user.email)).waitFor()
    expect(await dialog(page).count()).toBe(0)
  })
})

describe('the sessions of somebody', () => {
  test('show by themselves what comes and what ends', async () => {
    const user = await at.service.user()
    const page = await openPerson(user)
    await sentence(page, text.person.noSessions).waitFor()
    const { token } = await at.elsewhere(user, { label: 'Backup script' })
    await glance(page)
    await ticket(page, 'Backup script').waitFor()
    await at.service.request('POST', '/auth/logout', { bearer: token })
    await glance(page)
    await ticket(page, 'Backup script').getByText(text.session.ended, { exact: true }).waitFor()
  })

  test('one’s own: who ends all of them is told before, and signed out calmly', async () => {
    const admin = await at.service.user(ALL)
    const page = await at.open({ as: admin, place: `#/people/${admin.id}` })
    await ticket(page, THIS_DEVICE).waitFor()
    await page.getByText(text.person.you, { exact: true }).waitFor()
    await button(page, text.person.revokeAllSessions).click()
    await sentence(page, text.person.endAllYou).waitFor()
    await answer(page, text.person.revokeAllSessions).click()
    const out = page.getByRole('dialog', { name: text.ended.title })
    await out.waitFor()
    await expect.poll(() => dialog(page).count()).toBe(1)
    await out.getByLabel(text.fields.password, { exact: true }).fill(PASSWORD)
    await answer(page, text.signIn.submit).click()
    await heading(page, admin.email).waitFor()
    await sentence(page, text.ended.back).waitFor()
  })

  test('one’s own: who ends the one in use is told before, and signed out calmly', async () => {
    const admin = await at.service.user(ALL)
    const page = await at.open({ as: admin, place: `#/people/${admin.id}` })
    await button(page, text.session.endNamed(THIS_DEVICE)).click()
    await sentence(page, text.session.endWillHere).waitFor()
    await answer(page, text.session.endSubmit).click()
    await page.getByRole('dialog', { name: text.ended.title }).waitFor()
    await expect.poll(() => dialog(page).count()).toBe(1)
    await answer(page, text.ended.somebodyElse).click()
    const next = await at.service.user()
    await signIn(page, next)
    await heading(page, text.sessions.title).waitFor()
  })
})
