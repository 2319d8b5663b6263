import { ACCOUNT, createResolver, REGION } from '../template/resolve.ts'
import { resourcesOf, type Template } from '../template/template.ts'

/** A request that IAM decides about: for each table and action of a datastore call, each event bus, a mail's sender, or a key. */
export interface AuthorizationRequest {
  /** With its service: `dynamodb:GetItem`. */
  readonly action: string
  readonly table: string
  readonly resource: string
  /** The condition keys that DynamoDB derives from the call; an absent key is not in the request. */
  readonly context: Readonly<Record<string, string | string[]>>
}

/** The partition key of each table by its name. */
export type PartitionKeys = ReadonlyMap<string, string>

export function partitionKeysOf(template: Template): PartitionKeys {
  const resolver = createResolver(template)
  return new Map(
    resourcesOf(template, 'AWS::DynamoDB::Table').map(([id, { Properties: own }]) => {
      const hash = own.KeySchema.find(({ KeyType }: { KeyType: string }) => KeyType === 'HASH')
      return [resolver.text(own.TableName ?? id), hash?.AttributeName ?? '']
    }),
  )
}

type Item = Record<string, Record<string, unknown>>
interface Input {
  readonly TableName?: string
  readonly IndexName?: string
  readonly Key?: Item
  readonly Keys?: Item[]
  readonly Item?: Item
  readonly ExpressionAttributeNames?: Record<string, string>
  readonly ExpressionAttributeValues?: Item
  readonly ReturnValues?: string
  readonly Select?: string
  readonly KeyConditionExpression?: string
  readonly ProjectionExpression?: string
  readonly [expression: `${string}Expression`]: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: batches and transactions of every shape
  readonly [other: string]: any
}

const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan'])
const WRITES_OF_ONE_ITEM = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'])
const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
}
const EXPRESSIONS = [
  'UpdateExpression',
  'ConditionExpression',
  'ProjectionExpression',
  'FilterExpression',
  'KeyConditionExpression',
] as const
/** Words of expressions that are no attributes; functions are followed by a parenthesis. */
const KEYWORD = /^(SET|REMOVE|ADD|DELETE|AND|OR|NOT|BETWEEN|IN)$/i

/**
 * The requests that IAM decides about for one datastore call.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 * @throws Error for an operation whose rights are not known here, such as PartiQL
 */
export function authorizationRequests(operation: string, input: Input, keys: PartitionKeys): AuthorizationRequest[] {
  if (operation === 'PutEvents')
    return [...new Set((input.Entries as { EventBusName: string }[]).map(({ EventBusName }) => EventBusName))].map(
      toBus,
    )
  if (operation === 'SendEmail') return toSender(input)
  if (operation === 'Sign' || operation === 'GetPublicKey') return [toKey(operation, input)]
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem')
    return Object.entries(input.RequestItems as Record<string, Input>).map(([TableName, items]) =>
      requestOf(operation, { ...(Array.isArray(items) ? { Keys: writtenItems(items) } : items), TableName }, keys),
    )
  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems')
    return (input.TransactItems as Record<string, Input>[]).flatMap((element) =>
      Object.entries(element).map(([kind, each]) => {
        const request = requestOf(TRANSACTION_ACTIONS[kind] ?? kind, each, keys)
        return { ...request, context: { ...request.context, 'dynamodb:EnclosingOperation': operation } }
      }),
    )
  if (input.TableName === undefined) throw new Error(`The rehearsal does not know which rights ${operation} needs.`)
  return [requestOf(operation, input, keys)]
}

const toBus = (bus: string): AuthorizationRequest => ({
  action: 'events:PutEvents',
  table: `the bus ${bus}`,
  resource: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${bus}`,
  context: {},
})

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
const toKey = (operation: string, { KeyId, MessageType, SigningAlgorithm }: Input): AuthorizationRequest => ({
  action: `kms:${operation}`,
  table: `the key ${KeyId}`,
  resource: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${KeyId}`,
  context: operation === 'Sign' ? { 'kms:MessageType': MessageType, 'kms:SigningAlgorithm': SigningAlgorithm } : {},
})

