import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Item } from '../../lib/dynamodb/item.ts'
import { systemClock } from '../../lib/system.ts'
import { draws } from '../support/draws.ts'
import { expectProblem } from '../support/problem.ts'
import { startTestService, type TestService, type TestUser } from '../support/service.ts'

const CAP = 5
const DAY = 86_400
let service: TestService
beforeAll(async () => {
  service = await startTestService({ SESSION_MAX_PER_USER: String(CAP), LOGIN_ATTEMPTS_PER_ACCOUNT: '100' })
})
afterAll(() => service.close())

const newUser = () => service.user(['greeting:read'])
const rowsOf = async ({ id }: TestUser): Promise<Item[]> =>
  (await service.tables.scan(service.tables.sessions)).filter(({ userId }) => userId?.S === id)
const idsOf = async (user: TestUser) => (await rowsOf(user)).map(({ sessionId }) => sessionId?.S)
/** Checks only the session's row. */
const isLetIn = async (bearer: string) => (await service.request('GET', '/greeting', { bearer })).status === 200
const at = (second: number) => ({ N: String(second) })

async function signInTimes(user: TestUser, times: number) {
  const signedIn = []
  for (let i = 0; i < times; i++) signedIn.push(await service.signIn(user))
  return signedIn
}

/** Copies a session's row as often as given, each with a new id and these changes. */
async function addRows(user: TestUser, count: number, name: string, change: (index: number) => Item): Promise<void> {
  const [row] = await rowsOf(user)
  for (let index = 0; index < count; index++) {
    const sessionId = { S: `${name}${index}`.padEnd(21, '-') }
    await service.tables.put(service.tables.sessions, { ...row, sessionId, ...change(index) })
  }
}

describe('with a session cap of five [LC-17]', () => {
  test('each login beyond it revokes the oldest session, whose next request is refused', async () => {
    const user = await newUser()
    const other = await service.signIn(await newUser())
    const five = await signInTimes(user, CAP)
    for (const [index, { id }] of five.entries()) {
      const row = (await rowsOf(user)).find(({ sessionId }) => sessionId?.S === id)
      const createdAt = at(systemClock() - 1000 + index)
      await service.tables.put(service.tables.sessions, { ...row, createdAt })
    }
    for (let out = 0; out < CAP; out++) {
      expect(await isLetIn(five[out]?.token ?? '')).toBe(true)
      const { answer, token } = await service.signIn(user)
      expect([answer.status, await isLetIn(token)]).toEqual([200, true])
      for (const [index, each] of five.entries()) expect(await isLetIn(each.token)).toBe(index > out)
    }
    expect(await rowsOf(user)).toHaveLength(CAP)
    expect(await isLetIn(other.token)).toBe(true)
    const [first] = five
    expect(service.log.find((line) => line.includes(first?.id ?? '?') && line.includes('session_cap'))).toContain(
      '"event":"session_expired"',
    )
  })

  test('a login that replaces a session revokes no other session', async () => {
    const user = await newUser()
    const five = await signInTimes(user, CAP)
    for (const [index, { id }] of five.entries()) {
      const row = (await rowsOf(user)).find(({ sessionId }) => sessionId?.S === id)
      await service.tables.put(service.tables.sessions, { ...row, createdAt: at(systemClock() - 1000 + index) })
    }
    const body = { email: user.email, password: user.password, credential: 'bearer' }
    const [first, , third] = five
    const answer = await service.request('POST', '/auth/login', { body, bearer: third?.token ?? '' })
    expect(answer.status).toBe(200)
    expect(await isLetIn(third?.token ?? '')).toBe(false)
    expect(await isLetIn(first?.token ?? '')).toBe(true)
    expect(await rowsOf(user)).toHaveLength(CAP)
  })

  test('repeated logins within a second succeed, and each revokes the oldest session', async () => {
    const user = await newUser()
    for (const { answer } of await signInTimes(user, 3 * CAP)) expect(answer.status).toBe(200)
    expect(await rowsOf(user)).toHaveLength(CAP)
  })

  test('many concurrent logins leave five valid sessions', async () => {
    const user = await newUser()
    const logins = await Promise.all(Array.from({ length: draws(20, 50) }, () => service.signIn(user)))
    const tokens = logins.flatMap(({ token }) => token ?? [])
    for (const { answer } of logins) if (answer.status !== 200) expectProblem(answer, 'unavailable')
    const letIn = await Promise.all(tokens.map(isLetIn))
    expect(letIn.filter(Boolean)).toHaveLength(CAP)
    expect(await rowsOf(user)).toHaveLength(CAP)
  })

  test('the next login restores it after a crash has left more sessions', async () => {
    const user = await newUser()
    await service.signIn(user)
    await addRows(user, 30, 'left', (index) => ({ createdAt: at(systemClock() - 5000 + index) }))
    const { id } = await service.signIn(user)
    const ids = await idsOf(user)
    expect(ids).toHaveLength(CAP)
    expect(ids).toContain(id)
    expect(ids.filter((each) => each?.startsWith('left')).sort()).toEqual(
      ['left27', 'left28', 'left29'].map((each) => each.padEnd(21, '-')),
    )
  })

  test('expired sessions do not count, and rows that expired days ago are deleted, 25 at a time', async () => {
    const user = await newUser()
    await service.signIn(user)
    const now = systemClock()
    await addRows(user, 30, 'old', (index) => ({ expiresAt: at(now - 3 * DAY + index), endsAt: at(now + DAY) }))
    await addRows(user, 3, 'late', () => ({ expiresAt: at(now - DAY) }))
    const left = async () => {
      const ids = await idsOf(user)
      return ['old', 'late'].map((name) => ids.filter((each) => each?.startsWith(name)).length)
    }
    const second = await service.signIn(user)
    expect(await left()).toEqual([5, 3])
    const more = await signInTimes(user, CAP - 2)
    expect(await left()).toEqual([0, 3])
    for (const { token } of [second, ...more]) expect(await isLetIn(token)).toBe(true)
  })

  test('a login whose session would be the oldest gets 503 and leaves no session', async () => {
    const user = await newUser()
    await service.signIn(user)
    await addRows(user, CAP, 'newer', () => ({ createdAt: at(systemClock() + 300) })) // written with a fast clock
    const before = (await idsOf(user)).filter((each) => each?.startsWith('newer'))
    expectProblem((await service.signIn(user)).answer, 'unavailable')
    expect((await idsOf(user)).sort()).toEqual(before.sort())
  })

  test('a replacement does not count in addition to the session it replaces', async () => {
    const user = await newUser()
    const [first, ...others] = await signInTimes(user, CAP)
    const body = { password: user.password }
    const answer = await service.request('POST', '/auth/session/reauthenticate', { bearer: first?.token ?? '', body })
    expect(answer.status).toBe(200)
    for (const { token } of others) expect(await isLetIn(token)).toBe(true)
    expect(await rowsOf(user)).toHaveLength(CAP)
  })
})

test('a session cap of 0 disables it and its Query [LC-17]', async () => {
  const uncapped = await startTestService({ SESSION_MAX_PER_USER: '0' })
  try {
    const user = await uncapped.user()
    const signedIn = []
    for (let i = 0; i < 12; i++) signedIn.push(await uncapped.signIn(user))
    for (const { token } of signedIn)
      expect((await uncapped.request('GET', '/auth/session', { bearer: token })).status).toBe(200)
    expect(uncapped.proxy.calls.filter(({ operation }) => operation === 'Query')).toEqual([])
  } finally {
    await uncapped.close()
  }
})
