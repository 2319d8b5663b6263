import { describe, expect, test } from 'vitest'
import { text } from '../../console/text.ts'
import { answer, button, dialog, glance, heading, names, sentence, stage, THIS_DEVICE, ticket } from './stage.ts'
import { VIEWS } from './views.ts'

// One's own sessions: what is shown of each, and ending them.

const at = stage()

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'
const DEVICES: [words: string, userAgent: string][] = [
  ['Safari 18 on iPhone', IPHONE],
  ['Firefox 131 on Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0'],
  [
    'Safari 18 on macOS',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  ],
  [
    'Microsoft Edge 130 on Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0',
  ],
  ['curl', 'curl/8.5.0'],
  [text.device.unknown, ''],
]

describe('the list', () => {
  test('names each device in words, and this one first', async () => {
    const user = await at.service.user()
    for (const [, userAgent] of DEVICES) await at.elsewhere(user, { userAgent })
    const page = await at.open({ as: user })
    await ticket(page, THIS_DEVICE).waitFor()
    const [first, ...others] = await names(page).allTextContents()
    expect(first).toBe(`${THIS_DEVICE}${text.session.current}`)
    expect(others.sort()).toEqual(DEVICES.map(([words]) => words).sort())
    expect(await page.getByText(text.session.current, { exact: true }).count()).toBe(1)
  })

  test('what a client says of itself is text, whatever it says', async () => {
    const user = await at.service.user()
    const markup = '<img src=x onerror=alert(1)>'
    await at.elsewhere(user, { userAgent: markup, label: '<b>bold</b> & "quoted"' })
    const page = await at.open({ as: user })
    const strange = ticket(page, '<b>bold</b> & "quoted"')
    await strange.getByText(text.session.details).click()
    await strange.getByText(markup, { exact: true }).waitFor()
    expect(await page.locator('main b, main img').count()).toBe(0)
  })

  test('a session has its label, IP, times in words with the exact ones behind, and details', async () => {
    const user = await at.service.user()
    const { id } = await at.elsewhere(user, { userAgent: 'curl/8.5.0', label: 'Backup script' })
    await at.changeRows(user, (row) => ({
      ...row,
      createdAt: { N: String(Number(row.createdAt?.N) - 3 * 86_400) },
      lastSeenAt: { N: String(Number(row.lastSeenAt?.N) - 2 * 3600 - 60) },
    }))
    const page = await at.open({ as: user })
    const backup = ticket(page, 'Backup script')
    await backup.waitFor()
    const { json } = await at.service.request('GET', '/auth/sessions', { bearer: (await at.tokenOf(page)) ?? '' })
    const session = json.sessions.find((each: { id: string }) => each.id === id)
    const facts = await backup.locator('.ticket-facts > span').allTextContents()
    expect(facts).toEqual([
      'curl',
      '127.0.0.1',
      `${text.session.signedIn} 3 days ago`,
      `${text.session.lastSeen} 2 hours ago`,
    ])
    const times = await backup.locator('time').all()
    for (const [index, instant] of [session.createdAt, session.lastSeenAt].entries()) {
      const title = await times[index]?.getAttribute('title')
      expect(await times[index]?.getAttribute('datetime')).toBe(instant)
      expect(title).toContain(String(new Date(instant).getFullYear()))
      expect(title).toMatch(/\d:\d\d:\d\d/)
    }
    const here = ticket(page, THIS_DEVICE)
    expect(await here.textContent()).toContain(`${text.session.lastSeen} ${text.session.now}`)
    await backup.getByText(text.session.details).click()
    const terms = await backup.locator('dt').allTextContents()
    const values = await backup.locator('dd').allTextContents()
    expect(terms).toHaveLength(8)
    expect(values).toContain(id)
    expect(values).toContain('account')
    expect(values).toContain('curl/8.5.0')
  })

  test('somebody with one session is told so', async () => {
    const page = await at.open({ as: await at.service.user() })
    await sentence(page, text.sessions.onlyThis).waitFor()
    expect(await page.getByRole('list', { name: text.sessions.label }).getByRole('listitem').count()).toBe(1)
  })
})