/** @see https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html */
function toSender({ FromEmailAddress, ConfigurationSetName, Destination }: Input): AuthorizationRequest[] {
  const [, name, address = ''] = /^(?:(.*?) ?<)?([^<>]+)>?$/.exec(FromEmailAddress) ?? []
  const context = {
    'ses:ApiVersion': '2',
    'ses:FromAddress': address,
    ...(name && { 'ses:FromDisplayName': name.replace(/^"(.*)"$/, '$1') }),
    'ses:Recipients': Destination?.ToAddresses ?? [],
  }
  const resources = [
    `identity/${address}`,
    ...(ConfigurationSetName ? [`configuration-set/${ConfigurationSetName}`] : []),
  ]
  return resources.map((resource) => ({
    action: 'ses:SendEmail',
    table: `the ${resource.replace('/', ' ')}`,
    resource: `arn:aws:ses:${REGION}:${ACCOUNT}:${resource}`,
    context,
  }))
}

const writtenItems = (items: readonly { PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } }[]) =>
  items.flatMap(({ PutRequest, DeleteRequest }) => [PutRequest?.Item ?? DeleteRequest?.Key ?? {}])

function requestOf(action: string, input: Input, keys: PartitionKeys): AuthorizationRequest {
  const table = tableName(input.TableName ?? '')
  const items = [input.Key, input.Item, ...(input.Keys ?? [])].filter((item) => item !== undefined)
  const isRead = READS.has(action)
  const projected = input.ProjectionExpression !== undefined
  const attributes = new Set([...items.flatMap(Object.keys), ...EXPRESSIONS.flatMap((name) => namesIn(input, name))])
  const leading = leadingKeys(input, items, keys.get(table) ?? '')
  // Without a projection a read accesses all attributes, which DynamoDB expresses by dynamodb:Select alone.
  const named = isRead && !projected ? [] : [...attributes].sort()
  const select = input.Select ?? (projected ? 'SPECIFIC_ATTRIBUTES' : 'ALL_ATTRIBUTES')
  return {
    action: `dynamodb:${action}`,
    table,
    resource: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table}${input.IndexName ? `/index/${input.IndexName}` : ''}`,
    context: {
      ...(named.length > 0 && { 'dynamodb:Attributes': named }),
      ...(leading.length > 0 && { 'dynamodb:LeadingKeys': leading }),
      ...(isRead && { 'dynamodb:Select': select }),
      ...(WRITES_OF_ONE_ITEM.has(action) && { 'dynamodb:ReturnValues': input.ReturnValues ?? 'NONE' }),
    },
  }
}

const tableName = (nameOrArn: string) => nameOrArn.replace(/^arn:.*:table\//, '')

function namesIn(input: Input, expression: (typeof EXPRESSIONS)[number]): string[] {
  const names = input.ExpressionAttributeNames ?? {}
  const words = input[expression]?.matchAll(/(?<![\w#:.])(#?[A-Za-z_]\w*)(?!\w*\s*\()/g) ?? []
  return [...words].flatMap(([, word = '']) => (KEYWORD.test(word) ? [] : [names[word] ?? word]))
}

function leadingKeys(input: Input, items: readonly Item[], key: string): string[] {
  const values = items.flatMap((item) => textOf(item[key]))
  const names = Object.entries(input.ExpressionAttributeNames ?? {}).filter(([, name]) => name === key)
  const compared = [key, ...names.map(([placeholder]) => placeholder)].flatMap((name) => {
    const pattern = new RegExp(`(?<![\\w#])${RegExp.escape(name)}\\s*=\\s*(:\\w+)`)
    const [, placeholder = ''] = pattern.exec(input.KeyConditionExpression ?? '') ?? []
    return textOf(input.ExpressionAttributeValues?.[placeholder])
  })
  return [...new Set([...values, ...compared])]
}

const textOf = (value: Record<string, unknown> | undefined): string[] =>
  value === undefined ? [] : Object.values(value).map(String).slice(0, 1)
