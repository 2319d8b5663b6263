import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { PASSWORD } from '../support/service.ts'
import { button, COOKIE, dialogButton, heading, launchApp, pollNow, sentence, signIn } from './app.ts'

// What other pages of the host and the browser itself do to the session cookie.

const app = launchApp()
const { causes } = text.signInAgain
const dialogNamed = (page: Page, name: string) => page.getByRole('dialog', { name, exact: true })
const signInAgain = async (page: Page) => {
  await page.getByRole('dialog').getByLabel(text.fields.password, { exact: true }).fill(PASSWORD)
  await dialogButton(page, text.signIn.submit).click()
}
/** Sets a partitioned cookie of the session cookie's name, as any page of the host can. */
const setPartitioned = (page: Page) =>
  page.evaluate(`document.cookie = '${COOKIE}=other; Secure; Path=/; SameSite=None; Partitioned'`)
/** The status of a session check that the page's browser makes. */
const statusOfCheck = (page: Page) => page.evaluate<number>(`fetch('/auth/session').then(({ status }) => status)`)

describe('a partitioned cookie of the session cookie’s name', () => {
  test('is reported by an open page, and signing in again removes it', async () => {
    app.allowLogs(/status of 400/)
    const page = await app.open({ as: await app.service.user() })
    await heading(page, text.sessions.title).waitFor()
    await setPartitioned(page)
    expect(await statusOfCheck(page)).toBe(400)
    await pollNow(page)
    await dialogNamed(page, causes.repeated.title).waitFor()
    await signInAgain(page)
    await page.getByText(text.signInAgain.done).waitFor()
    expect(await statusOfCheck(page)).toBe(200)
    expect((await page.context().cookies()).map(({ name }) => name)).toEqual([COOKIE])
  })

  test('is removed by a sign-out', async () => {
    app.allowLogs(/status of 400/)
    const user = await app.service.user()
    const page = await app.open({ as: user })
    await heading(page, text.sessions.title).waitFor()
    await setPartitioned(page)
    await page.reload()
    await button(page, text.errors.startOver).click()
    await heading(page, text.signIn.title).waitFor()
    expect(await page.context().cookies()).toEqual([])
    await signIn(page, user)
    await heading(page, text.sessions.title).waitFor()
    expect(await statusOfCheck(page)).toBe(200)
  })
})

describe('a page whose session is no longer accepted', () => {
  test('says that the browser did not keep the cookie if that is so since the sign-in', async () => {
    const user = await app.service.user()
    const page = await app.open()
    await page.route('**/auth/login', async (route) => {
      const response = await route.fetch()
      const { 'set-cookie': _, ...headers } = response.headers()
      await page.context().clearCookies()
      await route.fulfill({ response, headers })
    })
    await signIn(page, user)
    await dialogNamed(page, causes.notKept.title).waitFor()
    await sentence(page, causes.notKept.why).waitFor()
    await page.unroute('**/auth/login')
    await signInAgain(page)
    await heading(page, text.sessions.title).waitFor()
  })

  test('names the possible causes after another service on the host replaced the cookie', async () => {
    const page = await app.open()
    await signIn(page, await app.service.user())
    await heading(page, text.sessions.title).waitFor()
    const [cookie] = await page.context().cookies()
    await pollNow(page)
    await page.context().addCookies(cookie ? [{ ...cookie, value: 'of-another-service' }] : [])
    await pollNow(page)
    await dialogNamed(page, causes.ended.title).waitFor()
    await sentence(page, causes.ended.why).waitFor()
  })
})