describe.each(VIEWS)('ending at $width in $scheme', (view) => {
  test('one: said before, done at once, and said after', async () => {
    const user = await at.service.user()
    const phone = await at.elsewhere(user, { userAgent: IPHONE })
    const script = await at.elsewhere(user, { label: 'Backup script' })
    const page = await at.open({ view, as: user })
    await button(page, text.session.endNamed('Safari 18 on iPhone')).click()
    await sentence(page, text.session.endWill('Safari 18 on iPhone', '127.0.0.1')).waitFor()
    expect(await at.accepts(phone.token)).toBe(true)
    await answer(page, text.session.endSubmit).click()
    await sentence(page, text.session.endDone('Safari 18 on iPhone')).waitFor()
    expect(await at.accepts(phone.token)).toBe(false)
    expect(await at.accepts(script.token)).toBe(true)
    await ticket(page, 'Safari 18 on iPhone').getByText(text.session.ended, { exact: true }).waitFor()
    expect(await dialog(page).count()).toBe(0)
    await button(page, text.close).click()
    await sentence(page, text.session.endDone('Safari 18 on iPhone')).waitFor({ state: 'detached' })
    await page.reload()
    await ticket(page, 'Backup script').waitFor()
    expect(await ticket(page, 'Safari 18 on iPhone').count()).toBe(0)
  })

  test('all others: counted, refused, and this page goes on with a new session', async () => {
    const user = await at.service.user()
    const others = [await at.elsewhere(user), await at.elsewhere(user), await at.elsewhere(user)]
    const page = await at.open({ view, as: user })
    const before = (await at.tokenOf(page)) ?? ''
    await names(page).first().waitFor()
    await button(page, text.sessions.revokeOtherSessions).click()
    await sentence(page, text.sessions.endOthersWill(3)).waitFor()
    await answer(page, text.sessions.endOthersSubmit).click()
    await sentence(page, text.sessions.othersEnded(3)).waitFor()
    for (const { token } of [...others, { token: before }]) expect(await at.accepts(token)).toBe(false)
    expect(await at.accepts((await at.tokenOf(page)) ?? '')).toBe(true)
    await expect.poll(() => page.getByText(text.session.ended, { exact: true }).count()).toBe(3)
    expect(await ticket(page, THIS_DEVICE).getByText(text.session.ended, { exact: true }).count()).toBe(0)
    await page.reload()
    await sentence(page, text.sessions.onlyThis).waitFor()
  })
})

describe('ending', () => {
  test('Cancel ends nothing', async () => {
    const user = await at.service.user()
    const script = await at.elsewhere(user, { label: 'Backup script' })
    const page = await at.open({ as: user })
    await button(page, text.session.endNamed('Backup script')).click()
    await answer(page, text.cancel).click()
    await dialog(page).waitFor({ state: 'detached' })
    expect(await at.accepts(script.token)).toBe(true)
    await button(page, text.sessions.revokeOtherSessions).click()
    await answer(page, text.cancel).click()
    await dialog(page).waitFor({ state: 'detached' })
    expect(await at.accepts(script.token)).toBe(true)
  })

  test('this very session signs out here, which is said before', async () => {
    const user = await at.service.user()
    const page = await at.open({ as: user })
    const token = (await at.tokenOf(page)) ?? ''
    await button(page, text.session.endNamed(THIS_DEVICE)).click()
    await sentence(page, text.session.endWillHere).waitFor()
    await answer(page, text.session.endSubmit).click()
    await heading(page, text.signIn.title).waitFor()
    await sentence(page, text.navigation.signedOut).waitFor()
    expect(await at.accepts(token)).toBe(false)
    expect(await at.tokenOf(page)).toBeUndefined()
  })

  test('one that has ended meanwhile is said to have', async () => {
    at.allow(/status of 404/)
    const user = await at.service.user()
    const script = await at.elsewhere(user, { label: 'Backup script' })
    const page = await at.open({ as: user })
    await button(page, text.session.endNamed('Backup script')).click()
    await at.service.request('POST', '/auth/logout', { bearer: script.token })
    await answer(page, text.session.endSubmit).click()
    await sentence(page, text.session.endGone('Backup script')).waitFor()
    await ticket(page, 'Backup script').getByText(text.session.ended, { exact: true }).waitFor()
  })

  test('of none other is said so', async () => {
    const page = await at.open({ as: await at.service.user() })
    await ticket(page, THIS_DEVICE).waitFor()
    await sentence(page, text.sessions.onlyThis).waitFor()
    expect(await button(page, text.sessions.revokeOtherSessions).isDisabled()).toBe(true)
  })

  test('one that has ended keeps its place in the list until the page is left', async () => {
    const user = await at.service.user()
    const made = []
    for (const label of ['a', 'b', 'c']) made.push(await at.elsewhere(user, { label }))
    const page = await at.open({ as: user })
    await ticket(page, 'b').waitFor()
    const before = await names(page).allTextContents()
    await at.service.request('POST', '/auth/logout', { bearer: made[1]?.token ?? '' })
    await glance(page)
    await ticket(page, 'b').getByText(text.session.ended, { exact: true }).waitFor()
    expect(await names(page).allTextContents()).toEqual(before)
  })
})
