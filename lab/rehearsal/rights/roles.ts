import { createResolver } from '../template/resolve.ts'
import { referredId, resourcesOf, type Template } from '../template/template.ts'

/** A statement of a policy with its intrinsic functions resolved. */
export interface Statement {
  readonly Sid?: string
  readonly Effect: string
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

export interface Role {
  readonly id: string
  readonly statements: readonly Statement[]
  /** Policies that are not in the template, which nothing here knows. */
  readonly managed: readonly string[]
}

/** One action of one allowing statement, on its resources. */
export interface Right {
  readonly roleId: string
  readonly action: string
  readonly statement: Statement
}

/** The roles of a template, with the policies that are attached to them in the template. */
export function rolesOf(template: Template, imports: Readonly<Record<string, string>> = {}): Map<string, Role> {
  const resolver = createResolver(template, imports)
  const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(([, each]) => resolver.isDeployed(each))
  const attached = policies.map(([, { Properties }]) => Properties)
  const deployed = resourcesOf(template, 'AWS::IAM::Role').filter(([, each]) => resolver.isDeployed(each))
  return new Map(
    deployed.map(([id, { Properties: own }]) => {
      const further = attached.filter(({ Roles = [] }) => Roles.some((role: unknown) => referredId(role) === id))
      const documents = [...(own.Policies ?? []), ...further].map(({ PolicyDocument }) => PolicyDocument)
      const statements = documents.flatMap(({ Statement }) => [resolver.value(Statement)].flat() as Statement[])
      const managed = ((own.ManagedPolicyArns ?? []) as unknown[]).map((arn) => resolver.text(arn))
      return [id, { id, statements: statements.map(inLists), managed }]
    }),
  )
}

const inLists = (statement: Statement): Statement => ({
  ...statement,
  Action: [statement.Action ?? []].flat(),
  Resource: [statement.Resource ?? []].flat(),
})

/** Each action of each allowing statement. */
export const rightsOf = ({ id: roleId, statements }: Role): Right[] =>
  statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap((statement) => statement.Action.map((action) => ({ roleId, action, statement })))

/** The operators of multivalued keys begin with this. */
const FOR_ALL_VALUES = 'ForAllValues'

type Conditional = Pick<Statement, 'Condition'>

const limitOf = ({ Condition = {} }: Conditional, operator: string, key: string): string[] | undefined => {
  const limit = Condition[`${FOR_ALL_VALUES}:${operator}`]?.[key]
  return limit === undefined ? undefined : [limit].flat()
}

/** The attributes that a statement is limited to. */
export const attributesOf = (statement: Conditional) => limitOf(statement, 'StringEquals', 'dynamodb:Attributes')

/** The patterns of partition keys that a statement is limited to. */
export const leadingKeysOf = (statement: Conditional) => limitOf(statement, 'StringLike', 'dynamodb:LeadingKeys')
