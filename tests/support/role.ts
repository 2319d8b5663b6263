import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { readService } from '../../local/service.ts'
import { type ConditionBlock, meetsConditions, type RequestContext } from './iam.ts'

export interface Statement {
  Action: string[]
  Resource: { 'Fn::GetAtt'?: [string, string]; 'Fn::Sub'?: string }
  Condition?: ConditionBlock
}

type Roles = Record<string, { Properties: { Policies: { PolicyDocument: { Statement: Statement[] } }[] } }>

const read = createRequire(import.meta.url)('serverless/lib/configuration/read.js')

/** A right, and the attributes it is limited to. */
export interface Right {
  readonly call: string
  readonly attributes: readonly string[] | undefined
  /** Whether the right permits this call, evaluated as IAM does. */
  allows(call: string, context: RequestContext): boolean
}

/** The policy statements of each function's role, from serverless.yml. */
export async function statementsByFunction(): Promise<Map<string, Statement[]>> {
  const { functions }: { functions: Record<string, { role: string }> } = await read(resolve('serverless.yml'))
  const { resources } = await readService('.', { stage: 'dev' })
  return new Map(
    Object.entries(functions).map(([name, { role }]) => {
      const statements = (resources as Roles)[role]?.Properties.Policies.flatMap(
        (policy) => policy.PolicyDocument.Statement,
      )
      if (!statements) throw new Error(`${name} has no role of its own: ${role}`)
      return [name, statements]
    }),
  )
}

/** What each function's role lets it do, as `GetItem sessions` and so on, from serverless.yml. */
export async function rightsByFunction(): Promise<Map<string, Right[]>> {
  return new Map([...(await statementsByFunction())].map(([name, statements]) => [name, statements.flatMap(toRights)]))
}

function toRights({ Action, Resource, Condition = {} }: Statement): Right[] {
  const limit = Condition['ForAllValues:StringEquals']?.['dynamodb:Attributes']
  const attributes = limit === undefined ? undefined : [limit].flat().toSorted()
  return Action.filter((action) => action.startsWith('dynamodb:')).map((action) => {
    const call = `${action.slice('dynamodb:'.length)} ${tableOf(Resource)}`
    return {
      call,
      attributes,
      allows: (other, context) => other === call && meetsConditions(Condition, context),
    }
  })
}

const tableOf = (resource: Statement['Resource']) =>
  (resource['Fn::GetAtt']?.[0] ?? /^\$\{(\w+)\.Arn\}\/index\//.exec(resource['Fn::Sub'] ?? '')?.[1])
    ?.replace('Table', '')
    .toLowerCase() ?? '?'
