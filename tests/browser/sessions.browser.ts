import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import {
  button,
  dialog,
  dialogButton,
  ended,
  heading,
  launchApp,
  names,
  openDetails,
  pollNow,
  sentence,
  THIS_DEVICE,
  ticket,
} from './app.ts'
import { PHONE } from './displays.ts'

// The user's own sessions: their list, and signing them out.

const app = launchApp()

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'
const DEVICES: [name: string, userAgent: string][] = [
  ['Safari on iPhone', IPHONE],
  ['Firefox on Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0'],
  [
    'Safari on macOS',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  ],
  [
    'Edge on Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0',
  ],
  ['curl', 'curl/8.5.0'],
  [text.device.unknown, ''],
]

describe('the list', () => {
  test('names each device, and lists this device first', async () => {
    const user = await app.service.user()
    for (const [, userAgent] of DEVICES) await app.signInElsewhere(user, { userAgent })
    const page = await app.open({ as: user })
    await ticket(page, THIS_DEVICE).waitFor()
    const [first, ...others] = await names(page).allTextContents()
    expect(first).toBe(`${THIS_DEVICE}${text.session.current}`)
    expect(others.sort()).toEqual(DEVICES.map(([name]) => name).sort())
    expect(await page.getByText(text.session.current, { exact: true }).count()).toBe(1)
  })

  test('shows user agents and labels as text, never as markup', async () => {
    const user = await app.service.user()
    const markup = '<img src=x onerror=alert(1)>'
    await app.signInElsewhere(user, { userAgent: markup, label: '<b>bold</b> & "quoted"' })
    const page = await app.open({ as: user })
    const strange = ticket(page, '<b>bold</b> & "quoted"')
    await openDetails(page, '<b>bold</b> & "quoted"')
    await strange.getByText(markup, { exact: true }).waitFor()
    expect(await page.locator('main b, main img').count()).toBe(0)
  })

  test('shows label, IP address, relative times with exact ones on hover, and details', async () => {
    const user = await app.service.user()
    const { id } = await app.signInElsewhere(user, { userAgent: 'curl/8.5.0', label: 'Backup script' })
    await app.changeRows(user, (row) => ({
      ...row,
      createdAt: { N: String(Number(row.createdAt?.N) - 3 * 86_400) },
      lastSeenAt: { N: String(Number(row.lastSeenAt?.N) - 2 * 3600 - 60) },
    }))
    const page = await app.open({ as: user })
    const backup = ticket(page, 'Backup script')
    await backup.waitFor()
    const { json } = await app.service.request('GET', '/auth/sessions', { bearer: (await app.tokenOf(page)) ?? '' })
    const session = json.sessions.find((each: { id: string }) => each.id === id)
    const facts = await backup.locator('.device-facts > span').allTextContents()
    expect(facts).toEqual([
      'curl',
      '127.0.0.1',
      `${text.session.lastSeen} 2 hours ago`,
      text.session.with(text.session.factors.password),
    ])
    const times = await backup.locator('time').all()
    for (const [index, instant] of [session.lastSeenAt].entries()) {
      const title = await times[index]?.getAttribute('title')
      expect(await times[index]?.getAttribute('datetime')).toBe(instant)
      expect(title).toContain(String(new Date(instant).getFullYear()))
      expect(title).toMatch(/\d:\d\d:\d\d/)
    }
    const here = ticket(page, THIS_DEVICE)
    expect(await here.textContent()).toContain(text.session.current)
    await openDetails(page, 'Backup script')
    const terms = await backup.locator('dt').allTextContents()
    const values = await backup.locator('dd').allTextContents()
    expect(terms).toHaveLength(10)
    expect(values).toContain(id)
    expect(values).toContain('account')
    expect(values).toContain('curl/8.5.0')
  })

  test('says when there is no other session', async () => {
    const page = await app.open({ as: await app.service.user() })
    await sentence(page, text.sessions.onlyThis).waitFor()
    expect(await names(page).count()).toBe(1)
  })
})

describe('signing out on a phone', () => {
  test('one session: asks first, revokes it at once, and shows a notice', async () => {
    const user = await app.service.user()
    const phone = await app.signInElsewhere(user, { userAgent: IPHONE })
    const script = await app.signInElsewhere(user, { label: 'Backup script' })
    const page = await app.open({ display: PHONE, as: user })
    await button(page, text.session.signOutNamed('Safari on iPhone')).click()
    await sentence(page, text.session.signOutEffect('127.0.0.1')).waitFor()
    expect(await app.accepts(phone.token)).toBe(true)
    await dialogButton(page, text.session.signOutSubmit).click()
    await sentence(page, text.session.signOutDone('Safari on iPhone')).waitFor()
    expect(await app.accepts(phone.token)).toBe(false)
    expect(await app.accepts(script.token)).toBe(true)
    await ended(page, 'Safari on iPhone').waitFor({ state: 'attached' })
    expect(await dialog(page).count()).toBe(0)
    await button(page, text.close).click()
    await sentence(page, text.session.signOutDone('Safari on iPhone')).waitFor({ state: 'detached' })
    await page.reload()
    await ticket(page, 'Backup script').waitFor()
    expect(await ticket(page, 'Safari on iPhone').count()).toBe(0)
  })

  test('all others: revokes every other session and gives this page a new one', async () => {
    const user = await app.service.user()
    const others = [await app.signInElsewhere(user), await app.signInElsewhere(user), await app.signInElsewhere(user)]
    const page = await app.open({ display: PHONE, as: user })
    const before = (await app.tokenOf(page)) ?? ''
    await names(page).first().waitFor()
    await button(page, text.sessions.revokeOthers).click()
    await sentence(page, text.sessions.revokeOthersEffect(3)).waitFor()
    await dialogButton(page, text.sessions.revokeOthersSubmit).click()
    await sentence(page, text.sessions.revokeOthersDone(3)).waitFor()
    for (const { token } of [...others, { token: before }]) expect(await app.accepts(token)).toBe(false)
    expect(await app.accepts((await app.tokenOf(page)) ?? '')).toBe(true)
    await expect.poll(() => page.locator('.ended li').count()).toBe(3)
    expect(await names(page).count()).toBe(1)
    await page.reload()
    await sentence(page, text.sessions.onlyThis).waitFor()
  })
})

