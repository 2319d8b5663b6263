import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { deskText } from '../../console/desk-text.ts'
import { text } from '../../console/text.ts'
import { PASSWORD, type TestUser } from '../support/service.ts'
import {
  button,
  dialog,
  dialogButton,
  ended,
  heading,
  launchApp,
  pollNow,
  sentence,
  signIn,
  THIS_DEVICE,
  ticket,
} from './app.ts'
import { DESKTOP, PHONE } from './displays.ts'

// A user's page for administrators.

const app = launchApp()
const ALL = ['admin:read', 'admin:revoke', 'admin:write']

const openUser = async (user: TestUser, display = DESKTOP) => {
  const page = await app.open({ as: await app.service.user(ALL), hash: `#/users/${user.id}`, display })
  await heading(page, user.email).waitFor()
  await page.getByRole('list', { name: deskText.user.sessions }).or(sentence(page, deskText.user.noSessions)).waitFor()
  return page
}
const signedOut = (page: Page) => page.locator('.ended li')

describe('on a phone', () => {
  test('signing out one session takes two clicks and keeps the others', async () => {
    const user = await app.service.user()
    const { token } = await app.signInElsewhere(user, { label: 'Backup script' })
    const kept = await app.signInElsewhere(user, { label: 'Other' })
    const page = await openUser(user, PHONE)
    await button(page, text.session.signOutNamed('Backup script')).click()
    await dialogButton(page, text.session.signOutSubmit).click()
    await sentence(page, text.session.signOutDone('Backup script')).waitFor()
    expect([await app.accepts(token), await app.accepts(kept.token)]).toEqual([false, true])
    await ended(page, 'Backup script').waitFor({ state: 'attached' })
  })

  test('revoking all sessions shows their number before and after', async () => {
    const user = await app.service.user()
    const sessions = [await app.signInElsewhere(user), await app.signInElsewhere(user), await app.signInElsewhere(user)]
    const page = await openUser(user, PHONE)
    await button(page, deskText.user.revokeAll).click()
    await sentence(page, deskText.user.revokeAllEffect(3)).waitFor()
    expect(await page.getByText(deskText.user.revokeAllYou).count()).toBe(0)
    expect(await app.accepts(sessions[0]?.token ?? '')).toBe(true)
    await dialogButton(page, deskText.user.revokeAll).click()
    await sentence(page, deskText.user.revokeAllDone(3)).waitFor()
    for (const { token } of sessions) expect(await app.accepts(token)).toBe(false)
    await expect.poll(() => signedOut(page).count()).toBe(3)
  })
})

describe('editing', () => {
  test('the dialog announces the effect of a changed name, an added scope and a removed scope', async () => {
    const user = await app.service.user(['notes:read'])
    const other = await app.signInElsewhere(user)
    const page = await openUser(user)
    const effects = dialog(page).locator('.effects')
    const field = (label: string) => dialog(page).getByLabel(label, { exact: true })
    await button(page, deskText.user.edit).click()
    await sentence(page, deskText.user.nothingChanges).waitFor()
    await field(text.fields.name).fill('Ada')
    await field(text.fields.scopes).fill('notes:read notes:write')
    expect(await effects.locator('p').allTextContents()).toEqual([
      deskText.user.unknownScope('notes:write'),
      deskText.user.nameChanges,
      deskText.user.adds('notes:write'),
    ])
    await dialogButton(page, deskText.user.save).click()
    await sentence(page, deskText.user.saved(user.email)).waitFor()
    expect(await app.accepts(other.token)).toBe(true)
    await page.getByText('notes:read notes:write').waitFor()
    await button(page, deskText.user.edit).click()
    await field(text.fields.scopes).fill('notes:write')
    await sentence(page, deskText.user.removes('notes:read', 1)).waitFor()
    await dialogButton(page, deskText.user.save).click()
    await sentence(page, deskText.user.savedRevoked(user.email)).waitFor()
    expect(await app.accepts(other.token)).toBe(false)
    await signedOut(page).waitFor({ state: 'attached' })
    const { answer: login } = await app.service.signIn(user)
    expect(login.json.session.scopes.sort()).toEqual(['account', 'notes:write'])
  })
})

