import type { CDPSession, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { PASSWORD } from '../support/service.ts'
import { button, dialog, dialogButton, heading, launchApp, sentence, signIn } from './app.ts'
import { expectAccessible } from './axe.ts'
import { DISPLAYS, PHONE } from './displays.ts'

// Passkeys with Chromium's virtual authenticators.

const app = launchApp({ STRONG_SCOPES: 'notes:write' })
const { byPasskey } = text.signIn
const { usePasskey } = text.secondFactor
const account = '#/account'

interface Authenticator {
  readonly cdp: CDPSession
  readonly id: string
}

/** Plugs an authenticator into the page, whose user is there and verified. */
async function plugIn(page: Page, more: { isUserVerified?: boolean; countsUp?: boolean } = {}): Promise<Authenticator> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId: id } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal' },
      ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: more.isUserVerified ?? true },
      ...{ automaticPresenceSimulation: true, defaultBackupEligibility: true, defaultBackupState: true },
    },
  })
  return { cdp, id }
}
const keysOf = async ({ cdp, id }: Authenticator) =>
  (await cdp.send('WebAuthn.getCredentials', { authenticatorId: id })).credentials

/** Adds a passkey in the console. */
async function addPasskey(page: Page, name: string): Promise<void> {
  await button(page, text.passkeys.add).click()
  await dialog(page).getByLabel(text.passkeys.name, { exact: true }).fill(name)
  await dialogButton(page, text.passkeys.add).click()
}
async function saveCodes(page: Page): Promise<void> {
  await page.getByRole('heading', { name: text.factors.codesTitle }).waitFor()
  await dialogButton(page, text.factors.saved).click()
  await sentence(page, text.passkeys.done).waitFor()
}
/** Signs out. The authenticator waits, or the suggestion in the email field would sign in again at once. */
async function signOut(page: Page, { cdp, id: authenticatorId }: Authenticator): Promise<void> {
  await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: false })
  const suggested = page.waitForResponse((response) => response.url().endsWith('/auth/login/passkey/options'))
  await button(page, text.navigation.signOut).click()
  await heading(page, text.signIn.title).waitFor()
  await (await suggested).finished()
  await page.waitForTimeout(200)
  await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: true })
}
const openAccount = async (page: Page) => {
  await page.getByRole('link', { name: text.navigation.account }).click()
  await heading(page, text.account.title).waitFor()
}

test('a passkey is added, signs in alone and as the second factor, is renamed and removed', async () => {
  const user = await app.service.user(['notes:write'])
  const page = await app.open({ as: user, hash: account })
  const authenticator = await plugIn(page)
  await addPasskey(page, 'Ada’s laptop')
  await saveCodes(page)
  await sentence(page, 'Ada’s laptop').waitFor()
  await page.getByText('notes:write').waitFor() // the new session is of two factors
  const [key] = await keysOf(authenticator)
  expect(key).toMatchObject({ isResidentCredential: true, rpId: 'localhost' })
  expect(Buffer.from(key?.userHandle ?? '', 'base64').toString()).toBe(user.id)
  await expectAccessible(page, 'the account with a passkey', DISPLAYS)
  await addPasskey(page, 'again')
  await dialog(page).getByText(text.passkeys.known).waitFor()
  await expectAccessible(page, 'adding a passkey', [PHONE])
  await dialogButton(page, text.cancel).click()

  await signOut(page, authenticator)
  await expectAccessible(page, 'signing in by passkey', DISPLAYS)
  expect(await page.getByLabel(text.fields.email).getAttribute('autocomplete')).toBe('username webauthn')
  await button(page, byPasskey).click()
  await heading(page, text.sessions.title).waitFor()
  const { json } = await app.service.request('GET', '/auth/session', { bearer: (await app.tokenOf(page)) ?? '' })
  expect(json.session).toMatchObject({ factors: ['passkey'], assurance: 2 })

  await signOut(page, authenticator)
  await signIn(page, user)
  await heading(page, text.secondFactor.title).waitFor()
  await expectAccessible(page, 'the second step by passkey', [PHONE])
  await button(page, text.signIn.submit).click()
  await heading(page, text.sessions.title).waitFor()

  // Reauthenticates with the passkey.
  await app.changeRows(user, (row) => ({ ...row, authenticatedAt: { N: '1' } }))
  await openAccount(page)
  await page.getByRole('button', { name: text.passkeys.renameNamed('Ada’s laptop') }).click()
  await dialog(page).getByLabel(text.passkeys.name, { exact: true }).fill('Old laptop')
  await dialogButton(page, text.passkeys.renameSubmit).click()
  await button(page, usePasskey).click()
  await button(page, text.reauthentication.submit).click()
  await sentence(page, 'Old laptop').waitFor()

  const other = await app.service.session({ ...user, epoch: 1 })
  await page.getByRole('button', { name: text.passkeys.removeNamed('Old laptop') }).click()
  await expectAccessible(page, 'removing a passkey', [PHONE])
  await dialogButton(page, text.passkeys.removeSubmit).click()
  await sentence(page, text.passkeys.none).waitFor()
  await sentence(page, text.factors.off).waitFor()
  expect(await app.accepts(other.token)).toBe(false)

  // The authenticator still has it.
  await signOut(page, authenticator)
  await button(page, byPasskey).click()
  await page.getByText('The passkey is not accepted.').waitFor()
  await signIn(page, user) // the password alone, again
  await heading(page, text.sessions.title).waitFor()
})

