import type { Input } from './gate.ts'
import type { HeldCall } from './player.ts'

// Matches steps of the model with calls of the real code.

/** The fate of a call. */
type How = 'again' | 'answer lost' | 'late' | 'lands late' | 'stale' | undefined

/** A step: `<operation> <table>`, after a colon which of several such calls, after a comma its fate. */
export interface Label {
  readonly call: string
  readonly operation: string
  readonly table: string
  readonly which: string
  readonly how: How
}

/** Values of this replay that distinguish calls. */
export interface Marks {
  /** The key under which the attempts at the account are counted. */
  readonly account: string
  /** The sessions that exist at the beginning. */
  readonly first: ReadonlySet<string>
}

const LABEL = /^(\w+)(?: (\w+)(?:: ([^,]+))?)?(?:, (again|answer lost|late|lands late))?$/

/** @throws Error for a step that the replay does not know */
export function labelOf(step: string): Label {
  const [, operation, table = '', which = '', how] = LABEL.exec(step) ?? []
  if (operation === undefined) throw new Error(`Unknown form of a step: "${step}"`)
  if (which === 'stale') return { call: `${operation} ${table}`, operation, table, which: '', how: 'stale' }
  const label = { operation, table, which, how: how as How }
  const call = `${[operation, table].filter(Boolean).join(' ')}${which && `: ${which}`}`
  if (which && !(call in WHICH)) throw new Error(`No call is known for the step "${step}": add it to WHICH.`)
  return { call, ...label }
}

type Is = (input: Input, marks: Marks, after: string) => boolean

const isUser: Is = ({ Key, Item }) => (Key ?? Item)?.pk?.S.startsWith('user#') === true
const isPointer: Is = (...call) => !isUser(...call)
const isSecondRead: Is = (input, marks, after) => isUser(input, marks, after) && after === 'PutItem sessions'
const isRead: Is = (...call) => isUser(...call) && !isSecondRead(...call)
const isOfFirst: Is = ({ Key }, { first }) => first.has(Key?.sessionId?.S ?? '')
const isCounter: Is = ({ Key }, { account }) => Key?.key?.S === account
const sets =
  (what: RegExp, but?: RegExp): Is =>
  ({ UpdateExpression: set = '' }) =>
    what.test(set) && !but?.test(set)

const WHICH: Readonly<Record<string, Is>> = {
  'GetItem users': isRead,
  'GetItem users: pointer': isPointer,
  'GetItem users: second read': isSecondRead,
  'GetItem users: owner': isRead,
  'GetItem users: holder': isRead,
  'PutItem users: user': isUser,
  'PutItem users: pointer': isPointer,
  'DeleteItem users: user': isUser,
  'DeleteItem users: own': isUser,
  'DeleteItem users: pointer': isPointer,
  'UpdateItem users': sets(/#changeId/, /#epoch/),
  'UpdateItem users: epoch': sets(/#epoch/),
  'UpdateItem users: hash': sets(/#passwordHash/, /#changeId/),
  'UpdateItem users: sweep': sets(/sweepPending = :no/),
  'DeleteItem sessions: own row': isOfFirst,
  'DeleteItem sessions: presented': isOfFirst,
  'DeleteItem sessions: the new row': (...call) => !isOfFirst(...call),
  'GetItem attempts': isCounter,
  'GetItem attempts: mark': (...call) => !isCounter(...call),
  'UpdateItem attempts': (...call) => isCounter(...call) && sets(/\+ :one/)(...call),
  'UpdateItem attempts: gives back': (...call) => isCounter(...call) && sets(/- :one/)(...call),
}

export function fits({ call, operation, table, how }: Label, held: HeldCall, marks: Marks): boolean {
  if (held.operation !== operation || held.table !== table) return false
  if (how === 'again' && held.attempt === 1) return false // a new decision is not a retry
  return WHICH[call]?.(held.input, marks, held.after) ?? true
}

/** The name of a call that no step matches. */
export function nameOf({ operation, table, input, attempt, after }: HeldCall, marks: Marks): string {
  const names = Object.keys(WHICH).filter((name) => name.startsWith(`${operation} ${table}`))
  const name = names.find((name) => WHICH[name]?.(input, marks, after)) ?? [operation, table].filter(Boolean).join(' ')
  return attempt > 1 ? `${name}, again` : name
}