describe('signing out', () => {
  test('Cancel revokes nothing', async () => {
    const user = await app.service.user()
    const script = await app.signInElsewhere(user, { label: 'Backup script' })
    const page = await app.open({ as: user })
    await button(page, text.session.signOutNamed('Backup script')).click()
    await dialogButton(page, text.cancel).click()
    await dialog(page).waitFor({ state: 'detached' })
    expect(await app.accepts(script.token)).toBe(true)
    await button(page, text.sessions.revokeOthers).click()
    await dialogButton(page, text.cancel).click()
    await dialog(page).waitFor({ state: 'detached' })
    expect(await app.accepts(script.token)).toBe(true)
  })

  test('this device: warns first, then shows the sign-in form', async () => {
    const user = await app.service.user()
    const page = await app.open({ as: user })
    const token = (await app.tokenOf(page)) ?? ''
    await button(page, text.session.signOutNamed(THIS_DEVICE)).click()
    await sentence(page, text.session.signOutHere).waitFor()
    await dialogButton(page, text.session.signOutSubmit).click()
    await heading(page, text.signIn.title).waitFor()
    await sentence(page, text.navigation.signedOut).waitFor()
    expect(await app.accepts(token)).toBe(false)
    expect(await app.tokenOf(page)).toBeUndefined()
  })

  test('reports a session that was revoked in the meantime', async () => {
    app.allowLogs(/status of 404/)
    const user = await app.service.user()
    const script = await app.signInElsewhere(user, { label: 'Backup script' })
    const page = await app.open({ as: user })
    await button(page, text.session.signOutNamed('Backup script')).click()
    await app.service.request('POST', '/auth/logout', { bearer: script.token })
    await dialogButton(page, text.session.signOutSubmit).click()
    await sentence(page, text.session.signOutGone('Backup script')).waitFor()
    await ended(page, 'Backup script').waitFor({ state: 'attached' })
  })

  test('all others is disabled without other sessions', async () => {
    const page = await app.open({ as: await app.service.user() })
    await ticket(page, THIS_DEVICE).waitFor()
    await sentence(page, text.sessions.onlyThis).waitFor()
    expect(await button(page, text.sessions.revokeOthers).isDisabled()).toBe(true)
  })

  test('several at once: what is selected, and nothing else', async () => {
    const user = await app.service.user()
    const made = []
    for (const label of ['a', 'b', 'c']) made.push(await app.signInElsewhere(user, { label }))
    const page = await app.open({ as: user })
    for (const label of ['a', 'c']) await page.getByLabel(text.sessions.select(label)).check()
    await button(page, text.sessions.revokeSelected(2)).click()
    await dialogButton(page, text.sessions.revokeSelected(2)).click()
    await sentence(page, text.sessions.revokeSelectedDone(2)).waitFor()
    expect(await Promise.all(made.map(({ token }) => app.accepts(token)))).toEqual([false, true, false])
    expect((await names(page).allTextContents()).slice(1)).toEqual(['b'])
  })

  test('“This wasn’t me” ends the session and leads to the password', async () => {
    const user = await app.service.user()
    const script = await app.signInElsewhere(user, { label: 'Backup script' })
    const page = await app.open({ as: user })
    await openDetails(page, 'Backup script')
    await button(page, text.session.notMeNamed('Backup script')).click()
    await dialogButton(page, text.session.notMeSubmit).click()
    await heading(page, text.account.title).waitFor()
    await sentence(page, text.session.notMeDone('Backup script')).waitFor()
    expect(await app.accepts(script.token)).toBe(false)
    await expect.poll(() => page.evaluate('document.activeElement?.id')).toBe('password')
  })

  test('a session that was ended elsewhere is folded away with the reason, and others keep their order', async () => {
    const user = await app.service.user()
    const made = []
    for (const label of ['a', 'b', 'c']) made.push(await app.signInElsewhere(user, { label }))
    const page = await app.open({ as: user })
    await ticket(page, 'b').waitFor()
    const before = await names(page).allTextContents()
    await app.service.request('POST', '/auth/logout', { bearer: made[1]?.token ?? '' })
    await pollNow(page)
    await page.getByText(text.sessions.ended(1)).click()
    await ended(page, 'b').getByText(text.activity.ended.logout).waitFor()
    expect(await names(page).allTextContents()).toEqual(before.filter((name) => name !== 'b'))
  })

  test('takes one request for one session', async () => {
    const user = await app.service.user()
    await app.signInElsewhere(user, { label: 'Backup script' })
    const page = await app.open({ as: user })
    await button(page, text.session.signOutNamed('Backup script')).click()
    const requests: string[] = []
    page.on('request', (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`))
    await dialogButton(page, text.session.signOutSubmit).click()
    await dialog(page).waitFor({ state: 'detached' })
    expect(requests.filter((each) => !each.startsWith('GET'))).toEqual([
      expect.stringContaining('DELETE /auth/sessions/'),
    ])
    expect(requests[0]).toMatch(/^DELETE/)
  })
})
