import { closeSync, createReadStream, openSync, writeSync } from 'node:fs'
import { OPERATIONS, type Operation, OUTCOMES } from './operation.ts'

export type { Operation } from './operation.ts'

// A history is a file with one JSON line an operation, in the order in which they were answered.

/** The writer keeps so much back, and a crash loses no more. */
const BUFFERED_CHARACTERS = 65_536

export interface HistoryWriter {
  append(operation: Operation): void
  flush(): void
  close(): void
}

/**
 * A new file of one generator's, which must not be there yet. Buffered, then written at once in whole lines: a crash
 * tears the last one at most. `close` flushes.
 */
export function openHistory(path: string): HistoryWriter {
  const file = openSync(path, 'ax')
  let lines = ''
  const flush = () => {
    for (let bytes = Buffer.from(lines); bytes.length > 0; ) bytes = bytes.subarray(writeSync(file, bytes))
    lines = ''
  }
  return {
    append(operation) {
      lines += `${JSON.stringify(operation)}\n`
      if (lines.length >= BUFFERED_CHARACTERS) flush()
    },
    flush,
    close() {
      flush()
      closeSync(file)
    },
  }
}

/**
 * Reads a history. A last line without its line feed was torn by a crash and is left out.
 * @throws SyntaxError naming file and line for anything else that is no operation.
 */
export async function readHistory(path: string): Promise<Operation[]> {
  const operations: Operation[] = []
  let rest = ''
  // Not readline: it ends lines at U+2028 too, which JSON leaves as it is.
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) operations.push(readLine(line, `${path}:${operations.length + 1}`))
  }
  return operations
}

/** Several generators' histories as one, in the order of invocation. The checker needs no order; readers like one. */
export function mergeHistories(histories: readonly (readonly Operation[])[]): Operation[] {
  return histories.flat().sort((a, b) => a.invoked - b.invoked || a.returned - b.returned)
}

type Test = (value: unknown) => boolean

const isText: Test = (value) => typeof value === 'string'
const isFlag: Test = (value) => typeof value === 'boolean'
const isWhole: Test = (value) => Number.isSafeInteger(value)
const isCount: Test = (value) => isWhole(value) && Number(value) >= 0
const isSid: Test = (value) => isText(value) || isWhole(value)
const isOneOf =
  (...values: readonly string[]): Test =>
  (value) =>
    values.includes(value as string)
const isListOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test)
const isRow: Test = (value) => {
  const { sid, epoch = 0, ...rest } = Object(value)
  return isSid(sid) && isWhole(epoch) && Object.keys(rest).length === 0
}

const NEEDED: Readonly<Record<string, Test>> = {
  run: isText,
  seq: isCount,
  op: isOneOf(...OPERATIONS),
  user: isText,
  intended: isWhole,
  invoked: isWhole,
  returned: isWhole,
  outcome: isOneOf(...OUTCOMES),
  status: isCount,
}

const OPTIONAL = new Map<string, Test>(
  Object.entries({
    sid: isSid,
    target: isSid,
    principal: isText,
    worker: isText,
    allowed: isCount,
    created: isSid,
    scopes: isListOf(isText),
    expiresAt: isWhole,
    endsAt: isWhole,
    password: isText,
    newPassword: isText,
    scope: isText,
    held: isFlag,
    active: isFlag,
    account: isText,
    verifications: isCount,
    rows: isListOf(isRow),
    epoch: isWhole,
    userStatus: isOneOf('active', 'disabled', 'absent'),
    sweepPending: isFlag,
    valid: isFlag,
    canaries: isCount,
  } satisfies Record<Exclude<keyof Operation, keyof typeof NEEDED>, Test> & Record<string, Test>),
)

/** Without which an operation says less than it seems to: the checker would pass over it in silence. */
const NEEDED_BY: Partial<Record<string, readonly (keyof Operation)[]>> = {
  logout: ['sid'],
  revoke: ['target'],
  introspect: ['target'],
  'password-change': ['password', 'newPassword'],
  'scope-removal': ['scope'],
  'scope-grant': ['scope'],
  'table-snapshot': ['rows'],
  kill: ['worker'],
}
const CREATING = ['login', 'reauthenticate', 'password-change', 'end-others']

function readLine(line: string, place: string): Operation {
  const fail = (problem: string): never => {
    throw new SyntaxError(`${place}: ${problem}`)
  }
  let value: Record<string, unknown>
  try {
    value = JSON.parse(line)
  } catch {
    return fail('is no JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail('is no operation')
  for (const field in NEEDED) if (!NEEDED[field]?.(value[field])) fail(`${field} is missing or wrong`)
  for (const field in value)
    if (!Object.hasOwn(NEEDED, field) && !OPTIONAL.get(field)?.(value[field])) fail(`${field} is unknown or wrong`)
  const operation = value as unknown as Operation
  const { op, outcome, invoked, returned, created } = operation
  if (returned < invoked) fail('returned before it was invoked')
  for (const field of NEEDED_BY[op] ?? []) if (operation[field] === undefined) fail(`${op} needs ${field}`)
  if (outcome === 'ok' && CREATING.includes(op) && created === undefined) fail(`${op} needs created`)
  if (outcome === 'ok' && op === 'introspect' && operation.active === undefined) fail('introspect needs active')
  return operation
}
