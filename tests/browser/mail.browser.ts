import { nanoid } from 'nanoid'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { deskText } from '../../console/desk-text.ts'
import { text } from '../../console/text.ts'
import { PASSWORD, type TestUser } from '../support/service.ts'
import { button, dialog, dialogButton, heading, launchApp, sentence, signIn } from './app.ts'
import { expectAccessible } from './axe.ts'
import { DISPLAYS, PHONE } from './displays.ts'
import {
  CHANGED,
  CODE,
  EMAIL_AGAIN,
  EMAIL_CHANGED,
  INVITATION,
  KNOWN,
  mailsOf,
  NEW_EMAIL,
  REGISTER,
  RESET,
  VERIFY,
} from './mails.ts'

// Passwords, registrations and emails by mailed links, which are followed from the local mailbox.

const app = launchApp({ LOGIN_CODE: 'on' }, { playsStreams: true })
const NEW_PASSWORD = 'an entirely different staple'
const ADMIN = ['admin:read', 'admin:revoke', 'admin:write']

const newEmail = () => `${nanoid(10).toLowerCase()}@example.com`
const email = (page: Page) => page.getByLabel(text.fields.email)
const password = (page: Page) => page.getByLabel(text.fields.password, { exact: true })
const newPassword = (page: Page) => page.getByLabel(text.fields.newPassword, { exact: true })
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true })

const { linkOfMail, followLink, followMail, linksOfMail } = mailsOf(app)

const requestReset = async (page: Page, address: string) => {
  await link(page, text.signIn.forgotten).click()
  await heading(page, text.forgottenPassword.title).waitFor()
  await email(page).fill(address)
  await button(page, text.forgottenPassword.submit).click()
  await sentence(page, text.forgottenPassword.sent(address)).waitFor()
}

