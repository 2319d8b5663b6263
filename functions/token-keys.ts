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
const readOnce = keys && onceRead(async () => readKeySet(await keys.all(), startDeadline()))

/** Long enough for a service that fetches them with each token, and short beside the steps of a rotation. */
const CACHING = { 'cache-control': 'public, max-age=300' }

/**
 * GET /.well-known/jwks.json: the public keys of tokens and receipts (RFC 7517). GET /.well-known/openid-configuration: the
 * part of that document which API Gateway's JWT authorizer finds them by. 404 without `TOKEN_KEYS`. No reads; one call of
 * each key in the life of the function.
 */
export const handler = publicRoute(app, { query: 'any' }, async ({ http }) => {
  if (!tokens || !readOnce) throw new NotFoundError('This service signs nothing (`TOKEN_KEYS`).')
  const { origin } = config
  if (http.path.endsWith('/jwks.json')) return cached(await readOnce())
  return cached({
    issuer: origin,
    jwks_uri: `${origin}/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: [...new Set(tokens.keys.map(({ algorithm }) => algorithm))],
    ...{ response_types_supported: [], subject_types_supported: ['public'] },
  })
})

/** The keys of a configuration never change: they are read until that succeeds, and then kept. */
function onceRead(read: () => Promise<KeySet>): () => Promise<KeySet> {
  let kept: Promise<KeySet> | undefined
  return () => {
    kept ??= read().catch((error) => {
      kept = undefined
      throw error
    })
    return kept
  }
}

function cached(value: object) {
  const answer = json(200, value)
  return { ...answer, headers: { ...answer.headers, ...CACHING } }
}
