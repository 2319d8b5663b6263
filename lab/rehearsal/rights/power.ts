import type { Simulator } from '../packages.ts'
import type { PartitionKeys } from './condition-keys.ts'
import { judge, type UsedRight } from './judge.ts'
import type { Role, Statement } from './roles.ts'

type Judged = Parameters<typeof judge>

/**
 * Shows that the judge can see: without any one of the used rights it must deny a call, and a right that is added must
 * be reported as unused.
 * @returns what it did not see, one sentence each; a right that another one includes is one of them
 */
export async function findBlindSpots(
  simulator: Simulator,
  calls: Judged[1],
  functions: Judged[2],
  roles: ReadonlyMap<string, Role>,
  keys: PartitionKeys,
  rights: readonly UsedRight[],
): Promise<{ blindSpots: string[]; removed: number }> {
  const blindSpots: string[] = []
  const used = rights.filter(({ uses }) => uses > 0)
  for (const { roleId, action, statement } of used) {
    const role = roles.get(roleId) as Role
    const without = {
      ...role,
      statements: role.statements.map((each) => (each === statement ? less(each, action) : each)),
    }
    const { denied } = await judge(simulator, of(roleId), functions, new Map([[roleId, without]]), keys, {
      rights: false,
    })
    if (denied.length === 0)
      blindSpots.push(`Without ${action} on ${statement.Resource}, ${roleId} allows every call still.`)
  }
  for (const role of roles.values()) {
    const [resource = ''] = role.statements.flatMap(({ Resource }) => Resource)
    const added: Statement = { Effect: 'Allow', Action: ['dynamodb:DeleteTable'], Resource: [resource] }
    const widened = { ...role, statements: [...role.statements, added] }
    const { rights: found } = await judge(simulator, [], functions, new Map([[role.id, widened]]), keys)
    if (!found.some(({ statement, uses }) => statement === added && uses === 0))
      blindSpots.push(`dynamodb:DeleteTable, added to ${role.id}, is not reported as unused.`)
  }
  return { blindSpots, removed: used.length }

  function of(roleId: string) {
    const names = new Set(functions.filter((each) => each.roleId === roleId).map(({ name }) => name))
    return calls.filter(({ functionName }) => names.has(functionName))
  }
}

const less = (statement: Statement, action: string): Statement => ({
  ...statement,
  // IAM requires at least one action.
  Action: [...statement.Action.filter((each) => each !== action), 'dynamodb:DescribeEndpoints'],
})
