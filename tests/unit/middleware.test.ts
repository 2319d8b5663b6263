import { beforeEach, describe, expect, test, vi } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { NotFoundError, UnavailableError, WrongPasswordError } from '../../lib/errors.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import type { LogEntry } from '../../lib/ports.ts'
import { systemClock } from '../../lib/system.ts'
import { createAuthorizer } from '../../middleware/authorizer.ts'
import type { MiddyRequest } from '../../middleware/middy.ts'
import { assertOptions } from '../../middleware/options.ts'
import { problemDetails } from '../../middleware/problem-details.ts'
import { requestIdOf, requestLog } from '../../middleware/request-log.ts'
import { requireSession } from '../../middleware/require-session.ts'
import { createParts, down, scopes } from '../support/parts.ts'

const ARN = 'arn:aws:execute-api:eu-central-1:1:abc/prod'
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/
let entries: LogEntry[]
const log = (entry: LogEntry) => void entries.push(entry)
beforeEach(() => {
  entries = []
})

async function open() {
  const parts = createParts()
  parts.time.now = systemClock()
  const { session, token } = await parts.session(await parts.user(), { scopes: scopes('a') })
  const options = { sessions: parts.sessions, log, origin: 'https://a.example', trustedOrigins: [] }
  const event = (more: object = {}): HttpEvent => ({
    headers: { authorization: `Bearer ${token.reveal()}` },
    methodArn: `${ARN}/GET/x`,
    ...more,
  })
  return { ...parts, held: session, options, event }
}

describe('the authorizer', () => {
  test('returns the admitted user and a policy for the stage', async () => {
    const { options, event, held } = await open()
    const answer = await createAuthorizer(options)(event())
    expect(answer).toMatchObject({ principalId: held.userId, context: { sessionId: held.id } })
    expect(answer).toMatchObject({ policyDocument: { Statement: [{ Effect: 'Allow', Resource: `${ARN}/*` }] } })
    expect(entries).toEqual([])
  })

  test('accepts the bare ARN of a stage', async () => {
    const { options, event } = await open()
    for (const methodArn of [ARN, `${ARN}/`]) {
      const answer = await createAuthorizer(options)(event({ methodArn }))
      expect(answer).toMatchObject({ policyDocument: { Statement: [{ Resource: `${ARN}/*` }] } })
    }
  })

  test('logs refusals that have a log entry, with the request’s fields', async () => {
    const { options, event, held } = await open()
    const refusing = createAuthorizer({ ...options, scopes: ['b'] })
    const requestContext = { identity: { sourceIp: '192.0.2.1' } }
    const context = { awsRequestId: 'id', functionName: 'f' }
    const denied = await refusing(event({ requestContext }), context)
    expect(denied).toEqual({
      principalId: 'anonymous',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: 'execute-api:Invoke', Effect: 'Deny', Resource: `${ARN}/*` }],
      },
    })
    expect(denied).not.toHaveProperty('context')
    expect(entries).toEqual([
      {
        ...{ level: 'warn', event: 'authz_fail', reason: 'insufficient_scope', required: 'b' },
        ...{
          actor: held.userId,
          sessionId: held.id,
          function_request_id: 'id',
          function_name: 'f',
          ip: '192.0.2.1',
          cold_start: expect.any(Boolean),
        },
      },
    ])
    await expect(refusing(event({ headers: {} }))).rejects.toThrow('Unauthorized')
    expect(entries).toHaveLength(1)
  })

  test('passes a refusal on only with refuse: handler and for HTTP APIs', async () => {
    const { options, event } = await open()
    const unknown = event({ version: '2.0', headers: {} })
    expect(await createAuthorizer(options)(unknown)).toEqual({ isAuthorized: false })
    const leaving = createAuthorizer({ ...options, refuse: 'handler' })
    expect(await leaving(unknown)).toEqual({
      isAuthorized: true,
      context: { refusal: 'unauthenticated', presented: 'false' },
    })
    await expect(leaving(event({ headers: {} }))).rejects.toThrow('Unauthorized')
  })

  test.each([undefined, 7, 'x', `x${ARN}/GET`, 'arn:aws:execute-api:eu-central-1:1:abc', 'arn:aws:s3:::b/prod/'])(
    'throws for the methodArn %j, which is not of an API',
    async (methodArn) => {
      const { options, event } = await open()
      await expect(createAuthorizer(options)(event({ methodArn }))).rejects.toThrow('no methodArn of an API')
    },
  )

  test('does not turn a datastore failure into a denial', async () => {
    const { options, event, stores } = await open()
    stores.sessions.get = down
    for (const version of [{}, { version: '1.0' }, { version: '2.0' }])
      await expect(createAuthorizer(options)(event(version))).rejects.toThrow(UnavailableError)
    expect(entries.map(({ event: name }) => name)).toEqual(['unavailable', 'unavailable', 'unavailable'])
  })
})

