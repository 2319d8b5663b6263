import { conditionBlocks, unguardedKeys } from '../../../tests/support/iam.ts'
import { referredId, resourcesOf, type Template } from '../template/template.ts'
import type { Rule } from './rule.ts'

interface RawStatement {
  readonly Effect: string
  readonly Action?: string | string[]
  readonly NotAction?: unknown
  readonly NotResource?: unknown
  readonly Resource?: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const statementsOf = (template: Template): [id: string, statement: RawStatement][] =>
  [...resourcesOf(template, 'AWS::IAM::Role'), ...resourcesOf(template, 'AWS::IAM::Policy')].flatMap(
    ([id, { Properties: own }]) =>
      [...(own.Policies ?? []), ...(own.PolicyDocument ? [own] : [])]
        .flatMap(({ PolicyDocument }) => [PolicyDocument.Statement].flat())
        .map((statement): [string, RawStatement] => [id, statement]),
  )

const isWildcard = (resource: unknown): boolean => {
  if (typeof resource === 'string') return resource === '*' || /:table\/\*|:\*$|\*\*/.test(resource)
  const written = JSON.stringify(resource).replace(/\/index\/\*|\/@connections\/\*/g, '') // ids that AWS makes
  return written.includes('*')
}

/** A resource of SES, in a statement that names the one sender. */
const isOfOneSender = (resource: unknown, { Condition }: RawStatement): boolean =>
  Condition?.StringEquals?.['ses:FromAddress'] !== undefined && /:ses:/.test(JSON.stringify(resource))

/** The rules of roles. */
export const ROLE_RULES: readonly Rule[] = [
  {
    name: 'no-wildcard-action',
    reason: 'A function may call what it is known to call, and not what AWS adds later.',
    of: 'every',
    check: (template) =>
      statementsOf(template).flatMap(([id, { Effect, Action = [], NotAction }]) => {
        const wild = [Action].flat().filter((action) => action.includes('*'))
        if (NotAction !== undefined && Effect === 'Allow') wild.push('everything except NotAction')
        return Effect === 'Allow' ? wild.map((action) => `${id} allows ${action}`) : []
      }),
  },
  {
    name: 'no-wildcard-resource',
    reason: 'A function reaches what it is known to use, and nothing of its neighbors.',
    of: 'every',
    check: (template) =>
      statementsOf(template).flatMap(([id, statement]) => {
        const { Effect, Resource, NotResource } = statement
        if (Effect !== 'Allow') return []
        // Whether SES decides by the identity of the address or of its domain is not known; the address is.
        const wild = [Resource ?? []].flat().filter((each) => isWildcard(each) && !isOfOneSender(each, statement))
        if (NotResource !== undefined) wild.push('everything except NotResource')
        return wild.map((resource) => `${id} reaches ${JSON.stringify(resource)}`)
      }),
  },
  {
    name: 'guarded-conditions',
    reason:
      'A ForAllValues condition holds if its key is absent from the request, so a Null condition must require the key.',
    of: 'every',
    check: (template) =>
      Object.entries(template.Resources).flatMap(([id, resource]) =>
        conditionBlocks(resource)
          .flatMap(unguardedKeys)
          .map((key) => `${id} compares ${key} and does not require it`),
      ),
  },
  {
    name: 'own-log-group',
    reason: 'A function that is taken over must not write into the log of another one.',
    of: 'own',
    check: (template) =>
      resourcesOf(template, 'AWS::Lambda::Function').flatMap(([id, { Properties: own }]) => {
        const roleId = referredId(own.Role)
        const logs = statementsOf(template).filter(
          ([role, { Action = [] }]) => role === roleId && [Action].flat().some((action) => action.startsWith('logs:')),
        )
        const groups = logs
          .flatMap(([, { Resource }]) => [Resource].flat())
          .map((resource) => referredId(resource) ?? '')
        const names = groups.map((group) => template.Resources[group]?.Properties?.LogGroupName)
        const isOwn = names.length > 0 && names.every((name) => name === `/aws/lambda/${own.FunctionName}`)
        return isOwn ? [] : [`${id} may write to ${names.join(', ') || 'no log group'}`]
      }),
  },
  {
    name: 'own-role',
    reason: 'Functions that share a role share their rights, and their calls cannot be told apart.',
    of: 'own',
    check: (template) => {
      const users = Map.groupBy(resourcesOf(template, 'AWS::Lambda::Function'), ([, { Properties: own }]) =>
        referredId(own.Role),
      )
      return [...users]
        .filter(([, each]) => each.length > 1)
        .map(([role, each]) => `${role} is the role of ${each.map(([id]) => id)}`)
    },
  },
]
