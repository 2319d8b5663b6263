import { readFile } from 'node:fs/promises'
import { TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { deskText } from '../../console/desk-text.ts'
import { text } from '../../console/text.ts'
import { PASSWORD, type TestUser } from '../support/service.ts'
import { button, dialog, dialogButton, heading, launchApp, pollNow, sentence, signIn } from './app.ts'
import { expectAccessible } from './axe.ts'
import { DISPLAYS, PHONE } from './displays.ts'

// Two-factor sign-in: authenticator apps and recovery codes.

const app = launchApp({ STRONG_SCOPES: 'notes:write' })
const ADMIN = ['admin:read', 'admin:revoke', 'admin:write']

/** The code of an authenticator app now, or `steps` later: the service accepts each step once, and one step early. */
const codeOf = (secret: string, steps = 0) => new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 })

/** Sets up an authenticator app through the API, with the code of now. */
async function enrol(user: TestUser): Promise<{ secret: string; codes: string[]; bearer: string }> {
  const { token: bearer } = await app.service.session(user)
  const { json } = await app.service.request('POST', '/auth/factors/totp', { bearer })
  const { secret } = json
  const body = { code: codeOf(secret) }
  const activated = await app.service.request('POST', '/auth/factors/totp/activate', { bearer, body })
  return { secret, codes: activated.json.recoveryCodes, bearer: activated.json.token }
}

const { title, totp, recoveryCode, useRecoveryCode, useTotp, wrongTotp, wrongRecoveryCode, startAgain, expired } =
  text.secondFactor
const code = (page: Page) => page.getByLabel(totp, { exact: true })
const recovery = (page: Page) => page.getByLabel(recoveryCode, { exact: true })
const password = (page: Page) => page.getByLabel(text.fields.password, { exact: true })
const focused = (page: Page) => page.evaluate<string>('document.activeElement.labels?.[0]?.textContent ?? ""')
const openAccount = async (page: Page) => {
  await page.getByRole('link', { name: text.navigation.account }).click()
  await heading(page, text.account.title).waitFor()
}

test('an authenticator app is set up, and a recovery code signs in', async () => {
  const user = await app.service.user(['notes:write'])
  const other = await app.signInElsewhere(user)
  const page = await app.open({ as: user, hash: '#/account' })
  await sentence(page, text.factors.missingScopes('notes:write')).waitFor()
  await button(page, text.factors.setUp).click()
  await page.getByRole('img', { name: text.factors.qrCode }).waitFor()
  await expectAccessible(page, 'setting up an app', DISPLAYS)
  const secret = (await page.locator('.shown-once').innerText()).replaceAll(' ', '')
  const address = await page.getByRole('link', { name: text.factors.open }).getAttribute('href')
  expect(new URL(address ?? '').searchParams.get('secret')).toBe(secret)
  await code(page).fill('000000')
  await dialogButton(page, text.factors.activate).click()
  await dialog(page).getByText(wrongTotp).waitFor()
  expect(await app.accepts(other.token)).toBe(true)
  const { users, scan, put } = app.service.tables
  const [row] = (await scan(users)).filter(({ id }) => id?.S === user.id)
  const { totpPending, ...before } = row ?? {}
  await put(users, before) // as if another tab had been faster
  await code(page).fill(codeOf(secret))
  await dialogButton(page, text.factors.activate).click()
  await dialog(page).getByText(text.factors.changed).waitFor()
  if (totpPending) await put(users, { ...before, totpPending })
  await code(page).fill(codeOf(secret))
  await dialogButton(page, text.factors.activate).click()
  await page.getByRole('heading', { name: text.factors.codesTitle }).waitFor()
  await expectAccessible(page, 'recovery codes', DISPLAYS)
  const codes = await page.locator('.recovery-codes li').allInnerTexts()
  expect(codes).toHaveLength(10)
  const [file] = await Promise.all([page.waitForEvent('download'), dialogButton(page, text.factors.download).click()])
  expect(file.suggestedFilename()).toBe(text.factors.file)
  expect((await readFile(await file.path(), 'utf8')).trim().split('\n')).toEqual(codes)
  await page.keyboard.press('Escape') // which would lose them
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await dialogButton(page, text.factors.copy).click()
  await sentence(page, text.factors.copied).waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(codes.join('\n'))
  await dialogButton(page, text.factors.saved).click()
  await sentence(page, text.factors.activated).waitFor()
  await sentence(page, text.factors.left(10)).waitFor()
  await page.getByText('notes:write').waitFor() // the new session is of two factors
  expect(await app.accepts(other.token)).toBe(false)
  await expectAccessible(page, 'the account with an app', DISPLAYS)

  await button(page, text.navigation.signOut).click()
  await heading(page, text.signIn.title).waitFor()
  await signIn(page, user)
  await heading(page, title).waitFor()
  await expect.poll(() => focused(page)).toBe(totp)
  expect(await code(page).getAttribute('autocomplete')).toBe('one-time-code')
  await code(page).fill('000000')
  await button(page, text.signIn.submit).click()
  await sentence(page, wrongTotp).waitFor()
  await expectAccessible(page, 'a wrong code', DISPLAYS)
  await button(page, useRecoveryCode).click()
  await expect.poll(() => focused(page)).toBe(recoveryCode)
  await recovery(page).fill('abcde')
  await button(page, text.signIn.submit).click()
  await sentence(page, wrongRecoveryCode).waitFor()
  await recovery(page).fill(codes[0]?.toUpperCase().replaceAll('-', ' ') ?? '')
  await button(page, text.signIn.submit).click()
  await heading(page, text.sessions.title).waitFor()
  await openAccount(page)
  await sentence(page, text.factors.left(9)).waitFor()
})

