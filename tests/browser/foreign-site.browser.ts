import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { PASSWORD } from '../support/service.ts'
import { heading, launchApp, signIn } from './app.ts'
import { type ForeignSite, startForeignSite } from './foreign-site.ts'

// What the browser keeps pages of other sites from.

const app = launchApp()
let foreign: ForeignSite
beforeAll(async () => {
  foreign = await startForeignSite()
})
afterAll(() => foreign.close())

const openSessions = async () => {
  const page = await app.open()
  await signIn(page, await app.service.user())
  await heading(page, text.sessions.title).waitFor()
  return page
}

describe('a page of another site', () => {
  const open = async (markup: string, beside: Page) => {
    foreign.page = markup
    const page = await beside.context().newPage()
    await page.goto(foreign.url)
    return page
  }
  const allowForeign = () =>
    app.allowLogs(
      /^foreign: http:\/\/127\.0\.0\.1/,
      /CORS|Cross-Origin|ERR_FAILED|ERR_BLOCKED|net::|frame-ancestors|status of 4/,
    )
  const TARGETS = ['/auth/login', '/auth/logout', '/auth/register']

  test('cannot sign the user in or out with fetch or sendBeacon', async () => {
    allowForeign()
    const inside = await openSessions()
    const mallory = await app.service.user()
    const before = (await app.tokenOf(inside)) ?? ''
    const page = await open('<title>foreign</title>', inside)
    const body = JSON.stringify({ email: mallory.email, password: PASSWORD })
    const outcomes = await page.evaluate<Record<string, string>>(`(async () => {
      const outcomes = {}
      const attempts = {
        'plain no-cors': { mode: 'no-cors', headers: { 'content-type': 'text/plain' } },
        'form no-cors': { mode: 'no-cors', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        'json cors': { mode: 'cors', headers: { 'content-type': 'application/json' } },
        'plain cors': { mode: 'cors', headers: { 'content-type': 'text/plain' } },
      }
      for (const path of ${JSON.stringify(TARGETS)})
        for (const [name, init] of Object.entries(attempts))
          outcomes[name + ' ' + path] = await fetch('${app.service.url}' + path, {
            method: 'POST', credentials: 'include', body: ${JSON.stringify(body)}, ...init,
          }).then(({ type, status }) => type + ' ' + status, () => 'refused')
      navigator.sendBeacon('${app.service.url}/auth/logout', '')
      return outcomes
    })()`)
    // The browser hides every response from the other site's page.
    for (const [name, outcome] of Object.entries(outcomes)) expect(outcome, name).toBe('refused')
    expect(await app.tokenOf(inside)).toBe(before)
    expect(await app.accepts(before)).toBe(true)
    await inside.reload()
    await heading(inside, text.sessions.title).waitFor()
  })

  test.each([
    ['application/x-www-form-urlencoded', '/auth/logout'],
    ['text/plain', '/auth/logout'],
    ['application/x-www-form-urlencoded', '/auth/login'],
    ['text/plain', '/auth/login'],
    ['multipart/form-data', '/auth/login'],
  ])('cannot do anything with a form of type %s to %s', async (enctype, path) => {
    allowForeign()
    const inside = await openSessions()
    const mallory = await app.service.user()
    const before = (await app.tokenOf(inside)) ?? ''
    // As text/plain, the single field becomes JSON: the equals sign ends up in a label.
    const name = `{"email":"${mallory.email}","password":"${PASSWORD}","label":"`.replaceAll('"', '&quot;')
    const markup = `<form method="post" enctype="${enctype}" action="${app.service.url}${path}">
      <input name="${name}" value="&quot;}"><button>go</button></form>`
    const page = await open(markup, inside)
    const answered = page.waitForResponse(`**${path}`)
    await page.getByRole('button', { name: 'go' }).click()
    const response = await answered
    expect(response.request().headers()['sec-fetch-site'] ?? 'cross-site').toBe('cross-site')
    expect(await response.headerValue('set-cookie')).toBeNull()
    expect(await app.tokenOf(inside)).toBe(before)
    expect(await app.accepts(before)).toBe(true)
  })

  test('cannot sign in a user who is signed out', async () => {
    allowForeign()
    const mallory = await app.service.user()
    const victim = await app.open()
    const body = JSON.stringify({ email: mallory.email, password: PASSWORD })
    const page = await open('<title>foreign</title>', victim)
    const from = app.service.log.length
    await page.evaluate(`fetch('${app.service.url}/auth/login', {
      method: 'POST', mode: 'no-cors', credentials: 'include', body: ${JSON.stringify(body)},
    }).catch(() => {})`)
    const printed = () => app.service.log.slice(from).filter((line) => line.startsWith('POST /auth/login '))
    await expect.poll(printed).toEqual([expect.stringMatching(/login 4\d\d /)]) // the request arrived
    expect(await victim.context().cookies()).toEqual([])
    expect(await app.service.tables.scan(app.service.tables.sessions)).not.toContainEqual(
      expect.objectContaining({ userId: { S: mallory.id } }),
    )
  })

  test('cannot frame the console', async () => {
    allowForeign()
    const inside = await openSessions()
    const page = await open(`<iframe src="${app.service.url}/"></iframe>`, inside)
    await expect.poll(() => page.frames().length).toBe(2)
    const framed = page.frames()[1]
    await expect.poll(() => framed?.url()).toMatch(/^chrome-error:/)
    expect(await framed?.locator('#console').count()).toBe(0)
  })

  test('cannot access a window of the console that it opens', async () => {
    allowForeign()
    const inside = await openSessions()
    const page = await open('<title>foreign</title>', inside)
    const opened = page.context().waitForEvent('page')
    await page.evaluate(`void (window.other = open('${app.service.url}/'))`)
    const popup = await opened
    await heading(popup, text.sessions.title).waitFor()
    expect(await popup.evaluate('opener')).toBeNull()
    expect(await page.evaluate('window.other.closed')).toBe(true) // severed
  })

  test('may link to the console, and the user arrives signed in', async () => {
    allowForeign()
    const inside = await openSessions()
    const page = await open(`<a href="${app.service.url}/">the console</a>`, inside)
    await page.getByRole('link').click()
    await heading(page, text.sessions.title).waitFor()
    expect(page.url()).toBe(`${app.service.url}/`)
  })
})
