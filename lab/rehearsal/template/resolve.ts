import { createHash } from 'node:crypto'
import { intrinsicOf, type Resource, type Template } from './template.ts'

export const ACCOUNT = '123456789012'
export const REGION = 'eu-central-1'

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'rehearsal',
  'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/rehearsal/0`,
}

/** The made-up id of a key of AWS KMS, by its logical id. */
export const keyIdOf = (id: string): string => {
  const digits = createHash('sha256').update(id).digest('hex')
  return [8, 12, 16, 20, 32].map((end, index, ends) => digits.slice(ends[index - 1] ?? 0, end)).join('-')
}

/** Resolves intrinsic functions as CloudFormation does, with made-up physical ids. */
export interface Resolver {
  value(value: unknown): unknown
  /** @throws Error if the value does not resolve to a text */
  text(value: unknown): string
  /** Whether the condition of a resource holds; CloudFormation deploys no other. */
  isDeployed(resource: Resource): boolean
}

/**
 * @param imports values of `Fn::ImportValue` by the exports' names
 * @param secret makes the value of a dynamic reference such as `{{resolve:secretsmanager:…}}`
 */
export function createResolver(
  template: Template,
  imports: Readonly<Record<string, string>> = {},
  secret = (reference: string) => createHash('sha256').update(`rehearsal ${reference}`).digest('hex'),
): Resolver {
  const { Resources: resources, Parameters: parameters = {}, Conditions: conditions = {} } = template

  function value(input: unknown): unknown {
    if (typeof input === 'string') return input.replace(/\{\{resolve:[^}]*\}\}/g, secret)
    if (Array.isArray(input)) return input.map(value)
    if (typeof input !== 'object' || input === null) return input
    const kind = intrinsicOf(input)
    const argument = kind && (input as Record<string, unknown>)[kind]
    switch (kind) {
      case undefined:
      case 'Condition':
        return Object.fromEntries(Object.entries(input).map(([key, each]) => [key, value(each)]))
      case 'Ref':
        return reference(String(argument))
      case 'Fn::GetAtt': {
        const [id = '', ...attribute] = Array.isArray(argument) ? argument : String(argument).split('.')
        return attributeOf(id, attribute.join('.'))
      }
      case 'Fn::Sub':
        return value(substitute(argument))
      case 'Fn::Join': {
        const [separator, parts] = argument as [string, unknown[]]
        return (value(parts) as unknown[]).join(separator)
      }
      case 'Fn::Select': {
        const [index, list] = argument as [number, unknown]
        return (value(list) as unknown[])[Number(index)]
      }
      case 'Fn::Split': {
        const [separator, joined] = argument as [string, unknown]
        return text(joined).split(separator)
      }
      case 'Fn::If': {
        const [condition, whenTrue, whenFalse] = argument as [string, unknown, unknown]
        return value(holds(conditions[condition]) ? whenTrue : whenFalse)
      }
      case 'Fn::ImportValue': {
        const name = text(argument)
        const imported = imports[name]
        if (imported === undefined) throw new Error(`The export ${name} has no value: pass --import ${name}=<value>.`)
        return imported
      }
      default:
        throw new Error(`${kind} is not resolved by the rehearsal.`)
    }
  }

  function holds(condition: unknown): boolean {
    const [[kind = '', argument] = []] = Object.entries(condition ?? {})
    const each = argument as unknown[]
    switch (kind) {
      case 'Fn::Equals':
        return text(each[0]) === text(each[1])
      case 'Fn::Not':
        return !holds(each[0])
      case 'Fn::And':
        return each.every(holds)
      case 'Fn::Or':
        return each.some(holds)
      case 'Condition':
        return holds(conditions[String(argument)])
      default:
        throw new Error(`The condition ${JSON.stringify(condition)} is not resolved by the rehearsal.`)
    }
  }

  function text(input: unknown): string {
    const resolved = value(input)
    if (typeof resolved === 'string' || typeof resolved === 'number' || typeof resolved === 'boolean')
      return String(resolved)
    throw new Error(`${JSON.stringify(input)} is no text.`)
  }

  function substitute(argument: unknown): string {
    const [pattern, own = {}] = (Array.isArray(argument) ? argument : [argument]) as [string, Record<string, unknown>?]
    return pattern.replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
      if (name in own) return text(own[name])
      const [id = '', ...attribute] = name.split('.')
      return attribute.length > 0 ? attributeOf(id, attribute.join('.')) : reference(id)
    })
  }

  function reference(id: string): string {
    const pseudo = PSEUDO[id]
    if (pseudo !== undefined) return pseudo
    const parameter = parameters[id]
    if (parameter) return String(parameter.Default ?? '')
    const resource = resources[id]
    if (!resource) throw new Error(`Ref to ${id}, which is not in the template.`)
    const { Type: type, Properties: own = {} } = resource
    if (type === 'AWS::KMS::Key') return keyIdOf(id)
    if (type === 'AWS::SecretsManager::Secret') return `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${id}`
    return text(
      own.TableName ?? own.FunctionName ?? own.LogGroupName ?? own.RoleName ?? own.QueueName ?? id.toLowerCase(),
    )
  }

  function attributeOf(id: string, attribute: string): string {
    const resource = resources[id]
    if (!resource) throw new Error(`Fn::GetAtt of ${id}, which is not in the template.`)
    const name = reference(id)
    const table = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`
    const arns: Readonly<Record<string, string>> = {
      'AWS::DynamoDB::Table Arn': table,
      'AWS::DynamoDB::Table StreamArn': `${table}/stream/2026-01-01T00:00:00.000`,
      'AWS::Lambda::Function Arn': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
      'AWS::IAM::Role Arn': `arn:aws:iam::${ACCOUNT}:role/${id}`,
      'AWS::Logs::LogGroup Arn': `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`,
      'AWS::KMS::Key Arn': `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`,
      'AWS::SQS::Queue Arn': `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
      'AWS::SQS::Queue QueueName': name,
    }
    return arns[`${resource.Type} ${attribute}`] ?? `${id}.${attribute}`
  }

  const isDeployed = ({ Condition: name }: Resource) => name === undefined || holds(conditions[name])

  return { value, text, isDeployed }
}
