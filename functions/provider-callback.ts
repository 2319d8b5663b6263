import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import {
  ConflictError,
  IdentityNotLinkedError,
  ProviderResponseError,
  ProviderUnavailableError,
  ReauthenticationRequiredError,
  RevocationPendingError,
  SecondFactorRequiredError,
  SignInAgainError,
  UnauthenticatedError,
} from '../lib/errors.ts'
import { challengeCookies } from '../lib/http/cookie.ts'
import { reportProblem } from '../lib/http/problem-entry.ts'
import { endedTransactionCookie, readTransaction } from '../lib/http/sign-in-transaction.ts'
import { returnAddress } from '../lib/identity/return-address.ts'
import { verifiedIdentity } from '../lib/identity/verified-identity.ts'
import { systemClock } from '../lib/system.ts'
import { splitPath } from './http/base-path.ts'
import { completions } from './http/provider-completion.ts'
import { providerForm } from './http/provider-form.ts'
import { openProviderSignIn } from './http/provider-sign-in-app.ts'
import { providerParam } from './http/providers.ts'
import { seeOther, withOutcome } from './http/redirect.ts'
import { publicRoute } from './http/route.ts'

const app = openProviderSignIn()
const { config, providers, providerClient, providerBudget } = app
const complete = completions(app)
const options = { query: 'any', body: providerForm, crossOrigin: true, seconds: BULK_DEADLINE_SECONDS } as const

/** What a page can show; other errors are problems. */
const OUTCOMES = [
  ...[ProviderResponseError, ProviderUnavailableError, IdentityNotLinkedError, ConflictError],
  ...[SignInAgainError, RevocationPendingError, UnauthenticatedError, ReauthenticationRequiredError],
]
const CHALLENGE_SECONDS = 600

/**
 * GET /auth/oidc/{provider}/callback: 303 to where the sign-in was started from, with the session cookie; or with `sign_in` and
 * a code: why it signs nobody in, or `second_factor` with `methods`, which continues with POST /auth/login/second-factor.
 * POST, by which some providers respond: 303 to the same by GET, so that the browser sends its cookies.
 */
export const handler = publicRoute(app, options, async (call) => {
  const { http, params, body, deadline, log } = call
  const provider = providerParam(providers, params)
  if (http.method === 'POST') return seeOther(`${config.origin}/auth/oidc/${provider.id}/callback?${body}`)
  const transaction = readTransaction(http, provider.id, systemClock())
  const home = new URL(`${splitPath(call.requestContext, http.path).basePath}/`, config.origin).href
  const returnTo = returnAddress(transaction?.returnTo ?? home, config) ?? home
  if (http.method === 'HEAD') return seeOther(returnTo) // consumes nothing
  await providerBudget.reserve('sign_in', http.ip, deadline)
  const ended = endedTransactionCookie()
  try {
    if (!transaction)
      throw new ProviderResponseError('no_transaction', 'The browser has started no such sign-in, or long ago')
    const response = new URLSearchParams(http.query as Record<string, string>)
    const claims = await providerClient.complete(provider, response, transaction, transaction.maxAge)
    const identity = verifiedIdentity(provider, claims)
    const cookies = await complete[transaction.purpose]({ ...call, provider, identity })
    return seeOther(withOutcome(returnTo, {}), [ended, ...cookies])
  } catch (error) {
    if (error instanceof SecondFactorRequiredError && error.challenge) {
      const outcome = { sign_in: 'second_factor', methods: (error.methods ?? []).join(' ') }
      return seeOther(withOutcome(returnTo, outcome), [
        ended,
        ...challengeCookies(config.cookie, error.challenge, CHALLENGE_SECONDS),
      ])
    }
    const known = OUTCOMES.find((kind) => error instanceof kind) && (error as InstanceType<(typeof OUTCOMES)[number]>)
    if (!known) throw error
    reportProblem(known, log)
    const code = 'reason' in known ? known.reason : known.code
    return seeOther(withOutcome(returnTo, { sign_in: code, provider: provider.id }), [ended])
  }
})
