import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyHandlerV2, APIGatewayProxyResult } from 'aws-lambda'
import { requireSession as requireBehind, withSession as withSessionBehind } from 'coatcheck/behind-authorizer'
import { requireSession, type SessionContext, withSession } from 'coatcheck/middleware'
import { albEvent, functionUrlEvent, httpApiEvent, invoke, restApiEvent, testCoatcheck } from 'coatcheck/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { InsufficientScopeError } from '../../lib/errors.ts'
import { down, scopes } from '../support/parts.ts'

const log = () => {}
const greet = async (_event: object, { session }: SessionContext) => ({ statusCode: 200, body: session.userId })

describe('withSession', () => {
  const { sessions, signIn } = testCoatcheck()
  const options = { sessions, log, origin: 'https://app.example.com', trustedOrigins: [] }

  test.each([
    ['HTTP API', httpApiEvent],
    ['REST API', restApiEvent],
    ['Function URL', functionUrlEvent],
    ['load balancer', albEvent],
  ])('answers an event of a %s exactly as requireSession does', async (_source, make) => {
    const plain = withSession(greet, { ...options, scopes: ['notes:read'] })
    const chained = middy()
      .use(requireSession({ ...options, scopes: ['notes:read'] }))
      .handler(greet)
    const right = await signIn({ scopes: ['notes:read'] })
    const cookie = await signIn({ scopes: ['notes:read'], as: 'cookie' })
    const cases = [
      { headers: right.headers },
      { headers: cookie.headers, method: 'POST' },
      { headers: { ...cookie.headers, 'sec-fetch-site': 'cross-site' }, method: 'POST' },
      { headers: { ...cookie.headers, ...right.headers } },
      { headers: (await signIn()).headers },
      { headers: {} },
    ]
    const statuses: number[] = []
    for (const request of cases) {
      const [answer, expected] = [await invoke(plain, make(request)), await invoke(chained, make(request))]
      const withoutId = (text = '') => text.replace(/urn:uuid:[\da-f-]+/, '')
      expect({ ...answer, body: withoutId(answer.body) }).toEqual({ ...expected, body: withoutId(expected.body) })
      statuses.push(answer.statusCode)
    }
    expect(statuses).toEqual([200, 200, 403, 400, 403, 401])
  })

  test('answers 503 if the datastore fails, and leaves other errors to Lambda', async () => {
    const { headers } = await signIn()
    const event = httpApiEvent({ headers })
    const failing = withSession(greet, { ...options, sessions: { ...sessions, check: down } })
    expect(await invoke(failing, event)).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } })
    const broken = new Error('a bug')
    await expect(
      invoke(
        withSession(() => Promise.reject(broken), options),
        event,
      ),
    ).rejects.toBe(broken)
    const refusing = withSession(() => Promise.reject(new InsufficientScopeError(scopes('a:b'))), options)
    expect(await invoke(refusing, event)).toMatchObject({ statusCode: 403 })
  })

  test('renews a session and accepts a handler without async and an event without a context', async () => {
    const { sessions, clock, signIn } = testCoatcheck({ idleSeconds: 60, renewSeconds: 10 })
    const handler = withSession((_event, { session }) => session.expiresAt, { sessions, log })
    const { headers } = await signIn()
    clock.advance(30)
    expect(await handler(httpApiEvent({ headers }), undefined as never)).toBe(clock() + 60)
  })

  test('checks its arguments when it is created', () => {
    expect(() => withSession('handler' as never)).toThrow('withSession: the first argument must be the handler')
    expect(() => withSession(greet, { scope: [] } as never)).toThrow('unknown option `scope`')
    expect(() => withSession(greet, { from: 'authorizer', loadUser: true } as never)).toThrow('`loadUser` requires')
  })

  test('has the types of Lambda’s own handlers', () => {
    const handler: APIGatewayProxyHandlerV2 = withSession(
      async (event: APIGatewayProxyEventV2, { session }) => ({ statusCode: 200, body: event.rawPath + session.label }),
      options,
    )
    const old = withSession(async (): Promise<APIGatewayProxyResult> => ({ statusCode: 200, body: '' }), options)
    expect([handler, old].map((each) => typeof each)).toEqual(['function', 'function'])
  })
})

