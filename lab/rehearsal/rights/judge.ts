import type { AttributedCall } from '../machine/dynamodb-host.ts'
import type { Simulator } from '../packages.ts'
import type { PackagedFunction } from '../template/packaged-function.ts'
import { ACCOUNT } from '../template/resolve.ts'
import { type AuthorizationRequest, authorizationRequests, type PartitionKeys } from './condition-keys.ts'
import { attributesOf, type Right, type Role, rightsOf, type Statement } from './roles.ts'

/** A right, how often calls used it, and the attributes that it permits and no call named. */
export interface UsedRight extends Right {
  readonly uses: number
  readonly unusedAttributes: readonly string[]
}

export interface Judgement {
  /** Calls that the function's role does not permit, one sentence each. */
  readonly denied: readonly string[]
  /** The rights on tables, event buses, senders and keys of every role. */
  readonly rights: readonly UsedRight[]
  /** Condition keys that the simulator does not know for an action and left out, one sentence each. */
  readonly ignored: readonly string[]
}

/** Requests of one function that IAM decides alike, and how many calls made them. */
interface Distinct {
  readonly functionName: string
  readonly roleId: string
  readonly request: AuthorizationRequest
  calls: number
}

/**
 * Puts every call of DynamoDB, EventBridge, SES and KMS by the functions to the policy simulator, under the role that the
 * template gives the function that made it, and finds the rights that no call used.
 * @param wanted without `rights`, only denied calls are looked for
 */
export async function judge(
  simulator: Simulator,
  calls: readonly Pick<AttributedCall, 'functionName' | 'operation' | 'input'>[],
  functions: readonly Pick<PackagedFunction, 'name' | 'roleId'>[],
  roles: ReadonlyMap<string, Role>,
  keys: PartitionKeys,
  wanted: { rights: boolean } = { rights: true },
): Promise<Judgement> {
  const ignored = new Set<string>()
  const denied: string[] = []
  const uses = new Map<Right, { calls: number; named: Set<string> }>()
  const held = [...roles.values()].flatMap(rightsOf).filter(({ action }) => /^(dynamodb|events|ses|kms):/.test(action))
  const rights = wanted.rights ? held : []

  for (const { functionName, roleId, request, calls: count } of distinctRequests(calls, functions, keys)) {
    const role = roles.get(roleId)
    const allows = async (statements: readonly Statement[]) => {
      const { result, keys: unknown } = await simulate(simulator, roleId, statements, request)
      for (const key of unknown) ignored.add(`The simulator does not know ${key} of ${request.action}.`)
      return result === 'Allowed'
    }
    if (!role || !(await allows(role.statements))) {
      denied.push(describe(functionName, roleId, request))
      continue
    }
    for (const right of rights) {
      if (right.roleId !== roleId || right.action !== request.action) continue
      if (!(await allows([{ ...right.statement, Action: [right.action] }]))) continue
      const use = uses.get(right) ?? { calls: 0, named: new Set() }
      use.calls += count
      for (const name of [request.context['dynamodb:Attributes'] ?? []].flat()) use.named.add(name)
      uses.set(right, use)
    }
  }
  return {
    denied,
    rights: rights.map((right) => {
      const use = uses.get(right)
      const limit = attributesOf(right.statement) ?? []
      return { ...right, uses: use?.calls ?? 0, unusedAttributes: limit.filter((name) => use && !use.named.has(name)) }
    }),
    ignored: [...ignored],
  }
}

function distinctRequests(
  calls: Parameters<typeof judge>[1],
  functions: Parameters<typeof judge>[2],
  keys: PartitionKeys,
): Distinct[] {
  const roleIds = new Map(functions.map(({ name, roleId }) => [name, roleId ?? '']))
  const distinct = new Map<string, Distinct>()
  for (const { functionName, operation, input } of calls)
    for (const request of authorizationRequests(operation, input, keys)) {
      const key = JSON.stringify([functionName, request.action, request.resource, withoutIds(request.context)])
      const known = distinct.get(key)
      if (known) known.calls++
      else distinct.set(key, { functionName, roleId: roleIds.get(functionName) ?? '', request, calls: 1 })
    }
  return [...distinct.values()]
}

/** Leading keys of one kind, such as `user#…`, are decided alike. */
function withoutIds(context: AuthorizationRequest['context']): object {
  const kinds = [context['dynamodb:LeadingKeys'] ?? []].flat().map((key) => /^[a-z]+#/.exec(key)?.[0] ?? '*')
  return { ...context, 'dynamodb:LeadingKeys': [...new Set(kinds)] }
}

async function simulate(
  simulator: Simulator,
  roleId: string,
  statements: readonly Statement[],
  { action, resource, context }: AuthorizationRequest,
): Promise<{ result: string | undefined; keys: readonly string[] }> {
  const policy = { Version: '2012-10-17', Statement: statements }
  const { errors, overallResult, result } = await simulator.runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:role/${roleId}`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { ...context },
      },
      identityPolicies: [{ name: roleId, policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  )
  if (errors) throw new Error(`The policy of ${roleId} cannot be simulated for ${action}: ${JSON.stringify(errors)}`)
  return { result: overallResult, keys: result?.ignoredContextKeys ?? [] }
}

const describe = (functionName: string, roleId: string, { action, table, context }: AuthorizationRequest) =>
  `${functionName} (${roleId}): ${action} on ${table} is not allowed, with ${JSON.stringify(context)}`
