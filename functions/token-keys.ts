import { startDeadline } from '../lib/deadline.ts'
import { NotFoundError } from '../lib/errors.ts'
import { type KeySet, readKeySet } from '../lib/tokens/key-set.ts'
import { json } from './http/answer.ts'
import { openBareApp, openTokenConfig } from './http/app.ts'
import { openClient } from './http/open-client.ts'
import { publicRoute } from './http/route.ts'
import { openTokenKeys } from './http/token-app.ts'

const app = openBareApp()
const { config } = app
const tokens = openTokenConfig(config)
const keys = tokens && openTokenKeys(tokens, openClient(config))
/** The keys of a configuration never change. */
let keySet: Promise<KeySet> | undefined

/** Long enough for a service that fetches them with each token, and short beside the steps of a rotation. */
const CACHING = { 'cache-control': 'public, max-age=300' }

/**
 * GET /.well-known/jwks.json: the public keys of tokens and receipts (RFC 7517). GET /.well-known/openid-configuration: the
 * part of that document which API Gateway's JWT authorizer finds them by. 404 without `TOKEN_KEYS`. No reads; one call of
 * each key in the life of the function.
 */
export const handler = publicRoute(app, { query: 'any' }, async ({ http }) => {
  if (!tokens || !keys) throw new NotFoundError('This service signs nothing (`TOKEN_KEYS`).')
  const { origin } = config
  if (http.path.endsWith('/jwks.json')) return cached(await readOnce())
  return cached({
    issuer: origin,
    jwks_uri: `${origin}/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: [...new Set(tokens.keys.map(({ algorithm }) => algorithm))],
    ...{ response_types_supported: [], subject_types_supported: ['public'] },
  })

  async function readOnce(): Promise<KeySet> {
    keySet ??= keys?.all().then((all) => readKeySet(all, startDeadline()))
    return await (keySet as Promise<KeySet>).catch((error) => {
      keySet = undefined
      throw error
    })
  }
})

function cached(value: object) {
  const answer = json(200, value)
  return { ...answer, headers: { ...answer.headers, ...CACHING } }
}
