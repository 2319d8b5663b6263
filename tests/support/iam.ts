// How IAM evaluates a condition block, for the operators that the templates use:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html

/** Condition keys of a request, such as `dynamodb:Attributes`; an absent key is not in the request. */
export type RequestContext = Readonly<Record<string, readonly string[] | undefined>>

/** Operators, each with its keys and the accepted values. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

type Operator = (values: readonly string[] | undefined, accepted: readonly string[]) => boolean

const equals = (value: string, accepted: readonly string[]) => accepted.includes(value)
const like = (value: string, accepted: readonly string[]) =>
  accepted.some((pattern) => new RegExp(`^${RegExp.escape(pattern).replaceAll('\\*', '.*')}$`, 's').test(value))

const OPERATORS: Readonly<Record<string, Operator>> = {
  Null: (values, [absent]) => (values === undefined) === (absent === 'true'),
  StringEquals: (values, accepted) => values?.some((value) => equals(value, accepted)) ?? false,
  StringEqualsIfExists: (values, accepted) => values?.some((value) => equals(value, accepted)) ?? true,
  // These hold if the key is absent.
  'ForAllValues:StringEquals': (values = [], accepted) => values.every((value) => equals(value, accepted)),
  'ForAllValues:StringLike': (values = [], accepted) => values.every((value) => like(value, accepted)),
  'ForAllValues:StringNotLike': (values = [], accepted) => values.every((value) => !like(value, accepted)),
}

/** Whether a request meets all conditions of a statement. @throws Error for an operator that is not implemented here */
export function meetsConditions(block: ConditionBlock, context: RequestContext): boolean {
  return Object.entries(block).every(([name, keys]) => {
    const operator = OPERATORS[name]
    if (!operator) throw new Error(`The condition operator ${name} is not implemented.`)
    return Object.entries(keys).every(([key, accepted]) => operator(context[key], [accepted].flat()))
  })
}

/** The keys that a `ForAllValues` condition compares and no `Null` condition requires. */
export function unguardedKeys(block: ConditionBlock): string[] {
  const required = Object.entries(block.Null ?? {}).filter(([, absent]) => absent === 'false')
  const guarded = new Set(required.map(([key]) => key))
  return Object.entries(block)
    .filter(([operator]) => operator.startsWith('ForAllValues:'))
    .flatMap(([, keys]) => Object.keys(keys))
    .filter((key) => !guarded.has(key))
}

/** Every condition block in a parsed template, at any depth. */
export function conditionBlocks(value: unknown): ConditionBlock[] {
  if (typeof value !== 'object' || value === null) return []
  const { Effect, Condition } = value as { Effect?: unknown; Condition?: ConditionBlock }
  const own = Effect !== undefined && Condition ? [Condition] : []
  return [...own, ...Object.values(value).flatMap(conditionBlocks)]
}

interface WireInput {
  Key?: object
  Item?: object
  UpdateExpression?: string
  ConditionExpression?: string
  ProjectionExpression?: string
  FilterExpression?: string
  ExpressionAttributeNames?: Record<string, string>
  ReturnValues?: string
  Select?: string
  RequestItems?: Record<string, BatchWrite[] | (WireInput & { Keys: Item[] })>
}

type Item = Record<string, { S?: string }>
type BatchWrite = { DeleteRequest?: { Key: Item }; PutRequest?: { Item: Item } }

const KEYWORDS = new Set([
  ...['SET', 'REMOVE', 'ADD', 'DELETE', 'AND', 'OR', 'IN'],
  ...['attribute_exists', 'attribute_not_exists', 'begins_with', 'contains'],
])
const READS = ['GetItem', 'BatchGetItem', 'Query', 'Scan']

/** The condition keys that DynamoDB derives from a call on a table with the partition key `pk`, `key`, `subject` or `id`. */
export function contextOf(operation: string, input: WireInput): RequestContext {
  const [batch] = Object.values(input.RequestItems ?? {})
  const reads = batch && !Array.isArray(batch) ? batch : input
  const items = [input.Key ?? input.Item ?? [], keysOf(batch)].flat() as Item[]
  const isRead = READS.includes(operation)
  const isProjected = reads.ProjectionExpression !== undefined
  const attributes = [...new Set([...items.flatMap(Object.keys), ...namesIn(reads)])].sort()
  const leadingKeys = items.flatMap(({ pk, key, subject, id }) => (pk ?? key ?? subject ?? id)?.S ?? [])
  return {
    'dynamodb:Attributes': attributes.length > 0 && (isProjected || !isRead) ? attributes : undefined,
    'dynamodb:LeadingKeys': leadingKeys.length > 0 ? leadingKeys : undefined,
    'dynamodb:ReturnValues': isRead ? undefined : [input.ReturnValues ?? 'NONE'],
    'dynamodb:Select': isRead ? [input.Select ?? (isProjected ? 'SPECIFIC_ATTRIBUTES' : 'ALL_ATTRIBUTES')] : undefined,
  }
}

function keysOf(batch: BatchWrite[] | (WireInput & { Keys: Item[] }) | undefined): Item[] {
  if (!batch) return []
  if (!Array.isArray(batch)) return batch.Keys
  return batch.flatMap(({ DeleteRequest, PutRequest }) => [DeleteRequest?.Key ?? PutRequest?.Item ?? {}])
}

function namesIn(input: WireInput): string[] {
  const names = input.ExpressionAttributeNames ?? {}
  const { UpdateExpression, ConditionExpression, ProjectionExpression, FilterExpression } = input
  return [UpdateExpression, ConditionExpression, ProjectionExpression, FilterExpression]
    .flatMap((expression) => expression?.match(/(?<![\w.#:])[#:]?\w+/g) ?? [])
    .filter((word) => !word.startsWith(':') && !KEYWORDS.has(word))
    .map((word) => names[word] ?? word)
}
