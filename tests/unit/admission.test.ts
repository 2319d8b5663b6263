import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  type AnyCoatcheckError,
  ConflictError,
  CrossOriginError,
  InsufficientScopeError,
  InvalidRequestError,
  UnauthenticatedError,
  UnavailableError,
} from '../../lib/errors.ts'
import { type AdmissionRules, admit } from '../../lib/http/admission.ts'
import {
  authorizerContextOf,
  fromAuthorizerContext,
  refusalOf,
  toAuthorizerContext,
  toRefusalContext,
} from '../../lib/http/authorizer-context.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import { readRequest } from '../../lib/http/request.ts'
import { admitFromAuthorizer } from '../../middleware/from-authorizer.ts'
import { admissionRules } from '../../middleware/options.ts'
import { createParts, scopes, soon } from '../support/parts.ts'
import { NOW, sampleRow } from '../support/samples.ts'

const failure = (work: Promise<unknown>): Promise<AnyCoatcheckError> =>
  work.then(
    () => Promise.reject(new Error('it was let in')),
    (error) => error,
  )

describe.each(['bearer', 'cookie'] as const)('a request with a session, %s,', (credential) => {
  async function open(rules: Partial<AdmissionRules> = {}) {
    const parts = createParts()
    const held = await parts.session(await parts.user(), { scopes: scopes('account', 'a') })
    const token = held.token.reveal()
    const presented =
      credential === 'cookie'
        ? { cookies: [`__Host-session=${token}`] }
        : { headers: { authorization: `Bearer ${token}` } }
    const http = readRequest({ httpMethod: 'GET', ...presented })
    const consistencies: unknown[] = []
    const { get } = parts.stores.sessions
    parts.stores.sessions.get = (...args) => {
      consistencies.push(args[3])
      return get(...args)
    }
    const all: AdmissionRules = {
      sessions: parts.sessions,
      scopes: scopes('a'),
      assurance: 1,
      maxAgeSeconds: undefined,
      renew: true,
      consistency: undefined,
      maxStalenessSeconds: 0,
      cookieName: '__Host-session',
      originPolicy: () => ({ origin: 'https://a.example', trustedOrigins: [] }),
      ...rules,
    }
    return { ...parts, held, consistencies, admit: () => admit(http, all, soon(), parts.log) }
  }

  test('is admitted', async () => {
    const { admit, held, consistencies } = await open()
    expect(await admit()).toEqual({ session: held.session, credential })
    expect(consistencies).toEqual([undefined]) // strong
  })

  test('is refused after the session is revoked, and the error says that a credential was presented', async () => {
    const { admit, held, sessions } = await open()
    await sessions.revoke(held.session.userId, held.session.id)
    expect(await failure(admit())).toMatchObject({ code: 'unauthenticated', presented: true })
  })

  test('is refused if the session is revoked during its renewal', async () => {
    const { admit, stores, time } = await open()
    time.now = NOW + 900
    stores.sessions.renew = async () => 'gone'
    expect(await failure(admit())).toMatchObject({ code: 'unauthenticated', presented: true })
  })

  test('is refused before renewal if a scope is missing, and the error names user and session for the log', async () => {
    const { admit, held, time, calls } = await open({ scopes: scopes('a', 'b') })
    time.now = NOW + 900
    const { userId: actor, id: sessionId } = held.session
    expect(await failure(admit())).toMatchObject({ required: ['a', 'b'], facts: { actor, sessionId } })
    expect(calls).not.toContain('sessions.renew')
  })
})

