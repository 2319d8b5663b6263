import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createUsers, type Users } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import type { SessionStore } from '../../lib/ports.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { memorySessionStore } from '../../testing/memory-session-store.ts'
import { memoryUserStore } from '../../testing/memory-user-store.ts'
import { NOW, sampleUser } from '../support/samples.ts'

// Idle and absolute timeout of one session, by a clock that is set by hand (I5).

const DAY = 86_400
let store: SessionStore
let users: Users
const user = sampleUser()
const sessionsAt = (now: number) => createSessions({ store, clock: () => now })
const createAt = async (now: number) => {
  const created = await sessionsAt(now).create({ user, scopes: [], ip: '', userAgent: '' }, users)
  if (!created) throw new Error('The session was not created.')
  return { ...created.session, token: created.token.reveal() }
}
afterEach(() => vi.useRealTimers())
beforeEach(async () => {
  store = memorySessionStore()
  const userStore = memoryUserStore()
  users = createUsers({ store: userStore })
  await userStore.create(user, startDeadline())
})

test('refuses a session from the second of its idle timeout, while its row is still stored [LC-02]', async () => {
  const { expiresAt, token } = await createAt(NOW)
  expect(await sessionsAt(expiresAt - 1).check(token)).toBeDefined()
  expect(await sessionsAt(expiresAt).check(token)).toBeUndefined()
  expect(await store.list(user.id, startDeadline())).toHaveLength(1)
})

test('refuses a session that is renewed every day at its absolute timeout, which no renewal moves [LC-01]', async () => {
  const { endsAt, token } = await createAt(NOW)
  for (let now = NOW; now < endsAt; now += DAY) {
    const session = await sessionsAt(now).check(token)
    const renewed = session && (await sessionsAt(now).renew(session))
    expect(renewed, `day ${(now - NOW) / DAY}`).toMatchObject({ endsAt, expiresAt: Math.min(now + 7 * DAY, endsAt) })
  }
  expect(await sessionsAt(endsAt).check(token)).toBeUndefined()
})

test('writes a renewal at most once in the renewal interval', async () => {
  const { token } = await createAt(NOW)
  let writes = 0
  const { renew } = store
  store.renew = (...args) => {
    writes++
    return renew(...args)
  }
  for (let now = NOW; now <= NOW + 3600; now += 60) {
    const session = await sessionsAt(now).check(token)
    if (session) await sessionsAt(now).renew(session)
  }
  expect(writes).toBe(4)
})

test('counts the age of a cached session from the start of its read, not from its end', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  const { token } = await createAt(NOW)
  let reads = 0
  const { get } = store
  store.get = (...args) => {
    reads++
    vi.advanceTimersByTime(900)
    return get(...args)
  }
  const { check } = sessionsAt(NOW)
  await check(token, { maxStalenessSeconds: 1 })
  vi.advanceTimersByTime(50)
  await check(token, { maxStalenessSeconds: 1 })
  expect(reads).toBe(1)
  vi.advanceTimersByTime(50)
  await check(token, { maxStalenessSeconds: 1 })
  expect(reads).toBe(2)
})
