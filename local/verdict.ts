import type { Authorizer } from './authorizers.ts'
import { type Json, object } from './json.ts'

/** What an authorizer lets the route's function know. */
export type AuthorizerContext = Json | null

export type Verdict = { allowed: true; context: AuthorizerContext } | { allowed: false }

/**
 * What an authorizer's answer says of a request.
 * @throws Error saying what is wrong with an answer that says nothing: API Gateway makes it a 500, never a yes.
 */
export function readVerdict(payload: string, { simple }: Authorizer, arn: string): Verdict {
  const answer = object(JSON.parse(payload))
  const { context = null } = answer
  if (typeof context !== 'object' || Array.isArray(context)) throw new Error('The context is not an object.')
  if (!(simple ? saysYes(answer) : allows(answer, arn))) return { allowed: false }
  return { allowed: true, context: context as AuthorizerContext }
}

function saysYes({ isAuthorized }: Json): boolean {
  if (typeof isAuthorized !== 'boolean')
    throw new Error('The answer has no isAuthorized: it is what enableSimpleResponses asks for.')
  return isAuthorized
}

function allows({ policyDocument, isAuthorized }: Json, arn: string): boolean {
  const hint = isAuthorized === undefined ? '' : ' For isAuthorized set enableSimpleResponses.'
  const { Statement } = object(policyDocument)
  if (Statement === undefined) throw new Error(`The answer has no policyDocument with a Statement.${hint}`)
  const effects = [Statement].flat().map((statement) => effectOf(object(statement), arn))
  return effects.includes('Allow') && !effects.includes('Deny')
}

/** The effect of a statement on this request; undefined when it is about another. */
function effectOf(statement: Json, arn: string): string | undefined {
  const { Effect, Action, Resource, Sid: _, ...others } = statement
  const [unknown] = Object.keys(others)
  // A condition that were passed over could turn a no into a yes.
  if (unknown !== undefined) throw new Error(`${unknown} in a policy is not supported locally.`)
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new Error('A statement has neither the Effect Allow nor Deny.')
  const isAbout = matches(Action, 'execute-api:Invoke', 'is') && matches(Resource, arn, 's')
  return isAbout ? Effect : undefined
}

function matches(patterns: unknown, name: string, flags: string): boolean {
  const wanted = [patterns].flat()
  return wanted.some((pattern) => {
    if (typeof pattern !== 'string' || pattern.includes('${'))
      throw new Error('A statement has no Action or Resource, or one with a variable, which is not supported locally.')
    const expression = RegExp.escape(pattern).replaceAll('\\*', '.*').replaceAll('\\?', '.')
    return new RegExp(`^${expression}$`, flags).test(name)
  })
}
