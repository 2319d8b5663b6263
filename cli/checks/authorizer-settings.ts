import { type Finding, failed, ok } from '../finding.ts'
import type { GatewayApi, GatewayAuthorizer } from './gateway.ts'

/**
 * Checks what API Gateway does with the answers of the authorizer: how long it keeps them, in which form it expects them,
 * and for which requests it asks at all.
 */
export function* checkSettings(subject: string, api: GatewayApi, authorizer: GatewayAuthorizer): Generator<Finding> {
  const name = `authorizer ${JSON.stringify(authorizer.name)}`
  yield checkTtl(subject, api, authorizer, name)
  const { command, payload, simpleResponses, identitySources = [] } = authorizer
  if (payload === '2.0' && simpleResponses !== true)
    yield failed(
      subject,
      `${name} has payload 2.0 without simple responses: API Gateway understands no answer and refuses every request with 500`,
      `Set \`enableSimpleResponses: true\` in its serverless.yml and deploy, or \`${command('--enable-simple-responses')}\`.`,
    )
  if (api.kind === 'WebSocket' || identitySources.length === 0) return
  if (identitySources.length > 1)
    yield failed(
      subject,
      `${name} requires ${identitySources.join(' and ')}: a request has a cookie or a bearer token, so every request is refused with 401`,
      'Remove `identitySource` from its serverless.yml and deploy: without a result TTL none is needed.',
    )
  else yield ok(subject, `${name} is asked only for requests with ${identitySources[0]}; others get 401`)
}

function checkTtl(subject: string, api: GatewayApi, { ttlSeconds, command }: GatewayAuthorizer, name: string): Finding {
  if (api.kind === 'WebSocket') return ok(subject, `${name}: a WebSocket API does not cache results`)
  if (ttlSeconds === 0) return ok(subject, `${name} does not cache results`)
  const state = ttlSeconds === undefined ? 'has no result TTL' : `caches results for ${ttlSeconds} s`
  return failed(
    subject,
    `${name} ${state}: a revoked session may be accepted that long`,
    `Set \`resultTtlInSeconds: 0\` in its serverless.yml and deploy, or \`${command()}\`${api.kind === 'REST' ? ' and deploy its stages' : ''}.`,
  )
}
