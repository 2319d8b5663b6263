import { InvalidRequestError, ProviderUnavailableError } from '../lib/errors.ts'
import { reportProblem } from '../lib/http/problem-entry.ts'
import type { AuthorizationWish } from '../lib/identity/provider-client.ts'
import { openApp } from './http/app.ts'
import { splitPath } from './http/base-path.ts'
import { providerBudgetOf, providerClientOf } from './http/identity-app.ts'
import { allowedReturn, reauthenticationAt, startSignIn } from './http/provider-sign-in-start.ts'
import { providerParam, providersOf } from './http/providers.ts'
import { seeOther, withOutcome } from './http/redirect.ts'
import { publicRoute } from './http/route.ts'

const app = openApp({ pepper: true })
const providers = providersOf(app.config)
const client = providerClientOf(app)
const budget = providerBudgetOf(app)
const options = { query: ['returnTo', 'purpose', 'prompt', 'login_hint', 'max_age'] } as const

/**
 * GET /auth/oidc/{provider}/start: 303 to the provider, with a cookie that the callback needs. `purpose=reauthenticate` makes
 * the session recent again. If the provider cannot be reached, 303 to `returnTo` with `sign_in=provider_unavailable`. One write.
 */
export const handler = publicRoute(app, options, async ({ http, params, requestContext, deadline, log }) => {
  const provider = providerParam(providers, params)
  const { query } = http
  const returnTo = allowedReturn(query.returnTo ?? `${splitPath(requestContext, http.path).basePath}/`, app)
  const purpose = purposeOf(query.purpose)
  const wish = purpose === 'sign_in' ? wishOf(query) : { ...wishOf(query), ...reauthenticationAt(provider) }
  await budget.reserve('sign_in', http.ip, deadline)
  try {
    const { url, cookie } = await startSignIn(client, { provider, purpose, returnTo, wish })
    return seeOther(url, [cookie])
  } catch (error) {
    if (!(error instanceof ProviderUnavailableError)) throw error
    reportProblem(error, log)
    return seeOther(withOutcome(returnTo, { sign_in: error.code, provider: provider.id }))
  }
})

function purposeOf(text = 'sign_in') {
  if (text === 'sign_in' || text === 'reauthenticate') return text
  throw refused('purpose', 'expected sign_in or reauthenticate')
}

function wishOf(query: Readonly<Record<string, string | undefined>>): AuthorizationWish {
  const { prompt, login_hint: loginHint, max_age: maxAge } = query
  if (prompt !== undefined && !/^[a-z_]{1,32}( [a-z_]{1,32}){0,3}$/.test(prompt))
    throw refused('prompt', 'expected a value such as login')
  if (loginHint !== undefined && !/^[^\p{C}]{1,255}$/u.test(loginHint))
    throw refused('login_hint', 'expected up to 255 characters')
  if (maxAge !== undefined && !/^\d{1,8}$/.test(maxAge)) throw refused('max_age', 'expected a number of seconds')
  return { prompt, loginHint, maxAge: maxAge === undefined ? undefined : Number(maxAge) }
}

const refused = (pointer: string, detail: string) =>
  new InvalidRequestError('The query has an invalid parameter. `errors` says what it must be.', [{ pointer, detail }])
