import * as v from 'valibot'
import { logEntry } from '../lib/audit.ts'
import { dynamodbAttemptStore } from '../lib/dynamodb/index.ts'
import { InvalidRequestError, InvalidScopeError, NotFoundError } from '../lib/errors.ts'
import { rfc3339 } from '../lib/instant.ts'
import { missingScopes } from '../lib/scope.ts'
import { createTokenBudget } from '../lib/throttling/token-budget.ts'
import { issueAccessToken } from '../lib/tokens/access-token.ts'
import { json } from './http/answer.ts'
import { openApp, openTokenConfig } from './http/app.ts'
import { pepperOf } from './http/attempts-of.ts'
import { scopes } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { userRoute } from './http/route.ts'
import { openTokenKeys } from './http/token-app.ts'

const app = openApp({ pepper: true })
const { config, client } = app
const tokens = openTokenConfig(config)
const keys = tokens && openTokenKeys(tokens, client)
const store = dynamodbAttemptStore({ client, tableName: config.tables.attempts })
const budget = createTokenBudget({ store, limits: config.attempts, pepper: pepperOf(app), log: app.log })

const body = jsonBody(
  v.strictObject({
    audience: v.pipe(v.string(), v.maxLength(200, 'expected the name of a service')),
    scopes: v.pipe(scopes, v.minLength(1, 'expected at least one scope')),
  }),
)

/**
 * POST /auth/token: 200 `{token, tokenType, audience, scopes, expiresAt, expiresIn}` (RFC 9068), for a service that cannot
 * ask this one. 400 for an audience that `TOKEN_AUDIENCES` does not name, and for scopes that the session does not hold;
 * 404 without `TOKEN_AUDIENCES`. Two reads, a write and a signature.
 */
export const handler = userRoute(app, { scopes: [], body }, async ({ session, body, deadline, log }) => {
  if (!tokens || !keys || tokens.audiences.length === 0)
    throw new NotFoundError(
      'This service issues no tokens (`TOKEN_AUDIENCES`). Send the session to the service itself.',
    )
  const { audience } = body
  const wanted = [...new Set(body.scopes)]
  if (!tokens.audiences.includes(audience))
    throw new InvalidRequestError('Tokens are not issued for this audience. `TOKEN_AUDIENCES` lists the audiences.', [
      { pointer: '/audience', detail: 'expected an audience of this service' },
    ])
  const missing = missingScopes(wanted, session.scopes)
  if (missing.length > 0) throw new InvalidScopeError(missing)
  await budget.reserve(session.userId, deadline)
  const parts = { key: await keys.signing(), issuer: config.origin, seconds: tokens.seconds }
  const { token, expiresAt, expiresIn } = await issueAccessToken(parts, session, { audience, scopes: wanted }, deadline)
  log(logEntry('authn_token_created', { audience, scopes: wanted.join(' '), expiresIn }))
  const facts = { audience, scopes: wanted, expiresAt: rfc3339(expiresAt), expiresIn }
  return json(200, { token, tokenType: 'Bearer' as const, ...facts })
})