test('the codes of the app sign in, reauthenticate and allow its removal', async () => {
  app.allowLogs(/status of 410/)
  const user = await app.service.user()
  const { secret, codes, bearer } = await enrol(user)
  const page = await app.open({ display: PHONE })
  await signIn(page, user)
  await heading(page, title).waitFor()
  await button(page, startAgain).click()
  await expect.poll(() => focused(page)).toBe(text.fields.password)
  expect(await password(page).inputValue()).toBe('')
  await signIn(page, user)
  await heading(page, title).waitFor()
  await app.service.request('DELETE', '/auth/sessions', { bearer }) // which makes the challenge void
  await code(page).fill(codeOf(secret, 1))
  await button(page, text.signIn.submit).click()
  await sentence(page, expired).waitFor()
  await expect.poll(() => focused(page)).toBe(text.fields.password)
  await password(page).fill(PASSWORD)
  await button(page, text.signIn.submit).click()
  await code(page).fill(codeOf(secret, 1))
  await button(page, text.signIn.submit).click()
  await heading(page, text.sessions.title).waitFor()

  await openAccount(page)
  await app.service.request('POST', '/auth/logout', { bearer: (await app.tokenOf(page)) ?? '' })
  await pollNow(page)
  await dialog(page).getByText(text.signInAgain.causes.ended.why).waitFor()
  await password(page).fill(PASSWORD)
  await dialogButton(page, text.signIn.submit).click()
  await dialogButton(page, useRecoveryCode).click()
  await recovery(page).fill(codes[0] ?? '')
  await dialogButton(page, text.signIn.submit).click()
  await page.getByText(text.signInAgain.done).waitFor()
  await sentence(page, text.factors.left(9)).waitFor()

  await app.changeRows(user, (row) => ({ ...row, authenticatedAt: { N: '1' } }))
  const { users, scan, put } = app.service.tables
  for (const { totpStep, ...row } of await scan(users)) if (totpStep && row.id?.S === user.id) await put(users, row)
  await button(page, text.factors.replace).click()
  await dialogButton(page, text.factors.replace).click()
  await button(page, useTotp).click()
  await expect.poll(() => focused(page)).toBe(totp)
  await expectAccessible(page, 'reauthenticating with a code', [PHONE])
  await code(page).fill(codeOf(secret))
  await button(page, text.reauthentication.submit).click()
  await page.getByRole('heading', { name: text.factors.codesTitle }).waitFor()
  expect(await page.locator('.recovery-codes li').allInnerTexts()).not.toContain(codes[1])
  await dialogButton(page, text.factors.saved).click()
  await sentence(page, text.factors.replaced).waitFor()
  await sentence(page, text.factors.left(10)).waitFor()

  await button(page, text.factors.remove).click()
  await dialogButton(page, text.factors.removeSubmit).click()
  await sentence(page, text.factors.removed).waitFor()
  await sentence(page, text.factors.off).waitFor()
  expect((await app.service.signIn(user)).answer.status).toBe(200)
})

test('an administrator resets the second factors of a user', async () => {
  const [admin, user] = await Promise.all([app.service.user(ADMIN), app.service.user()])
  await enrol(user)
  const page = await app.open({ as: admin, hash: `#/users/${user.id}` })
  await button(page, deskText.user.resetFactors).click()
  await dialogButton(page, deskText.user.resetFactors).click()
  await sentence(page, deskText.user.resetFactorsDone(user.email)).waitFor()
  expect((await app.service.signIn(user)).answer.status).toBe(200)
})