describe('a forgotten password', () => {
  test('is replaced through the mailed link, once, and every session ends', async () => {
    app.allowLogs(/status of 410/)
    const user = await app.service.user()
    const other = await app.signInElsewhere(user)
    const page = await app.open()
    await email(page).fill(user.email)
    await link(page, text.signIn.forgotten).click()
    await heading(page, text.forgottenPassword.title).waitFor()
    expect(await email(page).inputValue()).toBe(user.email) // as typed on the sign-in page
    await page.goBack()
    await heading(page, text.signIn.title).waitFor()
    await requestReset(page, user.email)

    const asked: string[] = []
    page.context().on('request', (request) => asked.push(`${request.url()} ${request.headers().referer ?? ''}`))
    const first = await followMail(page, user.email, RESET)
    await heading(first, text.resetPassword.title).waitFor()
    expect(first.url()).toBe(`${app.service.url}/link/reset-password`) // without the secret
    expect(await first.evaluate('[history.length, history.state, document.cookie]')).toEqual([1, null, ''])
    await first.reload()
    await sentence(first, text.voidLink.lost).waitFor()

    // Opening and reloading the page has changed nothing.
    expect(await app.accepts(other.token)).toBe(true)
    const again = await followLink(page, user.email, RESET)
    await newPassword(again).fill('qwertyuiopqwertyuiop')
    await button(again, text.resetPassword.submit).click()
    await again.locator('[aria-invalid]').waitFor()
    await button(again, text.fields.generate).click()
    expect(await newPassword(again).getAttribute('autocomplete')).toBe('new-password')
    await newPassword(again).fill(NEW_PASSWORD)
    await button(again, text.resetPassword.submit).click()
    await heading(again, text.signIn.title).waitFor()
    await sentence(again, text.resetPassword.done).waitFor()
    expect(again.url()).toBe(`${app.service.url}/#/`)
    expect(await app.accepts(other.token)).toBe(false)
    expect((await app.service.signIn(user)).answer.status).toBe(401)
    await signIn(again, { email: user.email, password: NEW_PASSWORD })
    await heading(again, text.sessions.title).waitFor()
    const secrets = asked.filter((line) => /reset-password[^ ]*#|[\w-]{64}/.test(line))
    expect(secrets.filter((line) => !line.includes('/link/reset-password#'))).toEqual([]) // in the browser alone

    const used = await followLink(page, user.email, RESET)
    await newPassword(used).fill(NEW_PASSWORD)
    await button(used, text.resetPassword.submit).click()
    await sentence(used, text.voidLink.used).waitFor()
    await button(used, text.resetPassword.again).click()
    await heading(used, text.forgottenPassword.title).waitFor()
    expect(used.url()).toBe(`${app.service.url}/link/forgotten-password`)
  })

  test('of an email without an account gets the same answer, and no mail', async () => {
    const page = await app.open({ display: PHONE })
    const unknown = newEmail()
    await requestReset(page, unknown)
    await button(page, text.mailSent.again).click()
    expect(await email(page).inputValue()).toBe(unknown)
    const known = await app.service.user()
    await email(page).fill(known.email)
    await button(page, text.forgottenPassword.submit).click()
    await sentence(page, text.forgottenPassword.sent(known.email)).waitFor()
    await linkOfMail(known.email, RESET) // the earlier request is done by then
    const mailbox = await page.context().newPage()
    await mailbox.goto(`${app.service.url}/mailbox`)
    expect(await mailbox.getByText(unknown).count()).toBe(0)
  })

  test('can be reset by a user who is signed in, and by another user’s browser', async () => {
    const user = await app.service.user()
    const page = await app.open({ as: user })
    await heading(page, text.sessions.title).waitFor()
    await page.goto(`${app.service.url}/link/forgotten-password`)
    expect(await email(page).inputValue()).toBe(user.email)
    await button(page, text.forgottenPassword.submit).click()
    await sentence(page, text.forgottenPassword.sent(user.email)).waitFor()
    const reset = await followLink(page, user.email, RESET)
    expect(await reset.locator('input[autocomplete=username]').inputValue()).toBe(user.email)
    await newPassword(reset).fill(NEW_PASSWORD)
    await button(reset, text.resetPassword.submit).click()
    await sentence(reset, text.resetPassword.done).waitFor()
    expect(await email(reset).inputValue()).toBe(user.email)

    const owner = await app.service.user()
    const browser = await app.open({ as: owner })
    await heading(browser, text.sessions.title).waitFor()
    await app.service.request('POST', '/auth/password/reset', { body: { email: user.email } })
    const mailed = await followLink(browser, user.email, RESET, 2)
    await newPassword(mailed).fill(`${NEW_PASSWORD} again`)
    await button(mailed, text.resetPassword.submit).click()
    await sentence(mailed, text.resetPassword.done).waitFor()
    await heading(mailed, text.sessions.title).waitFor()
    await mailed.getByTitle(owner.email).waitFor() // still signed in
  })

  test('whose sessions are not all revoked yet is reported as changed', async () => {
    const page = await app.open()
    await page.goto(`${app.service.url}/link/reset-password#${'x'.repeat(64)}`)
    const problem = {
      type: 'urn:coatcheck:problem:revocation_pending',
      code: 'revocation_pending',
      status: 503,
      title: 'Revocation not finished',
      detail: 'Sign in.',
    }
    await page.route('**/auth/password/reset/complete', (route) =>
      route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    )
    await newPassword(page).fill(NEW_PASSWORD)
    await button(page, text.resetPassword.submit).click()
    await sentence(page, text.resetPassword.donePending).waitFor()
    await heading(page, text.signIn.title).waitFor()
  })

  test('that a lost response may have replaced is mentioned once the link is void', async () => {
    app.allowLogs(/status of 410/, /ERR_FAILED/)
    const page = await app.open()
    await page.goto(`${app.service.url}/link/reset-password#${'x'.repeat(64)}`)
    await page.route('**/auth/password/reset/complete', (route) => route.abort(), { times: 1 })
    await newPassword(page).fill(NEW_PASSWORD)
    await button(page, text.resetPassword.submit).click()
    await page.getByRole('alert').filter({ hasText: text.errors.noAnswer }).waitFor()
    await button(page, text.resetPassword.submit).click()
    await sentence(page, text.voidLink.used).waitFor()
    await sentence(page, text.resetPassword.uncertain).waitFor()
  })
})

test('a registration is completed through the mailed link', async () => {
  app.allowLogs(/status of 400/)
  const page = await app.open({ display: PHONE })
  await link(page, text.signIn.register).click()
  await heading(page, text.register.title).waitFor()
  expect(await password(page).count()).toBe(0)
  await email(page).fill('ada')
  await button(page, text.requestRegistration.submit).click()
  await sentence(page, text.fields.emailInvalid).waitFor()
  const address = newEmail()
  await email(page).fill(address)
  await button(page, text.requestRegistration.submit).click()
  await sentence(page, text.requestRegistration.sent(address)).waitFor()

  const complete = await followMail(page, address, REGISTER)
  await heading(complete, text.completeRegistration.title).waitFor()
  expect(complete.url()).toBe(`${app.service.url}/link/complete-registration`)
  await complete.getByLabel(text.fields.nameOptional).fill('Ada')
  const local = address.split('@')[0] ?? ''
  await password(complete).fill(`${local} ${local}`)
  await button(complete, text.completeRegistration.submit).click()
  await complete.locator('[aria-invalid]').waitFor() // the service knows the email
  await password(complete).fill(PASSWORD)
  await button(complete, text.completeRegistration.submit).click()
  await sentence(complete, text.completeRegistration.done(address)).waitFor()
  expect(await email(complete).inputValue()).toBe(address)
  await password(complete).fill(PASSWORD)
  await button(complete, text.signIn.submit).click()
  await heading(complete, text.sessions.title).waitFor()
  await link(complete, text.navigation.account).click()
  await sentence(complete, text.email.verified).waitFor()
  expect(await button(complete, text.email.send).count()).toBe(0)

  // The same address once more: the same answer, and a mail that leads to the sign-in page.
  const again = await app.open({ hash: '#/register' })
  await email(again).fill(address)
  await button(again, text.requestRegistration.submit).click()
  await sentence(again, text.requestRegistration.sent(address)).waitFor()
  const known = await followLink(again, address, KNOWN)
  expect(known.url()).toBe(`${app.service.url}/`)
})

describe('an email', () => {
  const sendVerification = async (user: TestUser) => {
    const page = await app.open({ as: user, hash: '#/account' })
    await sentence(page, text.email.unverified).waitFor()
    await button(page, text.email.send).click()
    await sentence(page, text.email.sent(user.email)).waitFor()
    return page
  }

  test('is verified through the mailed link and a button', async () => {
    const user = await app.service.user()
    const page = await sendVerification(user)
    const verify = await followMail(page, user.email, VERIFY)
    await heading(verify, text.verifyEmail.title).waitFor()
    expect(verify.url()).toBe(`${app.service.url}/link/verify-email`)
    await button(verify, text.verifyEmail.submit(user.email)).click()
    await sentence(verify, text.verifyEmail.done(user.email)).waitFor()
    await heading(verify, text.account.title).waitFor()
    await sentence(verify, text.email.verified).waitFor()
    expect(verify.url()).toBe(`${app.service.url}/#/account`)
    await sentence(page, text.email.verified).waitFor() // by polling
    await verify.goto(`${app.service.url}/link/verify-email`)
    await sentence(verify, text.verifyEmail.already(user.email)).waitFor()
  })

  test('is verified after a sign-in on the same page, by its own account alone', async () => {
    const user = await app.service.user()
    const page = await sendVerification(user)
    await button(page, text.navigation.signOut).click()
    await heading(page, text.signIn.title).waitFor()
    const other = await app.service.user()
    const foreign = await followLink(page, user.email, VERIFY)
    await sentence(foreign, text.verifyEmail.signInFirst).waitFor()
    await signIn(foreign, other)
    await sentence(foreign, text.verifyEmail.otherAccount(other.email)).waitFor()
    await button(foreign, text.navigation.signOut).click()
    await heading(foreign, text.signIn.title).waitFor()

    const own = await followLink(page, user.email, VERIFY)
    await sentence(own, text.verifyEmail.signInFirst).waitFor()
    await signIn(own, user)
    await button(own, text.verifyEmail.submit(user.email)).click()
    await sentence(own, text.verifyEmail.done(user.email)).waitFor()
  })
})

describe('a change of email', () => {
  const ask = async (user: TestUser, to: string) => {
    const { users, get, put } = app.service.tables
    const key = { pk: { S: `user#${user.id}` } }
    await put(users, { ...(await get(users, key)), ...key, emailVerified: { BOOL: true } })
    const page = await app.open({ as: user, hash: '#/account' })
    await page.getByLabel(text.changeEmail.field).fill('ada')
    await button(page, text.changeEmail.ask).click()
    await page.getByLabel(text.changeEmail.field).and(page.locator('[aria-invalid=true]')).waitFor()
    await page.getByLabel(text.changeEmail.field).fill(to)
    await button(page, text.changeEmail.ask).click()
    await sentence(page, text.changeEmail.sent(to)).waitFor()
    return page
  }

  test('takes effect with the button behind the mailed link, and the old address undoes it', async () => {
    app.allowLogs(/status of 4(00|10)/)
    const check = (page: Page, state: string) => expectAccessible(page, state, DISPLAYS)
    const user = await app.service.user()
    const elsewhere = await app.signInElsewhere(user)
    const to = newEmail()
    const page = await ask(user, to)
    const change = await followMail(page, to, NEW_EMAIL)
    expect(change.url()).toBe(`${app.service.url}/link/change-email`) // without the secret
    await sentence(change, text.changeEmail.lead(user.email, to)).waitFor()
    await check(change, 'changing the email')
    expect(await app.accepts(elsewhere.token)).toBe(true) // opening the page has changed nothing
    await page.reload()
    await sentence(page, text.changeEmail.pending(to)).waitFor()
    await check(page, 'a pending change of email')
    await button(change, text.changeEmail.submit).click()
    await sentence(change, text.changeEmail.done(to)).waitFor()
    await heading(change, text.account.title).waitFor()
    expect(await app.accepts(elsewhere.token)).toBe(false)

    const undo = await followMail(page, user.email, EMAIL_CHANGED)
    await heading(undo, text.undoEmailChange.title).waitFor()
    await check(undo, 'undoing a change of email')
    await undo.reload()
    await sentence(undo, text.voidLink.lost).waitFor()
    const again = await followLink(page, user.email, EMAIL_CHANGED)
    await button(again, text.undoEmailChange.submit).click()
    await sentence(again, text.undoEmailChange.done).waitFor()
    await heading(again, text.forgottenPassword.title).waitFor()
    await linkOfMail(user.email, EMAIL_AGAIN)
    const used = await followLink(page, user.email, EMAIL_CHANGED)
    await button(used, text.undoEmailChange.submit).click()
    await heading(used, text.voidLink.title).waitFor()
    const { status } = (await app.service.signIn(user)).answer
    expect(status).toBe(200)
  })

  test('needs a sign-in to the account that it is for', async () => {
    app.allowLogs(/status of 4(00|10)/)
    const [user, other] = [await app.service.user(), await app.service.user()]
    const to = newEmail()
    const page = await ask(user, to)
    await button(page, text.navigation.signOut).click()
    await heading(page, text.signIn.title).waitFor()
    const foreign = await followLink(page, to, NEW_EMAIL)
    await sentence(foreign, text.changeEmail.signInFirst).waitFor()
    await signIn(foreign, other)
    await sentence(foreign, text.changeEmail.otherAccount(other.email)).waitFor()
  })
})

test('a mailed code signs in where it was asked for, and its link shows it elsewhere', async () => {
  app.allowLogs(/status of 4(03|10)/)
  const user = await app.service.user()
  const page = await app.open({ display: PHONE })
  await email(page).fill(user.email)
  await link(page, text.signIn.byCode).click()
  await heading(page, text.loginCode.title).waitFor()
  await expectAccessible(page, 'asking for a code', [PHONE])
  await button(page, text.loginCode.send).click()
  await sentence(page, text.loginCode.sent(user.email)).waitFor()
  const target = await linkOfMail(user.email, CODE)
  const code = target.split('#')[1] ?? ''
  const field = page.getByLabel(text.loginCode.codeLabel)
  await field.fill(code === '00000000' ? '11111111' : '00000000')
  await button(page, text.signIn.submit).click()
  await sentence(page, text.loginCode.wrong).waitFor()
  await expectAccessible(page, 'a wrong code', [PHONE])

  const elsewhere = await app.open()
  await elsewhere.goto(target)
  await sentence(elsewhere, text.loginCode.linkLead).waitFor()
  expect([elsewhere.url(), await elsewhere.getByLabel(text.loginCode.codeLabel).inputValue()]).toEqual([
    ...[`${app.service.url}/link/login-code`, code],
  ])
  await button(elsewhere, text.signIn.submit).click()
  await sentence(elsewhere, text.loginCode.elsewhere).waitFor()

  await field.fill(code)
  await button(page, text.signIn.submit).click()
  await heading(page, text.sessions.title).waitFor()
})

describe('an administrator', () => {
  const openUser = async (user: TestUser) => {
    const admin = await app.service.user(ADMIN)
    const page = await app.open({ as: admin, hash: `#/users/${user.id}` })
    await heading(page, user.email).waitFor()
    return { admin, page }
  }

  test('invites a user, who accepts by the mailed link, and revokes an invitation', async () => {
    app.allowLogs(/status of 410/)
    const page = await app.open({ as: await app.service.user(ADMIN), hash: '#/invitations' })
    await heading(page, deskText.invitations.title).waitFor()
    const invite = async (address: string) => {
      await button(page, deskText.invitations.invite).click()
      await dialog(page).getByLabel(text.fields.email).fill(address)
      await dialog(page).getByLabel(text.fields.scopes).fill('notes:read')
      await expectAccessible(page, 'inviting a user', [PHONE])
      await dialogButton(page, deskText.invitations.submit).click()
      await sentence(page, deskText.invitations.done(address)).waitFor()
    }
    const [address, revoked] = [newEmail(), newEmail()]
    await invite(address)
    const accept = await followMail(page, address, INVITATION)
    await heading(accept, text.acceptInvitation.title).waitFor()
    expect(accept.url()).toBe(`${app.service.url}/link/accept-invitation`)
    await expectAccessible(accept, 'accepting an invitation', [PHONE])
    await password(accept).fill(PASSWORD)
    await button(accept, text.acceptInvitation.submit).click()
    await sentence(accept, text.acceptInvitation.done(address)).waitFor()

    await invite(revoked)
    const target = await linkOfMail(revoked, INVITATION)
    await button(page, deskText.invitations.revokeLabel(revoked)).click()
    await sentence(page, deskText.invitations.revokeEffect).waitFor()
    await dialogButton(page, deskText.invitations.revoke).click()
    await sentence(page, deskText.invitations.revoked(revoked)).waitFor()
    await page.reload()
    await sentence(page, deskText.invitations.statuses.accepted).waitFor()
    await sentence(page, deskText.invitations.statuses.revoked).waitFor()
    await expectAccessible(page, 'users and invitations', [PHONE])
    const late = await page.context().newPage()
    await late.goto(target)
    await password(late).fill(PASSWORD)
    await button(late, text.acceptInvitation.submit).click()
    await sentence(late, text.voidLink.used).waitFor()
  })

  test('sends a password reset mail', async () => {
    const user = await app.service.user()
    const { page } = await openUser(user)
    await button(page, deskText.user.sendReset).click()
    await sentence(page, deskText.user.sendResetEffect).waitFor()
    await dialogButton(page, deskText.user.sendReset).click()
    await sentence(page, deskText.user.sendResetDone(user.email)).waitFor()
    const reset = await followLink(page, user.email, RESET)
    await heading(reset, text.resetPassword.title).waitFor()
  })

  test('sets a password after entering their own, and sees it once', async () => {
    const user = await app.service.user()
    const other = await app.signInElsewhere(user)
    const { admin, page } = await openUser(user)
    await app.changeRows(admin, (row) => ({ ...row, authenticatedAt: { N: '1700000000' } }))
    await button(page, deskText.user.setPassword).click()
    await sentence(page, deskText.user.setPasswordEffect(1)).waitFor()
    await newPassword(page).fill('short')
    await dialogButton(page, deskText.user.setPassword).click()
    const reauthentication = page.getByRole('dialog', { name: text.reauthentication.title })
    await reauthentication.getByLabel(text.fields.password, { exact: true }).fill(PASSWORD)
    await reauthentication.getByRole('button', { name: text.reauthentication.submit }).click()
    await dialog(page).locator('[aria-invalid]').waitFor()
    expect(await app.accepts(other.token)).toBe(true)
    await dialogButton(page, text.fields.generate).click()
    const chosen = await newPassword(page).inputValue()
    await dialogButton(page, deskText.user.setPassword).click()
    await page.getByRole('dialog', { name: deskText.user.setPasswordDone(user.email) }).waitFor()
    await sentence(page, chosen).waitFor()
    await page.getByLabel(deskText.createUser.kept).check()
    await dialogButton(page, text.done).click()
    await dialog(page).waitFor({ state: 'detached' })
    expect(await page.getByText(chosen).count()).toBe(0)
    expect(await app.accepts(other.token)).toBe(false)
    const { answer } = await app.service.signIn({ ...user, password: chosen })
    expect(answer.json.code).toBe('password_change_required') // as the form proposes
    const forgotten = await followLink(page, user.email, CHANGED)
    await heading(forgotten, text.forgottenPassword.title).waitFor()
  })

  test('unlocks a sign-in', async () => {
    const user = await app.service.user()
    const wrong = { ...user, password: 'not the right password' }
    while ((await app.service.signIn(wrong)).answer.status !== 429);
    expect((await app.service.signIn(user)).answer.status).toBe(429)
    const { page } = await openUser(user)
    await button(page, deskText.user.unlock).click()
    await dialogButton(page, deskText.user.unlock).click()
    await sentence(page, deskText.user.unlockDone(user.email)).waitFor()
    expect((await app.service.signIn(user)).answer.status).toBe(200)
  })

  test('is not offered a reset mail for a disabled user, nor a password for themselves', async () => {
    const { admin, page } = await openUser(await app.service.user())
    await button(page, deskText.user.disable).click()
    await dialogButton(page, deskText.user.disable).click()
    await button(page, deskText.user.enable).waitFor()
    expect(await button(page, deskText.user.sendReset).count()).toBe(0)
    await page.goto(`${app.service.url}/#/users/${admin.id}`)
    await heading(page, admin.email).waitFor()
    await button(page, deskText.user.sendReset).waitFor()
    expect(await button(page, deskText.user.setPassword).count()).toBe(0)
  })
})

test('a scanner that fetches and posts all it sees receives nothing and uses no link', async () => {
  const user = await app.service.user()
  const address = newEmail()
  const { url } = app.service
  await app.service.request('POST', '/auth/password/reset', { body: { email: user.email } })
  await app.service.request('POST', '/auth/register', { body: { email: address } })
  const { token } = await app.signInElsewhere(user)
  await app.service.request('POST', '/auth/email/verification', { bearer: token })
  const page = await app.open()
  const mailed = [
    await linksOfMail(page, user.email, RESET),
    await linksOfMail(page, address, REGISTER),
    await linksOfMail(page, user.email, VERIFY),
  ].flat()
  const secrets = mailed.filter((each) => each.includes('#'))
  expect(secrets).toHaveLength(3)

  const seen = new Map<string, string[]>()
  const pending = [...mailed]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const target = new URL(next)
    if (target.origin !== url || seen.has(target.href)) continue
    const secret = target.hash.slice(1)
    const answers = [
      await fetch(target), // without the fragment, as every client
      await fetch(target, { method: 'HEAD' }),
      await fetch(target, { method: 'POST', body: new URLSearchParams({ token: secret }) }),
      await fetch(`${target.origin}${target.pathname}?token=${secret}`),
      await fetch(target, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: url },
        body: JSON.stringify({ token: secret }),
      }),
    ]
    for (const answer of answers) expect(answer.headers.get('set-cookie'), next).toBeNull()
    seen.set(
      target.href,
      answers.map(({ status }) => `${status}`),
    )
    const html = await answers[0]?.text()
    for (const [, path = ''] of html?.matchAll(/(?:href|src|action)="([^"]+)"/g) ?? [])
      pending.push(new URL(path, target).href)
  }
  // Opens them in a browser as well, without a click.
  for (const secret of secrets) {
    await page.goto('about:blank')
    await page.goto(secret)
    await page.getByRole('heading', { level: 1 }).waitFor()
  }
  const log = [...seen].map(([at, statuses]) => `${new URL(at).pathname} ${statuses.join(' ')}`).sort()
  expect(log.filter((line) => line.startsWith('/link/'))).toEqual([
    '/link/complete-registration 200 200 405 200 405',
    '/link/reset-password 200 200 405 200 405',
    '/link/verify-email 200 200 405 200 405',
  ])

  const tokenOf = (name: string) => secrets.find((each) => each.includes(name))?.split('#')[1]
  const post = (path: string, body: object, bearer?: string) =>
    app.service.request('POST', path, { body, ...(bearer && { bearer }) })
  expect(await app.accepts(token)).toBe(true)
  const statuses = [
    await post('/auth/email/verify', { token: tokenOf('verify-email') }, token),
    await post('/auth/register/complete', { token: tokenOf('complete-registration'), password: PASSWORD }),
    await post('/auth/password/reset/complete', { token: tokenOf('reset-password'), newPassword: NEW_PASSWORD }),
  ].map(({ status }) => status)
  expect(statuses).toEqual([204, 201, 204])
})

