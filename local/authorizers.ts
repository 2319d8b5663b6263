import { type Fail, type Json, object } from './json.ts'

/** A request authorizer of an HTTP API, as `provider.httpApi.authorizers` declares it. */
export type Authorizer = {
  name: string
  /** The function that decides: of the same service by its name, or of any that is served by its ARN. */
  functionName: string | undefined
  functionArn: unknown
  payloadVersion: '1.0' | '2.0'
  /** It answers `isAuthorized` in place of an IAM policy. */
  simple: boolean
  /** All of these a request must have, or nobody is asked. */
  identitySource: string[]
}

export function readAuthorizers(declared: unknown, fail: Fail): Map<string, Authorizer> {
  const entries = Object.entries(object(declared))
  return new Map(
    entries.map(([name, value]) => [
      name,
      readAuthorizer(name, object(value), (why) => fail(`authorizer ${name}: ${why}`)),
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
    throw failed('it needs functionName or functionArn, and not both.')
  if (payloadVersion !== '1.0' && payloadVersion !== '2.0')
    throw failed(`there is no payload ${JSON.stringify(payloadVersion)}.`)
  if (simple && payloadVersion === '1.0') throw failed('enableSimpleResponses needs payload 2.0.')
  // Left out, with something to cache by, it may well mean 300 seconds: AWS does not say.
  if (resultTtlInSeconds !== 0 && (resultTtlInSeconds !== undefined || identitySource.length > 0))
    throw failed(
      'resultTtlInSeconds must be 0: the local front does not cache; a cached answer is served after a revocation.',
    )
  for (const source of identitySource)
    if (typeof source !== 'string' || !/^\$request\.(header|querystring)\.[^\s.]+$/.test(source))
      throw failed(`the identity source ${JSON.stringify(source)} is not supported locally.`)
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
 * The authorizer that an httpApi event names, by `name`, `{ name }` or `{ name, type }`. Whatever else stands there is
 * an error: without its authorizer the route would let everybody in.
 */
export function chooseAuthorizer(
  declared: unknown,
  authorizers: Map<string, Authorizer>,
  failed: Fail,
): Authorizer | undefined {
  if (declared === undefined) return undefined
  const { name, type, id, scopes } = typeof declared === 'string' ? ({ name: declared } as Json) : object(declared)
  if (id !== undefined) throw failed('an authorizer of another API, named by its id, is not supported locally.')
  if (scopes !== undefined || (type !== undefined && type !== 'request'))
    throw failed('only authorizers of type request are supported locally.')
  const authorizer = typeof name === 'string' ? authorizers.get(name) : undefined
  if (!authorizer) throw failed(`there is no authorizer ${JSON.stringify(name ?? declared)}.`)
  return authorizer
}
