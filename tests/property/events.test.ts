import middy from '@middy/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HttpEvent } from '../../lib/http/event.ts'
import type { SessionStore } from '../../lib/ports.ts'
import type { Scope } from '../../lib/scope.ts'
import { formatToken, hashSecret, mintToken } from '../../lib/sessions/session-token.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { systemClock, systemRandomText } from '../../lib/system.ts'
import { createAuthorizer } from '../../middleware/authorizer.ts'
import { requireSession } from '../../middleware/require-session.ts'
import { draws } from '../support/draws.ts'
import { EVENT_SOURCES, eventOf } from '../support/event-sources.ts'
import { newUserId, sampleRow } from '../support/samples.ts'

// Arbitrary events: no admission without a valid session, no policy beyond the stage, no crash.

const token = mintToken(newUserId(), systemRandomText)
const text = formatToken(token).reveal()
const now = systemClock()
const row = sampleRow({
  id: token.sessionId,
  userId: token.userId,
  secretHash: hashSecret(token.secret),
  scopes: ['a' as Scope],
  lastSeenAt: now,
  expiresAt: now + 999,
  endsAt: now + 999,
})

/** Counts the reads of one valid session. */
let found = 0
const store = {
  get: async (userId, sessionId) => {
    if (userId !== row.userId || sessionId !== row.id) return undefined
    found++
    return row
  },
} as Partial<SessionStore> as SessionStore
const options = {
  sessions: createSessions({ store }),
  scopes: ['a'],
  origin: 'https://a.test',
  trustedOrigins: [],
  cookieName: '__Host-session' as const,
  log: () => {},
}

const piece = fc.oneof(
  fc.constantFrom(
    text,
    `Bearer ${text}`,
    `__Host-session=${text}`,
    'Bearer',
    ';',
    ',',
    '=',
    '',
    'https://a.test',
    'same-origin',
  ),
  fc.string({ maxLength: 20 }),
)
const value = fc.oneof(
  piece,
  fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join('')),
  fc.anything({ maxDepth: 2 }),
)
const header = fc.constantFrom(
  'authorization',
  'Authorization',
  'AUTHORIZATION',
  'cookie',
  'Cookie',
  'origin',
  'sec-fetch-site',
  '__proto__',
  'x',
)
const headers = fc.oneof(
  fc.dictionary(header, value),
  fc.anything({ maxDepth: 2 }),
  fc.constant({ authorization: `Bearer ${text}` }),
)
const changes = fc.record(
  {
    version: fc.constantFrom('2.0', '1.0', undefined, 2, null),
    type: fc.constantFrom('TOKEN', 'REQUEST', undefined, 7),
    headers,
    multiValueHeaders: fc.oneof(
      fc.dictionary(header, fc.oneof(fc.array(value, { maxLength: 3 }), value)),
      fc.anything({ maxDepth: 1 }),
    ),
    cookies: fc.oneof(fc.array(value, { maxLength: 3 }), fc.anything({ maxDepth: 1 })),
    authorizationToken: value,
    methodArn: fc.oneof(
      fc.constantFrom(
        '*',
        'arn:aws:execute-api:*:*:*/*',
        'arn:aws:execute-api:eu-central-1:1:abc/*',
        'arn:aws:execute-api:eu-central-1:1:abc/prod/GET/a',
      ),
      value,
    ),
    httpMethod: value,
    rawPath: value,
    body: value,
    requestContext: fc.anything({ maxDepth: 2 }),
  },
  { requiredKeys: [] },
)
const event = fc.oneof(
  fc.tuple(fc.constantFrom(...EVENT_SOURCES), changes).map(([name, changed]) => ({ ...eventOf(name, {}), ...changed })),
  fc.anything({ maxDepth: 3 }),
) as fc.Arbitrary<HttpEvent>

const settings = { numRuns: Number(process.env.FUZZ_RUNS ?? draws(1500, 10_000)) }

test('the authorizer allows only a valid session, and only for its stage', async () => {
  const STAGE = /^arn:[\w-]+:execute-api:[\w-]*:\d*:[\w-]+\/[\w$-]+\/\*$/
  for (const refuse of ['gateway', 'handler'] as const) {
    const authorizer = createAuthorizer({ ...options, refuse })
    await fc.assert(
      fc.asyncProperty(event, async (given) => {
        const before = found
        const answer = await authorizer(given).catch((error: Error) => {
          expect(error.message).toMatch(/^Unauthorized$|no methodArn/)
        })
        if (!answer) return
        const allowed =
          'isAuthorized' in answer ? answer.isAuthorized : answer.policyDocument.Statement[0].Effect === 'Allow'
        if (allowed && !answer.context?.refusal) {
          expect(found).toBe(before + 1)
          expect(answer.context?.userId).toBe(row.userId)
        } else expect(answer.context?.userId).toBeUndefined()
        if ('policyDocument' in answer) expect(answer.policyDocument.Statement[0].Resource).toMatch(STAGE)
      }),
      settings,
    )
  }
  expect(found).toBeGreaterThan(20) // the generated events reach the store
})

test('the authorizer and requireSession refuse values without a string conversion', async () => {
  const unprintable = Object.create(null)
  const authorizer = createAuthorizer(options)
  const handler = middy()
    .use(requireSession(options))
    .handler(async () => ({ statusCode: 200 }))
  for (const changed of [
    { cookies: [unprintable] },
    { methodArn: unprintable, version: '1.0' },
    { headers: { cookie: unprintable } },
  ]) {
    const given = { ...eventOf('authorizer-rest-request', {}), ...changed } as never
    await expect(authorizer(given)).rejects.toThrow(/^Unauthorized$|no methodArn/)
    expect(await handler(given, {} as never)).toMatchObject({ statusCode: 401 })
  }
})

test('requireSession admits only a valid session and responds to every refusal', async () => {
  let entered = 0
  const handler = middy()
    .use(requireSession(options))
    .handler(async () => {
      entered++
      return { statusCode: 200, body: '' }
    })
  const start = found
  await fc.assert(
    fc.asyncProperty(event, async (given) => {
      const before = [found, entered]
      const answer = (await handler(given as never, {} as never)) as { statusCode: number }
      expect([200, 400, 401, 403]).toContain(answer.statusCode)
      if (answer.statusCode === 200) expect([found, entered]).toEqual(before.map((count) => count + 1))
      else expect(entered).toBe(before[1])
    }),
    settings,
  )
  expect(found - start).toBeGreaterThan(20)
})

test('requireSession behind an authorizer admits no generated context', async () => {
  const handler = middy()
    .use(requireSession({ ...options, from: 'authorizer' }))
    .handler(async () => ({ statusCode: 200, body: '' }))
  await fc.assert(
    fc.asyncProperty(event, async (given) => {
      const answer = (await handler(given as never, {} as never)) as { statusCode: number }
      expect([400, 401, 403, 503]).toContain(answer.statusCode)
    }),
    settings,
  )
})
