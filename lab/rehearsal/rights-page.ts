import type { Judgement, UsedRight } from './rights/judge.ts'
import { attributesOf, leadingKeysOf, type Role, type Statement } from './rights/roles.ts'
import type { PackagedFunction } from './template/packaged-function.ts'

/** What Lambda itself does with a function's role, which the function's code never does. */
const OF_LAMBDA = new Set([
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
])

/** Whether no call of the rehearsal used a right or one of its attributes, although the function's code could. */
export const isUnused = ({ action, uses, unusedAttributes }: UsedRight): boolean =>
  !OF_LAMBDA.has(action) && (uses === 0 || unusedAttributes.length > 0)

/** `docs/rights.md`: each function's role, action by action. */
export function rightsPage(
  { rights }: Judgement,
  roles: ReadonlyMap<string, Role>,
  functions: readonly PackagedFunction[],
  engine: string,
): string {
  const unused = rights.filter(isUnused)
  const lines = [
    '# Rights of each function',
    '',
    'Written by `npm run rehearse -- --write`. Each function has a role of its own. The rehearsal runs the packaged',
    `functions on AWS's runtime client and ${engine}, and puts every datastore call that they make to a policy simulator,`,
    'under the role of the function that made it, as well as the calls of EventBridge and SES. Every call was allowed. IAM',
    'itself has not decided about any of them',
    '([verify-on-aws.md](verify-on-aws.md#rights)).',
    '',
    'A right is limited to the attributes and keys of its row. Each role may also write to its own log group.',
    '',
    '| function | action | table | attributes | keys | used |',
    '|---|---|---|---|---|---|',
  ]
  for (const { name, roleId } of functions.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const held = rights.filter((right) => right.roleId === roleId)
    const others = othersOf(roles.get(roleId ?? ''))
    if (held.length + others.length === 0) lines.push(`| ${name} | none | | | | |`)
    for (const right of held) lines.push(row(name, right))
    for (const other of others) lines.push(`| ${name} | ${other} | | | | by Lambda |`)
  }
  lines.push('', '## Rights that no call used', '')
  if (unused.length === 0) lines.push('None.')
  else
    lines.push(
      'Reads for the cause of a failed condition, which DynamoDB returns with the failure and other engines do not; `by` of',
      'activity, in functions whose caller acts on the own account alone; and the mark of a used factor, in functions that use',
      'none:',
      '',
    )
  for (const right of unused) lines.push(`- ${nameOf(functions, right.roleId)}: ${describeUnused(right)}`)
  return `${lines.join('\n')}\n`
}

/** What of a right no call used. */
export function describeUnused({ action, statement, uses, unusedAttributes }: UsedRight): string {
  const keys = keysOf(statement).map((key) => ` of ${key}`)
  const attributes = uses === 0 ? '' : `, attributes ${unusedAttributes.map(code).join(' ')}`
  return `${short(action)} on ${tableOf(statement.Resource)}${keys}${attributes}`
}

function row(name: string, right: UsedRight): string {
  const { action, statement } = right
  if (!action.startsWith('dynamodb:')) return `| ${name} | ${action} | | | | ${right.uses > 0 ? 'yes' : 'no'} |`
  const attributes = attributesOf(statement)?.map(code).join(' ') ?? 'all'
  const used = OF_LAMBDA.has(action) ? 'by Lambda' : right.uses > 0 ? 'yes' : 'no'
  return `| ${name} | ${short(action)} | ${tableOf(statement.Resource)} | ${attributes} | ${keysOf(statement).join(' ')} | ${used} |`
}

const othersOf = (role: Role | undefined): string[] =>
  (role?.statements ?? []).flatMap(({ Action }) =>
    Action.filter((action) => !/^(dynamodb|events|ses|logs):/.test(action)),
  )

const keysOf = (statement: Statement): string[] => (leadingKeysOf(statement) ?? []).map(code)
const code = (text: string) => `\`${text}\``
const short = (action: string) => action.replace('dynamodb:', '')
const tableOf = (resources: readonly string[]) =>
  resources
    .map((arn) => /table\/(?:[\w.]+-)*([\w.]+)(\/stream)?/.exec(arn)?.slice(1).join('').replace('/', ' ') ?? arn)
    .join(', ')
const nameOf = (functions: readonly PackagedFunction[], roleId: string) =>
  functions
    .filter((each) => each.roleId === roleId)
    .map(({ name }) => name)
    .join(', ')
