import * as v from 'valibot'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { providerClientOf } from './http/identity-app.ts'
import { jsonBody } from './http/json-body.ts'
import { allowedReturn, startSignIn } from './http/provider-sign-in-start.ts'
import { providerParam, providersOf } from './http/providers.ts'
import { userRoute } from './http/route.ts'

const app = openApp()
const providers = providersOf(app.config)
const client = providerClientOf(app)
const address = v.pipe(v.string(), v.maxLength(1000, 'expected an address of at most 1000 characters'))
const provider = v.pipe(v.string(), v.maxLength(32, 'expected the id of a provider'))
const options = {
  scopes: [ACCOUNT_SCOPE],
  fresh: true,
  body: jsonBody(v.strictObject({ provider, returnTo: v.optional(address, '/') })),
}

/**
 * POST /auth/identities: 200 `{url}`, where the browser goes to link an identity, with a cookie that the callback needs; 404 for
 * an unknown provider. Not a GET, so that no other site can begin it.
 */
export const handler = userRoute(app, options, async ({ body }) => {
  const { provider: id, returnTo } = body
  const provider = providerParam(providers, { provider: id })
  const start = { provider, purpose: 'link', returnTo: allowedReturn(returnTo, app) } as const
  const { url, cookie } = await startSignIn(client, start)
  return { ...json(200, { url }), cookies: [cookie] }
})
