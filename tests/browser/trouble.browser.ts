import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { answer, button, dialog, glance, heading, sentence, signIn, stage, THIS_DEVICE, ticket } from './stage.ts'
import { PHONE } from './views.ts'

// What the page does while the service cannot answer: it says so, keeps everything, and goes on by itself.

const at = stage({ DATASTORE_TIMEOUT_MS: '200' })
const fail = () => {
  at.service.proxy.fault = () => 'failed'
}
const recover = () => {
  at.service.proxy.fault = undefined
}
const gone = (page: Page, words: string) => sentence(page, words).waitFor({ state: 'detached' })

describe('the datastore is down', () => {
  test('while somebody is signed in: said, everything kept, and over by itself', async () => {
    const user = await at.service.user()
    const page = await at.open({ as: user, place: '#/account' })
    await page.getByLabel(text.fields.newPassword, { exact: true }).fill('half of a new pass')
    const token = await at.tokenOf(page)
    fail()
    await sentence(page, text.trouble.unavailable).waitFor() // by its own beat
    await heading(page, text.account.title).waitFor()
    expect(await dialog(page).count()).toBe(0)
    expect(await at.tokenOf(page)).toBe(token)
    recover()
    await gone(page, text.trouble.unavailable)
    expect(await page.getByLabel(text.fields.newPassword, { exact: true }).inputValue()).toBe('half of a new pass')
    expect(await at.accepts(token ?? '')).toBe(true)
  })

  test('while the page opens: one moment, and it opens by itself', async () => {
    const user = await at.service.user()
    const page = await at.open({ as: user, view: PHONE })
    await heading(page, text.sessions.title).waitFor()
    fail()
    await page.reload()
    await heading(page, text.trouble.startingTitle).waitFor()
    await sentence(page, text.trouble.starting).waitFor()
    expect(await page.getByLabel(text.fields.password).count()).toBe(0)
    recover()
    await heading(page, text.sessions.title).waitFor()
  })

  test('an action says so, loses nothing, and works when it is repeated', async () => {
    const user = await at.service.user()
    const script = await at.elsewhere(user, { label: 'Backup script' })
    const page = await at.open({ as: user })
    await button(page, text.session.endNamed('Backup script')).click()
    fail()
    await answer(page, text.session.endSubmit).click()
    const refused = dialog(page).getByRole('alert').filter({ hasText: 'cannot reach its data' })
    await refused.waitFor()
    recover()
    expect(await at.accepts(script.token)).toBe(true)
    await answer(page, text.session.endSubmit).click()
    await sentence(page, text.session.endDone('Backup script')).waitFor()
    expect(await at.accepts(script.token)).toBe(false)
    await glance(page)
    await gone(page, text.trouble.unavailable)
  })

  test('a sign-in says so, keeps what was typed, and works when it is repeated', async () => {
    const user = await at.service.user()
    const page = await at.open()
    await heading(page, text.signIn.title).waitFor()
    fail()
    await signIn(page, user)
    await page.getByRole('alert').filter({ hasText: 'cannot reach its data' }).waitFor()
    expect(await page.getByLabel(text.fields.password, { exact: true }).inputValue()).toBe(user.password)
    // Nobody is signed in yet: nobody is told that they still are.
    expect(await page.getByText(text.trouble.unavailable).count()).toBe(0)
    recover()
    await button(page, text.signIn.submit).click()
    await heading(page, text.sessions.title).waitFor()
  })

  test('a list keeps its place and is filled when there is an answer', async () => {
    const user = await at.service.user()
    const page = await at.open({ as: user, place: '#/account' })
    await heading(page, text.account.title).waitFor()
    at.service.proxy.fault = ({ operation }) => (operation === 'Query' ? 'failed' : undefined)
    await page.getByRole('link', { name: text.navigation.sessions }).click()
    await heading(page, text.sessions.title).waitFor()
    await page.locator('#content').getByText('cannot reach its data').first().waitFor()
    recover()
    await glance(page)
    await ticket(page, THIS_DEVICE).waitFor()
    expect(await page.getByText('cannot reach its data').count()).toBe(0)
  })
})

describe('the browser is offline', () => {
  const offline = /ERR_INTERNET_DISCONNECTED/

  test('said, everything kept, an action says that no answer came, and it works again online', async () => {
    at.allow(offline)
    const user = await at.service.user()
    const script = await at.elsewhere(user, { label: 'Backup script' })
    const page = await at.open({ as: user })
    await ticket(page, 'Backup script').waitFor()
    await page.context().setOffline(true)
    await sentence(page, text.trouble.offline).waitFor()
    await ticket(page, 'Backup script').waitFor()
    await button(page, text.session.endNamed('Backup script')).click()
    await answer(page, text.session.endSubmit).click()
    await dialog(page).getByRole('alert').filter({ hasText: text.trouble.noAnswer }).waitFor()
    await page.context().setOffline(false)
    await gone(page, text.trouble.offline)
    await answer(page, text.session.endSubmit).click()
    await sentence(page, text.session.endDone('Backup script')).waitFor()
    expect(await at.accepts(script.token)).toBe(false)
    await expect.poll(() => page.locator('.hindrance').count()).toBe(0)
  })

  test('somebody else’s answer, as of a captive portal, is none', async () => {
    const user = await at.service.user()
    const page = await at.open({ as: user })
    await ticket(page, THIS_DEVICE).waitFor()
    await page.route('**/auth/**', (route) =>
      route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Pay here</h1>' }),
    )
    await glance(page)
    await button(page, text.session.endNamed(THIS_DEVICE)).click()
    await answer(page, text.session.endSubmit).click()
    await dialog(page).getByRole('alert').filter({ hasText: text.trouble.noAnswer }).waitFor()
    await page.unroute('**/auth/**')
    await answer(page, text.cancel).click()
    await heading(page, text.sessions.title).waitFor()
    expect(await page.getByText('Pay here').count()).toBe(0)
    expect(await at.accepts((await at.tokenOf(page)) ?? '')).toBe(true)
  })
})