describe('disabling and deleting', () => {
  test('a disabled user loses all sessions and cannot sign in until enabled', async () => {
    const user = await app.service.user()
    const { token } = await app.signInElsewhere(user)
    const page = await openUser(user)
    await button(page, deskText.user.disable).click()
    await sentence(page, deskText.user.disableEffect(1)).waitFor()
    await dialogButton(page, deskText.user.disable).click()
    await sentence(page, deskText.user.disabled(user.email)).waitFor()
    expect(await app.accepts(token)).toBe(false)
    expect((await app.service.signIn(user)).answer.status).toBe(401)
    await page.getByText(deskText.users.disabled, { exact: true }).waitFor()
    await button(page, deskText.user.enable).click()
    await sentence(page, deskText.user.enableEffect).waitFor()
    await dialogButton(page, deskText.user.enable).click()
    await sentence(page, deskText.user.enabled(user.email)).waitFor()
    expect(await app.accepts(token)).toBe(false)
    expect((await app.service.signIn(user)).answer.status).toBe(200)
  })

  test('a deleted user is gone at once, with all sessions', async () => {
    app.allowLogs(/status of 404/) // a poll may be in flight
    const user = await app.service.user()
    const { token } = await app.signInElsewhere(user)
    const page = await openUser(user)
    await button(page, deskText.user.delete).click()
    await sentence(page, deskText.user.deleteEffect).waitFor()
    await dialogButton(page, deskText.user.deleteSubmit).click()
    await sentence(page, deskText.user.deleted(user.email)).waitFor()
    await heading(page, deskText.users.title).waitFor()
    expect(await app.accepts(token)).toBe(false)
    await page.getByRole('table', { name: deskText.users.all }).waitFor()
    expect(await page.getByText(user.email, { exact: true }).count()).toBe(0)
  })

  test('an action asks for the password without a recent authentication, and then continues', async () => {
    const user = await app.service.user()
    const admin = await app.service.user(ALL)
    const page = await app.open({ as: admin, hash: `#/users/${user.id}` })
    await heading(page, user.email).waitFor()
    await app.changeRows(admin, (row) => ({
      ...row,
      authenticatedAt: { N: String(Number(row.authenticatedAt?.N) - 86_400) },
    }))
    await button(page, deskText.user.disable).click()
    await dialogButton(page, deskText.user.disable).click()
    const passwordDialog = page.getByRole('dialog', { name: text.reauthentication.title })
    await passwordDialog.getByLabel(text.fields.password, { exact: true }).fill(PASSWORD)
    await passwordDialog.getByRole('button', { name: text.reauthentication.submit }).click()
    await sentence(page, deskText.user.disabled(user.email)).waitFor()
    expect(await dialog(page).count()).toBe(0)
  })
})

describe('the list of a user’s sessions', () => {
  test('shows new and revoked sessions without a reload', async () => {
    const user = await app.service.user()
    const page = await openUser(user)
    await sentence(page, deskText.user.noSessions).waitFor()
    const { token } = await app.signInElsewhere(user, { label: 'Backup script' })
    await pollNow(page)
    await ticket(page, 'Backup script').waitFor()
    await app.service.request('POST', '/auth/logout', { bearer: token })
    await pollNow(page)
    await ended(page, 'Backup script').waitFor({ state: 'attached' })
  })

  test('revoking all of their own sessions warns the administrator, then asks them to sign in again', async () => {
    const admin = await app.service.user(ALL)
    const page = await app.open({ as: admin, hash: `#/users/${admin.id}` })
    await ticket(page, THIS_DEVICE).waitFor()
    await page.getByText(deskText.user.you, { exact: true }).waitFor()
    await button(page, deskText.user.revokeAll).click()
    await sentence(page, deskText.user.revokeAllYou).waitFor()
    await dialogButton(page, deskText.user.revokeAll).click()
    const signInAgain = page.getByRole('dialog', { name: text.signInAgain.causes.ended.title })
    await signInAgain.waitFor()
    await expect.poll(() => dialog(page).count()).toBe(1)
    await signInAgain.getByLabel(text.fields.password, { exact: true }).fill(PASSWORD)
    await dialogButton(page, text.signIn.submit).click()
    await heading(page, admin.email).waitFor()
    await page.getByText(text.signInAgain.done).waitFor()
  })

  test('signing out their own current session warns the administrator, then asks them to sign in again', async () => {
    const admin = await app.service.user(ALL)
    const page = await app.open({ as: admin, hash: `#/users/${admin.id}` })
    await button(page, text.session.signOutNamed(THIS_DEVICE)).click()
    await sentence(page, text.session.signOutHere).waitFor()
    await dialogButton(page, text.session.signOutSubmit).click()
    await page.getByRole('dialog', { name: text.signInAgain.causes.ended.title }).waitFor()
    await expect.poll(() => dialog(page).count()).toBe(1)
    await dialogButton(page, text.signInAgain.otherUser).click()
    const next = await app.service.user()
    await signIn(page, next)
    await heading(page, text.sessions.title).waitFor()
  })
})