describe('the context of an authorizer', () => {
  const session = sampleRow({ scopes: scopes('a', 'b') })
  const context = toAuthorizerContext({ session, credential: 'cookie' })
  const { id, userId, expiresAt, authenticatedAt } = session
  const facts = { id, userId, scopes: ['a', 'b'], expiresAt, authenticatedAt, assurance: 1 }

  test('has only strings and is parsed to the same session', () => {
    expect(Object.values(context).every((value) => typeof value === 'string')).toBe(true)
    expect(fromAuthorizerContext(context)).toEqual({ session: facts, credential: 'cookie' })
    expect(fromAuthorizerContext({ ...context, scopes: '' })?.session.scopes).toEqual([])
    expect(fromAuthorizerContext({ ...context, assurance: '2' })?.session.assurance).toBe(2)
    const { assurance: _, ...earlier } = context // of an authorizer of an earlier release
    expect(fromAuthorizerContext(earlier)?.session.assurance).toBe(1)
  })

  const wrong: [field: string, values: unknown[]][] = [
    ['userId', [undefined, 7, '', 'short', [userId]]],
    ['sessionId', [undefined, 7, '', 'short', [id]]],
    ['scopes', [undefined, 7, ' ', 'a  b', 'a "b"', ['a']]],
    ['expiresAt', [undefined, 7, '', 'x1', '1x', '1'.repeat(16)]],
    ['authenticatedAt', [undefined, 7, '', '-1', '1.5']],
    ['credential', [undefined, '', 'basic', true]],
  ]
  test.each(wrong)('is refused with a malformed %s', (field, values) => {
    for (const value of values) expect(fromAuthorizerContext({ ...context, [field]: value })).toBeUndefined()
  })

  test('is read only from where API Gateway writes it', () => {
    const at = (authorizer: unknown) => authorizerContextOf({ requestContext: { authorizer } })
    expect(at({ lambda: context })).toEqual(context)
    expect(at(context)).toEqual(context)
    for (const none of [undefined, null, 'text', 7, { lambda: 'text' }]) expect(at(none)).toBeUndefined()
    expect(authorizerContextOf(undefined)).toBeUndefined()
    expect(authorizerContextOf({ ...context } as HttpEvent)).toBeUndefined()
  })

  const refusals: [error: AnyCoatcheckError, context: object, again?: object][] = [
    [new UnauthenticatedError(true), { refusal: 'unauthenticated', presented: 'true' }, { presented: true }],
    [new UnauthenticatedError(false), { refusal: 'unauthenticated', presented: 'false' }, { presented: false }],
    [
      new InsufficientScopeError(scopes('a', 'b')),
      { refusal: 'insufficient_scope', required: 'a b' },
      { required: ['a', 'b'] },
    ],
    [new CrossOriginError(), { refusal: 'cross_origin' }],
    [
      new InvalidRequestError('Two.'),
      { refusal: 'invalid_request' },
      { message: expect.stringContaining('Send only one'), concernsCredentials: true },
    ],
    [new UnavailableError('down'), { refusal: 'unavailable' }],
  ]
  test.each(refusals)('carries the refusal %s', (error, said, again = {}) => {
    expect(toRefusalContext(error)).toEqual(said)
    const answered = refusalOf({ ...said })
    expect(answered).toMatchObject({ code: error.code, ...again })
    expect(fromAuthorizerContext({ ...said })).toBeUndefined()
  })

  test('refuses for an unknown or malformed refusal too', () => {
    expect(refusalOf(toRefusalContext(new ConflictError()))).toMatchObject({
      code: 'unauthenticated',
      presented: false,
    })
    expect(refusalOf({ refusal: 7, presented: true })).toMatchObject({ code: 'unauthenticated', presented: false })
    expect(refusalOf({ refusal: 'insufficient_scope', required: 'a "b" ' })).toMatchObject({ required: ['a'] })
    expect(refusalOf({ refusal: 'insufficient_scope', required: 7 })).toMatchObject({ required: [] })
    expect(refusalOf({ presented: 'true' })).toBeUndefined()
  })
})

describe('behind an authorizer', () => {
  const noSessions = () => expect.unreachable()
  const at = Math.floor(Date.now() / 1000)
  const session = sampleRow({ scopes: scopes('a'), expiresAt: at + 600 })
  const enter = (
    requestContext: object,
    changes: object = {},
    credential: 'bearer' | 'cookie' = 'bearer',
    { sessions } = createParts(),
  ) => {
    const authorizer = toAuthorizerContext({ session: { ...session, ...changes }, credential })
    const options = { scopes: ['a'], sessions, origin: 'https://a.example', trustedOrigins: [] }
    const event = { requestContext: { authorizer, ...requestContext } }
    return admitFromAuthorizer(event, readRequest(event), admissionRules(options, noSessions), soon())
  }

  test('a valid session is admitted without a read', async () => {
    expect(await enter({})).toMatchObject({ credential: 'bearer', session: { id: session.id } })
  })

  test('a request without a session or past its timeout is refused', async () => {
    const none = admitFromAuthorizer({}, readRequest({}), admissionRules({}, noSessions), soon())
    expect(await failure(none)).toMatchObject({ code: 'unauthenticated', presented: false })
    expect(await failure(enter({}, { expiresAt: at }))).toMatchObject({ code: 'unauthenticated', presented: true })
  })

  test('a WebSocket is admitted at $connect, and each message checks the session again', async () => {
    const connection = { connectionId: 'c' }
    expect(await enter({ ...connection, eventType: 'CONNECT' }, {}, 'cookie')).toMatchObject({ credential: 'cookie' })
    for (const credential of ['bearer', 'cookie'] as const) {
      const message = failure(enter({ ...connection, eventType: 'MESSAGE' }, {}, credential))
      expect(await message).toMatchObject({ code: 'unauthenticated', presented: true })
    }
    const late = failure(enter({ ...connection, eventType: 'CONNECT' }, { expiresAt: at }))
    expect(await late).toMatchObject({ code: 'unauthenticated', presented: true })
  })

  test('a cross-origin cookie and a missing scope are refused', async () => {
    expect(await failure(enter({}, {}, 'cookie'))).toBeInstanceOf(CrossOriginError)
    expect(await failure(enter({}, { scopes: [] }))).toBeInstanceOf(InsufficientScopeError)
    const parts = createParts()
    const { session: held } = await parts.session(await parts.user(), { scopes: [] })
    const message = enter({ connectionId: 'c', eventType: 'MESSAGE' }, held, 'bearer', parts)
    expect(await failure(message)).toBeInstanceOf(InsufficientScopeError)
  })

  test('a request in the second of the timeout is refused', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: at * 1000 })
    onTestFinished(() => void vi.useRealTimers())
    expect(await failure(enter({}, { expiresAt: at }))).toMatchObject({ code: 'unauthenticated', presented: true })
  })
})