describe('requireSession', () => {
  const enter = async (options: object, event: HttpEvent, context: object = {}) => {
    const request = { event, context, response: undefined, internal: {} } as unknown as MiddyRequest
    await requireSession(options).before?.(request as never)
    return request.context as { session: object; credential: string; deadline: { run: unknown } }
  }

  test('puts session, credential and deadline on the context', async () => {
    const { options, event, held } = await open()
    const context = await enter(options, event())
    expect(context).toMatchObject({ session: held, credential: 'bearer' })
    expect(context.deadline.run).toBeTypeOf('function')
  })

  test('continues a started deadline, but no other value of that name', async () => {
    const { options, event } = await open()
    const deadline = startDeadline()
    expect((await enter(options, event(), { deadline })).deadline).toBe(deadline)
    for (const other of [{}, { run: 7 }, 'soon']) {
      const context = await enter(options, event(), { deadline: other })
      expect(context.deadline.run).toBeTypeOf('function')
    }
  })

  test('checks the session unless from is authorizer', async () => {
    const { options, event, calls } = await open()
    await enter(options, event())
    expect(calls).toContain('sessions.get')
    const trusting = enter({ ...options, from: 'authorizer' }, event())
    await expect(trusting).rejects.toMatchObject({ code: 'unauthenticated', presented: false })
  })
})

describe('a refusal', () => {
  const answer = (error: unknown, response?: object) => {
    const request = { event: { requestContext: { http: {} } }, context: { awsRequestId: 'id' }, error, response }
    problemDetails({ log }).onError?.(request as never)
    return request.response
  }

  test('becomes a problem document, and a log entry if it has one', () => {
    expect(answer(new WrongPasswordError({ actor: 'a' }))).toMatchObject({ statusCode: 403 })
    expect(entries).toEqual([
      { level: 'warn', event: 'authn_login_fail', actor: 'a', function_request_id: 'id', ip: '' },
    ])
    expect(JSON.parse((answer(new NotFoundError()) as { body: string }).body).instance).toBe('urn:uuid:id')
    expect(entries).toHaveLength(1)
  })

  test('with a response already, or of another library, is left alone', () => {
    const response = { statusCode: 418 }
    expect(answer(new NotFoundError(), response)).toBe(response)
    expect(answer(new Error('a bug'))).toBeUndefined()
    expect(entries).toEqual([])
  })
})

describe('the log of a request', () => {
  test('has Lambda’s request id, or a new one', () => {
    expect(requestIdOf({ awsRequestId: 'id' })).toBe('id')
    for (const none of [undefined, {}]) expect(requestIdOf(none)).toMatch(UUID)
  })

  test('says of the first request of a process that it is a cold start, unless the process was provisioned', async () => {
    const fresh = async (): Promise<{ requestLog: typeof requestLog }> =>
      import(/* @vite-ignore */ `../../middleware/request-log.ts?fresh=${crypto.randomUUID()}`)
    const starts = async (...ids: string[]) => {
      const process = await fresh()
      for (const awsRequestId of ids)
        process.requestLog(log, {}, { functionName: 'f', awsRequestId })({ level: 'info', event: 'session_created' })
      return entries.splice(0).map(({ cold_start }) => cold_start)
    }
    expect(await starts('a', 'a', 'b')).toEqual([true, true, false])
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'provisioned-concurrency')
    expect(await starts('c', 'd')).toEqual([false, false])
    vi.unstubAllEnvs()
  })

  test('has request id, function and address in each entry', () => {
    requestLog(log, { ip: '192.0.2.1' }, undefined, 'other')({ level: 'info', event: 'session_created' })
    expect(entries).toEqual([
      { level: 'info', event: 'session_created', function_request_id: 'other', ip: '192.0.2.1' },
    ])
  })
})

describe('an option', () => {
  const of = (options: unknown) => () => assertOptions('maker', options as object, { from: ['a', 'b'] })
  const good = { check() {}, find() {}, renew() {} }

  test.each([
    {},
    { scopes: undefined, from: 'a' },
    { scopes: [], renew: false, consistency: 'eventual', log: () => {} },
    { scopes: ['a:b'], consistency: 'strong', origin: 'http://localhost:1', trustedOrigins: ['https://a.example'] },
    { sessions: good, cookieName: '__Host-a' },
  ])('as in %o is accepted', (options) => {
    of(options)()
  })

  test.each([
    [{ scopes: [7] }, '`scopes` must be a list of scopes'],
    [{ scopes: { every: true } }, '`scopes` must be a list of scopes'],
    [{ sessions: null }, '`sessions` must be an object that createSessions returns'],
    [{ sessions: { ...good, renew: 7 } }, '`sessions` must be an object that createSessions returns'],
    [{ renew: 0 }, '`renew` must be true or false'],
    [{ consistency: '' }, '`consistency` must be strong or eventual'],
    [{ origin: 7 }, '`origin` must be an exact origin'],
    [{ origin: new URL('https://a.example') }, '`origin` must be an exact origin'],
    [{ trustedOrigins: [7] }, '`trustedOrigins` must be a list of origins'],
    [{ cookieName: ['__Host-a'] }, '`cookieName` must be a name'],
    [{ log: {} }, '`log` must be a function'],
    [{ from: 'c' }, '`from` must be a or b'],
    [{ other: 1 }, 'unknown option `other`'],
    [{ hasOwnProperty: 1 }, 'unknown option `hasOwnProperty`'],
    [null, 'invalid options. Options are an object'],
    ['text', 'invalid options. Options are an object'],
  ])('as in %o is refused by name', (options, says) => {
    expect(of(options)).toThrow(TypeError)
    expect(of(options)).toThrow(`maker: ${says}`)
  })
})
