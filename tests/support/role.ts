import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { readService } from '../../local/service.ts'

interface Statement {
  Action: string[]
  Resource: { 'Fn::GetAtt'?: [string, string] }
  Condition?: { 'ForAllValues:StringEquals'?: { 'dynamodb:Attributes': string[] } }
}

type Roles = Record<string, { Properties: { Policies: { PolicyDocument: { Statement: Statement[] } }[] } }>

const read = createRequire(import.meta.url)('serverless/lib/configuration/read.js')

/** A right, and the attributes it is limited to. */
export interface Right {
  readonly call: string
  readonly attributes: readonly string[] | undefined
}

/** What each function's role lets it do, as `GetItem sessions` and so on, from serverless.yml. */
export async function rightsByFunction(): Promise<Map<string, Right[]>> {
  const { functions }: { functions: Record<string, { role: string }> } = await read(resolve('serverless.yml'))
  const { resources } = await readService('.', { stage: 'dev' })
  return new Map(
    Object.entries(functions).map(([name, { role }]) => {
      const statements = (resources as Roles)[role]?.Properties.Policies.flatMap(
        (policy) => policy.PolicyDocument.Statement,
      )
      if (!statements) throw new Error(`${name} has no role of its own: ${role}`)
      const rights = statements.flatMap(({ Action, Resource, Condition }) =>
        Action.filter((action) => action.startsWith('dynamodb:')).map((action) => ({
          call: `${action.slice('dynamodb:'.length)} ${tableOf(Resource)}`,
          attributes: Condition?.['ForAllValues:StringEquals']?.['dynamodb:Attributes'].toSorted(),
        })),
      )
      return [name, rights]
    }),
  )
}

const tableOf = (resource: Statement['Resource']) =>
  resource['Fn::GetAtt']?.[0].replace('Table', '').toLowerCase() ?? '?'
