import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type ConditionBlock, meetsConditions } from '../../../tests/support/iam.ts'
import { loadSimulator, type Simulator } from '../packages.ts'
import { partitionKeysOf } from '../rights/condition-keys.ts'
import { findPermitted } from '../rights/forbidden.ts'
import { judge } from '../rights/judge.ts'
import { findBlindSpots } from '../rights/power.ts'
import { rolesOf, type Statement } from '../rights/roles.ts'
import { isUnused } from '../rights-page.ts'
import { smallTemplate } from './small-template.ts'

/** Evaluates as far as these templates need it. `npm run rehearse` uses the real simulator, as these tests do if it is there. */
const STAND_IN: Simulator = {
  async runSimulation({ request, identityPolicies }) {
    const context = Object.fromEntries(
      Object.entries(request.contextVariables).map(([key, value]) => [key, [value].flat()]),
    )
    const statements = identityPolicies.flatMap(({ policy }) => (policy as { Statement: Statement[] }).Statement)
    const allowed = statements.some(
      ({ Action, Resource, Condition = {} }) =>
        Action.includes(request.action) &&
        Resource.includes(request.resource.resource) &&
        meetsConditions(Condition as ConditionBlock, context),
    )
    return { resultType: 'single', overallResult: allowed ? 'Allowed' : 'ImplicitlyDenied', result: {} }
  },
}
const installed = existsSync(new URL('../node_modules/.installed', import.meta.url))
const SIMULATORS: [name: string, simulator: () => Simulator][] = [
  ['a stand-in', () => STAND_IN],
  ...(installed ? [['the simulator', loadSimulator] as [string, () => Simulator]] : []),
]

const FUNCTIONS = [{ name: 'list', roleId: 'ListRole' }]
const key = { pk: { S: 'user#1' } }
const CALLS: { functionName: string; operation: string; input: Record<string, unknown> }[] = [
  { functionName: 'list', operation: 'GetItem', input: { TableName: 'shop-prod-sessions', Key: key } },
  {
    functionName: 'list',
    operation: 'Query',
    input: { TableName: 'shop-prod-sessions', KeyConditionExpression: 'pk = :p' },
  },
  {
    functionName: 'list',
    operation: 'UpdateItem',
    input: {
      TableName: 'shop-prod-users',
      Key: key,
      UpdateExpression: 'SET epoch = epoch + :one, #n = :n',
      ExpressionAttributeNames: { '#n': 'note' },
    },
  },
]

function judged(simulator: Simulator, change: (statements: Statement[]) => void = () => {}, calls = CALLS) {
  const template = smallTemplate()
  change(template.Resources.ListRole.Properties.Policies[0].PolicyDocument.Statement)
  return judge(simulator, calls, FUNCTIONS, rolesOf(template), partitionKeysOf(template))
}

test.each(SIMULATORS)('calls that the role allows pass, and every right is used, by %s', async (_, simulator) => {
  const { denied, rights } = await judged(simulator())
  expect(denied).toEqual([])
  expect(rights.map(({ action, uses }) => [action, uses])).toEqual([
    ['dynamodb:GetItem', 1],
    ['dynamodb:Query', 1],
    ['dynamodb:UpdateItem', 1],
  ])
  expect(rights.filter(isUnused)).toEqual([])
})

test.each(SIMULATORS)('a removed right denies the calls that need it, by %s', async (_, simulator) => {
  const { denied } = await judged(simulator(), (statements) => {
    statements[1] = { ...(statements[1] as Statement), Action: ['dynamodb:GetItem'] }
  })
  expect(denied).toEqual([
    expect.stringMatching(/^list \(ListRole\): dynamodb:Query on shop-prod-sessions is not allowed/),
  ])
})

test.each(SIMULATORS)('a removed attribute denies the calls that name it, by %s', async (_, simulator) => {
  const { denied } = await judged(simulator(), (statements) => {
    const Null = { 'dynamodb:Attributes': 'false' }
    const Condition = { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'epoch'] }, Null }
    statements[2] = { ...(statements[2] as Statement), Condition }
  })
  expect(denied).toEqual([expect.stringContaining('dynamodb:UpdateItem on shop-prod-users')])
})

test.each(SIMULATORS)('an added right and an added attribute are reported as unused, by %s', async (_, simulator) => {
  const { rights } = await judged(
    simulator(),
    (statements) => statements.push({ ...(statements[1] as Statement), Action: ['dynamodb:DeleteItem'] }),
    CALLS.map((call) => ({ ...call, input: { ...call.input, UpdateExpression: 'SET epoch = :one' } })),
  )
  expect(rights.filter(isUnused).map(({ action, unusedAttributes }) => [action, unusedAttributes])).toEqual([
    ['dynamodb:UpdateItem', ['note']],
    ['dynamodb:DeleteItem', []],
  ])
})

test.each(SIMULATORS)(
  'a call of a function whose role is not in the template is denied, by %s',
  async (_, simulator) => {
    const call = { ...CALLS[0], functionName: 'unknown' } as (typeof CALLS)[number]
    expect((await judged(simulator(), undefined, [call])).denied).toHaveLength(1)
  },
)

test('a right that another one includes is found', async () => {
  const template = smallTemplate()
  const keys = partitionKeysOf(template)
  const find = async () => {
    const roles = rolesOf(template)
    const { rights } = await judge(STAND_IN, CALLS, FUNCTIONS, roles, keys)
    return await findBlindSpots(STAND_IN, CALLS, FUNCTIONS, roles, keys, rights)
  }
  expect(await find()).toEqual({ blindSpots: [], removed: 3 })
  const { Statement } = template.Resources.ListRole.Properties.Policies[0].PolicyDocument
  Statement.push({ ...Statement[1], Action: ['dynamodb:GetItem'] })
  const { blindSpots } = await find()
  expect(blindSpots).toHaveLength(2)
  expect(blindSpots[0]).toMatch(/^Without dynamodb:GetItem on .*sessions, ListRole allows every call still/)
})

test('a forbidden call that a role permits is found', async () => {
  const template = smallTemplate()
  const roles = rolesOf(template)
  const keys = partitionKeysOf(template)
  const find = (operation: string) => {
    const input = { TableName: 'shop-prod-sessions', Key: key }
    return findPermitted(STAND_IN, FUNCTIONS, roles, keys, [['list', operation, 'sessions', input]])
  }
  expect(await find('DeleteItem')).toEqual([])
  expect(await find('GetItem')).toEqual([expect.stringMatching(/^list may GetItem sessions/)])
})
