import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import {
  button,
  dialog,
  dialogButton,
  heading,
  launchApp,
  pollNow,
  sentence,
  signIn,
  THIS_DEVICE,
  ticket,
} from './app.ts'
import { PHONE } from './displays.ts'

// Outages: the page reports them, keeps its state, and recovers without a reload.

const app = launchApp()
const fail = () => {
  app.service.proxy.fault = () => 'failed'
}
const recover = () => {
  app.service.proxy.fault = undefined
}
const gone = (page: Page, words: string) => sentence(page, words).waitFor({ state: 'detached' })

describe('while DynamoDB is unreachable', () => {
  test('a signed-in page reports the outage, keeps its state, and recovers', async () => {
    const user = await app.service.user()
    const page = await app.open({ as: user, hash: '#/account' })
    await page.getByLabel(text.fields.newPassword, { exact: true }).fill('half of a new pass')
    const token = await app.tokenOf(page)
    fail()
    await sentence(page, text.errors.unavailable).waitFor() // by polling
    await heading(page, text.account.title).waitFor()
    expect(await dialog(page).count()).toBe(0)
    expect(await app.tokenOf(page)).toBe(token)
    recover()
    await gone(page, text.errors.unavailable)
    expect(await page.getByLabel(text.fields.newPassword, { exact: true }).inputValue()).toBe('half of a new pass')
    expect(await app.accepts(token ?? '')).toBe(true)
  })

  test('a page that opens shows a waiting message, and opens after the outage', async () => {
    const user = await app.service.user()
    const page = await app.open({ as: user, display: PHONE })
    await heading(page, text.sessions.title).waitFor()
    fail()
    await page.reload()
    await heading(page, text.errors.startingTitle).waitFor()
    await sentence(page, text.errors.starting).waitFor()
    expect(await page.getByLabel(text.fields.password).count()).toBe(0)
    recover()
    await heading(page, text.sessions.title).waitFor()
  })

  test('an action fails with a message, and succeeds when it is repeated afterwards', async () => {
    const user = await app.service.user()
    const script = await app.signInElsewhere(user, { label: 'Backup script' })
    const page = await app.open({ as: user })
    await button(page, text.session.signOutNamed('Backup script')).click()
    fail()
    await dialogButton(page, text.session.signOutSubmit).click()
    const refused = dialog(page).getByRole('alert').filter({ hasText: 'cannot reach its data' })
    await refused.waitFor()
    recover()
    expect(await app.accepts(script.token)).toBe(true)
    await dialogButton(page, text.session.signOutSubmit).click()
    await sentence(page, text.session.signOutDone('Backup script')).waitFor()
    expect(await app.accepts(script.token)).toBe(false)
    await pollNow(page)
    await gone(page, text.errors.unavailable)
  })

  test('a sign-in fails with a message, keeps what was typed, and succeeds when it is repeated afterwards', async () => {
    const user = await app.service.user()
    const page = await app.open()
    await heading(page, text.signIn.title).waitFor()
    fail()
    await signIn(page, user)
    await page.getByRole('alert').filter({ hasText: 'cannot reach its data' }).waitFor()
    expect(await page.getByLabel(text.fields.password, { exact: true }).inputValue()).toBe(user.password)
    // The banner for signed-in users must not appear.
    expect(await page.getByText(text.errors.unavailable).count()).toBe(0)
    recover()
    await button(page, text.signIn.submit).click()
    await heading(page, text.sessions.title).waitFor()
  })

  test('a list that cannot load shows a message, and loads after the outage', async () => {
    const user = await app.service.user()
    const page = await app.open({ as: user, hash: '#/account' })
    await heading(page, text.account.title).waitFor()
    app.service.proxy.fault = ({ operation }) => (operation === 'Query' ? 'failed' : undefined)
    await page.getByRole('link', { name: text.navigation.sessions }).click()
    await heading(page, text.sessions.title).waitFor()
    await page.locator('#content').getByText('cannot reach its data').first().waitFor()
    recover()
    await pollNow(page)
    await ticket(page, THIS_DEVICE).waitFor()
    expect(await page.getByText('cannot reach its data').count()).toBe(0)
  })
})

describe('without a response from the service', () => {
  const offline = /ERR_INTERNET_DISCONNECTED/

  test('an offline page keeps its state, reports an action as uncertain, and recovers online', async () => {
    app.allowLogs(offline)
    const user = await app.service.user()
    const script = await app.signInElsewhere(user, { label: 'Backup script' })
    const page = await app.open({ as: user })
    await ticket(page, 'Backup script').waitFor()
    await page.context().setOffline(true)
    await sentence(page, text.errors.offline).waitFor()
    await ticket(page, 'Backup script').waitFor()
    await button(page, text.session.signOutNamed('Backup script')).click()
    await dialogButton(page, text.session.signOutSubmit).click()
    await dialog(page).getByRole('alert').filter({ hasText: text.errors.noAnswer }).waitFor()
    await page.context().setOffline(false)
    await gone(page, text.errors.offline)
    await dialogButton(page, text.session.signOutSubmit).click()
    await sentence(page, text.session.signOutDone('Backup script')).waitFor()
    expect(await app.accepts(script.token)).toBe(false)
    await expect.poll(() => page.locator('.outage-note').count()).toBe(0)
  })

  test('a captive portal’s response counts as no response', async () => {
    const user = await app.service.user()
    const page = await app.open({ as: user })
    await ticket(page, THIS_DEVICE).waitFor()
    await page.route('**/auth/**', (route) =>
      route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Pay here</h1>' }),
    )
    await pollNow(page)
    await button(page, text.session.signOutNamed(THIS_DEVICE)).click()
    await dialogButton(page, text.session.signOutSubmit).click()
    await dialog(page).getByRole('alert').filter({ hasText: text.errors.noAnswer }).waitFor()
    await page.unroute('**/auth/**')
    await dialogButton(page, text.cancel).click()
    await heading(page, text.sessions.title).waitFor()
    expect(await page.getByText('Pay here').count()).toBe(0)
    expect(await app.accepts((await app.tokenOf(page)) ?? '')).toBe(true)
  })
})
