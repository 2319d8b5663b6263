import { type Fail, type Json, object } from './json.ts'

/** A request authorizer of an HTTP API, as `provider.httpApi.authorizers` declares it. */
export type Authorizer = {
  name: string
  /** The authorizer function: of the same service by name, or of any served service by ARN. */
  functionName: string | undefined
  functionArn: unknown
  payloadVersion: '1.0' | '2.0'
  /** It returns `isAuthorized` instead of an IAM policy. */
  simple: boolean
  /** A request that lacks one of these is rejected without a call of the authorizer. */
  identitySource: string[]
}

export function readAuthorizers(declared: unknown, fail: Fail): Map<string, Authorizer> {
  const entries = Object.entries(object(declared))
  return new Map(
    entries.map(([name, value]) => [
      name,
      readAuthorizer(name, object(value), (reason) => fail(`authorizer ${name}: ${reason}`)),
    ]),
  )
}

function readAuthorizer(name: string, declared: Json, failed: Fail): Authorizer {
  const {
    type,
    functionName,
    functionArn,
    payloadVersion = '2.0',
    enableSimpleResponses,
    resultTtlInSeconds,
  } = declared
  const identitySource = [declared.identitySource ?? []].flat()
  const simple = enableSimpleResponses === true
  if (type !== 'request') throw failed('only authorizers of type request are supported locally.')
  if (typeof functionName === 'string' ? functionArn !== undefined : functionArn === undefined)
    throw failed('set either functionName or functionArn.')
  if (payloadVersion !== '1.0' && payloadVersion !== '2.0')
    throw failed(`invalid payloadVersion ${JSON.stringify(payloadVersion)}; expected 1.0 or 2.0.`)
  if (simple && payloadVersion === '1.0') throw failed('enableSimpleResponses needs payloadVersion 2.0.')
  // Without a value but with identity sources, API Gateway may cache for 300 seconds; AWS does not document it.
  if (resultTtlInSeconds !== 0 && (resultTtlInSeconds !== undefined || identitySource.length > 0))
    throw failed(
      'resultTtlInSeconds must be 0: a cached result is served after a revocation, and the local front does not cache.',
    )
  for (const source of identitySource)
    if (typeof source !== 'string' || !/^\$request\.(header|querystring)\.[^\s.]+$/.test(source))
      throw failed(
        `identity source ${JSON.stringify(source)} is not supported locally; expected $request.header.<name> or $request.querystring.<name>.`,
      )
  return {
    name,
    functionName: typeof functionName === 'string' ? functionName : undefined,
    functionArn,
    payloadVersion,
    simple,
    identitySource: identitySource as string[],
  }
}

/**
 * Returns the authorizer of an httpApi event, declared as `name`, `{ name }` or `{ name, type }`. Any other declaration
 * is an error: a route without its authorizer would be public.
 */
export function chooseAuthorizer(
  declared: unknown,
  authorizers: Map<string, Authorizer>,
  failed: Fail,
): Authorizer | undefined {
  if (declared === undefined) return undefined
  const { name, type, id, scopes } = typeof declared === 'string' ? ({ name: declared } as Json) : object(declared)
  if (id !== undefined) throw failed('an authorizer of another API (id) is not supported locally.')
  if (scopes !== undefined || (type !== undefined && type !== 'request'))
    throw failed('only authorizers of type request are supported locally.')
  const authorizer = typeof name === 'string' ? authorizers.get(name) : undefined
  if (!authorizer)
    throw failed(`unknown authorizer ${JSON.stringify(name ?? declared)}; declare it in provider.httpApi.authorizers.`)
  return authorizer
}