test('no new screen violates a rule of axe', async () => {
  app.allowLogs(/status of 4(00|10)/)
  const check = (page: Page, state: string) => expectAccessible(page, state, DISPLAYS)
  const { url } = app.service
  const user = await app.service.user()
  const page = await app.open()
  await heading(page, text.signIn.title).waitFor()
  await check(page, 'sign-in with mail')
  await link(page, text.signIn.forgotten).click()
  await check(page, 'a forgotten password')
  await email(page).fill('ada')
  await button(page, text.forgottenPassword.submit).click()
  await sentence(page, text.fields.emailInvalid).waitFor()
  await check(page, 'a refused email')
  await email(page).fill(user.email)
  await button(page, text.forgottenPassword.submit).click()
  await heading(page, text.mailSent.title).waitFor()
  await check(page, 'check your mail')
  await page.goto(`${url}/#/register`)
  await heading(page, text.register.title).waitFor()
  await check(page, 'registration by mail')
  for (const name of ['complete-registration', 'reset-password']) {
    await page.goto('about:blank')
    await page.goto(`${url}/link/${name}#${'x'.repeat(64)}`)
    await button(page, text.fields.generate).click()
    await check(page, name)
    await page.locator('button[type=submit]').click()
    await heading(page, text.voidLink.title).waitFor()
    await check(page, `${name} with a void link`)
  }
  await page.goto(`${url}/link/verify-email#${user.id}${'x'.repeat(43)}`)
  await sentence(page, text.verifyEmail.signInFirst).waitFor()
  await check(page, 'signing in to verify')
  await signIn(page, user)
  await heading(page, text.verifyEmail.title).waitFor()
  await check(page, 'verifying')
  await button(page, text.verifyEmail.submit(user.email)).click()
  await sentence(page, text.voidLink.used).waitFor()
  await check(page, 'verifying with a void link')
  await link(page, text.navigation.account).click()
  await sentence(page, text.email.unverified).waitFor()
  await check(page, 'account with an email that is not verified')

  const admin = await app.open({ as: await app.service.user(ADMIN), hash: `#/users/${user.id}` })
  await heading(admin, user.email).waitFor()
  await check(admin, 'a user')
  for (const name of [deskText.user.sendReset, deskText.user.setPassword, deskText.user.unlock]) {
    await button(admin, name).click()
    await dialog(admin).waitFor()
    if (name === deskText.user.setPassword) await dialogButton(admin, text.fields.generate).click()
    await check(admin, name)
    await dialogButton(admin, text.cancel).click()
  }
})