test('a passkey that is cancelled, or whose user is not verified, leaves the page as it is', async () => {
  const user = await app.service.user()
  const page = await app.open({ as: user, hash: account })
  const authenticator = await plugIn(page)
  const { cdp, id: authenticatorId } = authenticator
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  await addPasskey(page, 'x')
  await dialog(page).getByText(text.passkeys.canceled).waitFor()
  expect(await keysOf(authenticator)).toEqual([])
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
  await dialogButton(page, text.passkeys.add).click()
  await saveCodes(page)
  await signOut(page, authenticator)

  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  await button(page, byPasskey).click()
  await sentence(page, text.passkeys.canceled).waitFor()
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
  await button(page, byPasskey).click()
  await heading(page, text.sessions.title).waitFor()
})

test('a copy of a passkey is refused once its counter is behind', async () => {
  const user = await app.service.user()
  const page = await app.open({ as: user, hash: account })
  const authenticator = await plugIn(page)
  await addPasskey(page, 'x')
  await saveCodes(page)
  await signOut(page, authenticator)
  await button(page, byPasskey).click()
  await heading(page, text.sessions.title).waitFor()
  const [credential] = await keysOf(authenticator)
  if (!credential) throw new Error('unreachable')
  expect(credential.signCount).toBeGreaterThan(0)
  await signOut(page, authenticator)
  const { cdp, id: authenticatorId } = authenticator
  await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: credential.credentialId })
  await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...credential, signCount: 0 } })
  await button(page, byPasskey).click()
  await page.getByText('The passkey is not accepted.').waitFor()
  expect(app.service.log.some((line) => line.includes('copied_passkey'))).toBe(true)
})

test('a passkey is suggested in the email field', async () => {
  const user = await app.service.user()
  const page = await app.open({ as: user, hash: account })
  const authenticator = await plugIn(page)
  await addPasskey(page, 'x')
  await saveCodes(page)
  const answered = page.waitForResponse((response) => response.url().endsWith('/auth/login/passkey'))
  await button(page, text.navigation.signOut).click()
  // The virtual authenticator chooses the only suggestion by itself.
  expect((await answered).status()).toBe(200)
  await heading(page, text.sessions.title).waitFor()
  expect(await keysOf(authenticator)).toHaveLength(1)
})

test('a page of another origin gets no passkey of the service, and its answer is refused', async () => {
  const user = await app.service.user()
  const page = await app.open({ as: user, hash: account })
  const authenticator = await plugIn(page)
  await addPasskey(page, 'x')
  await saveCodes(page)
  const { json } = await app.service.request('POST', '/auth/login/passkey/options')
  const ask = `async (options) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
    return navigator.credentials.get({ publicKey }).then((found) => found.toJSON(), (error) => error.name)
  }`
  const foreign = app.service.url.replace('localhost', '127.0.0.1')
  app.allowLogs(/foreign: /, /Failed to load/)
  await page.goto(`${foreign}/health`)
  expect(await page.evaluate(`(${ask})(${JSON.stringify(json.options)})`)).toBe('SecurityError')

  // Another port of the same host is another origin, whose page the browser lets use the RP ID.
  await page.route('http://localhost:1/', (route) => route.fulfill({ contentType: 'text/html', body: '<p>x' }))
  await page.goto('http://localhost:1/')
  const response = await page.evaluate<{ id: string }>(`(${ask})(${JSON.stringify(json.options)})`)
  expect(response.id).toBeDefined()
  const body = { response, credential: 'bearer' }
  expect((await app.service.request('POST', '/auth/login/passkey', { body })).json.code).toBe('wrong_passkey')
  expect(app.service.log.some((line) => line.includes('foreign_origin'))).toBe(true)
  expect(await keysOf(authenticator)).toHaveLength(1)
  expect(
    (await app.service.request('POST', '/auth/login', { body: { email: user.email, password: PASSWORD } })).status,
  ).toBe(403)
})