describe('loadUser', () => {
  test('adds the user’s facts to the context at one read more, and no password hash', async () => {
    const { sessions, users, signIn } = testCoatcheck()
    const reads: string[] = []
    const get: typeof users.get = (userId, deadline) => {
      reads.push(userId)
      return users.get(userId, deadline)
    }
    const handler = middy()
      .use(requireSession({ sessions, loadUser: { get }, log }))
      .handler(async (_event, { user }) => user)
    const user = { email: 'Ada@Example.com', name: 'Ada' }
    const { headers, session } = await signIn({ scopes: ['notes:read'], user })
    expect(await invoke(handler, httpApiEvent({ headers }))).toEqual({
      ...{ id: session.userId, email: 'ada@example.com', emailVerified: true, name: 'Ada' },
      ...{ scopes: ['notes:read'], status: 'active' },
    })
    expect(reads).toEqual([session.userId])
  })

  test('refuses a user who is gone, disabled or has revoked all sessions, and answers 503 if the read fails', async () => {
    const { sessions, users, signIn } = testCoatcheck()
    const handler = withSession(async (_event, { user }) => ({ statusCode: 200, body: user.email }), {
      ...{ sessions, loadUser: users, log },
    })
    const deadline = startDeadline()
    const status = async (change: (user: { id: never; epoch: number; changeId: string }) => Promise<unknown>) => {
      const { headers, session } = await signIn()
      await change((await users.get(session.userId, deadline)) as never)
      return (await invoke(handler, httpApiEvent({ headers }))).statusCode
    }
    expect(await status(async () => {})).toBe(200)
    expect(await status((user) => users.delete(user.id, user.changeId, deadline))).toBe(401)
    expect(await status((user) => users.update(user.id, user.changeId, 'x', { status: 'disabled' }, deadline))).toBe(
      401,
    )
    expect(await status((user) => users.advanceEpoch(user, 'x', {}, deadline))).toBe(401)
    const failing = withSession(async () => ({ statusCode: 200 }), { sessions, loadUser: { get: down }, log })
    expect(await invoke(failing, httpApiEvent(await signIn()))).toMatchObject({ statusCode: 503 })
  })
})

describe('coatcheck/behind-authorizer', () => {
  const { signIn } = testCoatcheck()
  const chained = middy()
    .use(requireBehind({ scopes: ['orders:read'], log }))
    .handler(async (_event, { session }) => ({ statusCode: 200, body: session.userId }))
  const plain = withSessionBehind(async (_event, { session }) => ({ statusCode: 200, body: session.userId }), {
    ...{ scopes: ['orders:read'], log },
  })

  test.each([
    ['requireSession', chained],
    ['withSession', plain],
  ])('%s admits the authorizer’s session and compares scopes', async (_name, handler) => {
    const { authorizer, session } = await signIn({ scopes: ['orders:read'] })
    const other = await signIn()
    expect(await invoke(handler, httpApiEvent({ authorizer }))).toEqual({ statusCode: 200, body: session.userId })
    expect(await invoke(handler, httpApiEvent({ authorizer: other.authorizer }))).toMatchObject({ statusCode: 403 })
    expect(await invoke(handler, httpApiEvent())).toMatchObject({ statusCode: 401 })
  })

  test('a WebSocket’s message fails without sessions and is checked with them', async () => {
    const { sessions, signIn, install } = testCoatcheck()
    const { authorizer, session } = await signIn({ scopes: ['orders:read'] })
    const event = { requestContext: { connectionId: 'c', eventType: 'MESSAGE', authorizer } }
    await expect(invoke(plain, event)).rejects.toThrow('Pass `sessions`')
    onTestFinished(install())
    expect(await invoke(plain, event)).toMatchObject({ statusCode: 200 })
    await sessions.revoke(session.userId, session.id)
    expect(await invoke(plain, event)).toMatchObject({ statusCode: 401 })
  })
})

describe('testCoatcheck().install', () => {
  const handler = withSession(
    async (_event, { session, user }) => ({ statusCode: 200, body: user.email + session.id }),
    {
      ...{ scopes: ['notes:read'], loadUser: true },
    },
  )

  test('makes a handler with default options use the sessions, users and configuration of the test', async () => {
    const { signIn, install } = testCoatcheck()
    const uninstall = install({ ORIGIN: 'https://app.example.com' })
    onTestFinished(uninstall)
    const { headers, session } = await signIn({
      scopes: ['notes:read'],
      as: 'cookie',
      user: { email: 'a@example.com' },
    })
    const request = { method: 'POST', headers: { cookie: headers.cookie ?? '', origin: 'https://app.example.com' } }
    expect(await invoke(handler, httpApiEvent(request))).toEqual({
      statusCode: 200,
      body: `a@example.com${session.id}`,
    })
    const foreign = { ...request, headers: { ...request.headers, origin: 'https://other.example' } }
    expect(await invoke(handler, httpApiEvent(foreign))).toMatchObject({ statusCode: 403 })
  })

  test('is undone by the function that it returns, also inside another test’s', async () => {
    const [outer, inner] = [testCoatcheck(), testCoatcheck()]
    const { headers } = await outer.signIn({ scopes: ['notes:read'] })
    const status = async () => (await invoke(handler, httpApiEvent({ headers }))).statusCode
    const undoOuter = outer.install()
    const undoInner = inner.install()
    expect(await status()).toBe(401)
    undoInner()
    expect(await status()).toBe(200)
    undoOuter()
  })

  test('reports an invalid environment when it is called', () => {
    expect(() => testCoatcheck().install({ ORIGIN: 'nowhere' })).toThrow('`ORIGIN`')
  })
})
