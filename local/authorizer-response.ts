import type { Authorizer } from './authorizers.ts'
import { type Json, object } from './json.ts'

/** The context that an authorizer passes to the route's function. */
export type AuthorizerContext = Json | null

export type AuthorizerResponse = { allowed: true; context: AuthorizerContext } | { allowed: false }

/**
 * Reads the response of an authorizer.
 * @throws Error for an invalid response, which API Gateway answers with 500
 */
export function readAuthorizerResponse(payload: string, { simple }: Authorizer, arn: string): AuthorizerResponse {
  const response = object(JSON.parse(payload))
  const { context = null } = response
  if (typeof context !== 'object' || Array.isArray(context))
    throw new Error('Invalid authorizer response: context is not an object.')
  if (!(simple ? isAuthorized(response) : isAllowed(response, arn))) return { allowed: false }
  return { allowed: true, context: context as AuthorizerContext }
}

function isAuthorized({ isAuthorized: authorized }: Json): boolean {
  if (typeof authorized !== 'boolean')
    throw new Error('Invalid authorizer response: enableSimpleResponses requires isAuthorized to be true or false.')
  return authorized
}

function isAllowed({ policyDocument, isAuthorized }: Json, arn: string): boolean {
  const hint = isAuthorized === undefined ? '' : ' Set enableSimpleResponses to return isAuthorized.'
  const { Statement } = object(policyDocument)
  if (Statement === undefined) throw new Error(`Invalid authorizer response: policyDocument has no Statement.${hint}`)
  const effects = [Statement].flat().map((statement) => effectOf(object(statement), arn))
  return effects.includes('Allow') && !effects.includes('Deny')
}

/** The effect of a statement on this request; `undefined` if it does not match the request. */
function effectOf(statement: Json, arn: string): string | undefined {
  const { Effect, Action, Resource, Sid: _, ...others } = statement
  const [unknown] = Object.keys(others)
  // Ignoring a condition could turn a rejection into an approval.
  if (unknown !== undefined) throw new Error(`${unknown} in a policy statement is not supported locally.`)
  if (Effect !== 'Allow' && Effect !== 'Deny')
    throw new Error('Invalid authorizer response: the Effect of a statement is neither Allow nor Deny.')
  const isMatch = matches(Action, 'execute-api:Invoke', 'is') && matches(Resource, arn, 's')
  return isMatch ? Effect : undefined
}

function matches(patterns: unknown, name: string, flags: string): boolean {
  const wanted = [patterns].flat()
  return wanted.some((pattern) => {
    if (typeof pattern !== 'string' || pattern.includes('${'))
      throw new Error(
        'Invalid authorizer response: a statement needs Action and Resource without variables, which are not supported locally.',
      )
    const expression = RegExp.escape(pattern).replaceAll('\\*', '.*').replaceAll('\\?', '.')
    return new RegExp(`^${expression}$`, flags).test(name)
  })
}
