import * as v from 'valibot'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { dynamodbUsedTokenStore } from '../lib/dynamodb/used-token-store.ts'
import { createProviderTokens } from '../lib/identity/provider-tokens.ts'
import { createSubjectTokens, SUBJECT_TOKEN_TYPES } from '../lib/identity/subject-token.ts'
import { exchangeToken } from '../lib/identity/token-exchange.ts'
import { label, scopes } from './http/fields.ts'
import { reportFirstSignIn } from './http/first-sign-in.ts'
import { jsonBody } from './http/json-body.ts'
import { noticeSignIn } from './http/mail-app.ts'
import { openProviderSignIn } from './http/provider-sign-in-app.ts'
import { publicRoute } from './http/route.ts'
import { presentedTokens, signInAnswer } from './http/sign-in-answer.ts'

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange'

const app = openProviderSignIn()
const { cookie, strongScopes, tables } = app.config
const subjectTokens = createSubjectTokens(createProviderTokens(app.providerClient), app.providers)
const usedTokens = dynamodbUsedTokenStore({ client: app.client, tableName: tables.attempts })

const body = jsonBody(
  v.strictObject({
    grant_type: v.literal(GRANT_TYPE, `expected ${GRANT_TYPE}`),
    subject_token: v.pipe(v.string(), v.maxLength(8192, 'expected at most 8192 characters')),
    subject_token_type: v.picklist(SUBJECT_TOKEN_TYPES, `expected ${SUBJECT_TOKEN_TYPES.join(' or ')}`),
    scopes: v.optional(scopes),
    label: v.optional(label),
  }),
)

/**
 * POST /auth/exchange (in RFC 8693's words): as POST /auth/login with a bearer token, by a token that a provider has issued
 * within the last five minutes, once. 400 `provider_refused` for any other token, 403 `identity_not_linked`, 503
 * `provider_unavailable`. A token that is none of a configured provider costs no call.
 */
export const handler = publicRoute(app, { body, seconds: BULK_DEADLINE_SECONDS }, async (call) => {
  const { http, credentials, body, deadline, log } = call
  const subject = { token: body.subject_token, type: body.subject_token_type }
  const provider = subjectTokens.providerOf(subject)
  await app.providerBudget.reserve('sign_in', http.ip, deadline)
  const { ip, userAgent } = http
  const request = { scopes: body.scopes, label: body.label, ip, userAgent, presented: presentedTokens(credentials) }
  const parts = { ...app, strongScopes, log, subjectTokens, usedTokens }
  const signedIn = await exchangeToken(parts, provider, subject, request, deadline)
  if (signedIn.isNew) await reportFirstSignIn(app, { user: signedIn.user, provider }, deadline, log)
  await noticeSignIn(app, signedIn, deadline, log)
  return signInAnswer(cookie, 'bearer', signedIn, log)
})
