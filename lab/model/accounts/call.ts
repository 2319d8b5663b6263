import type { Condition, Item, Parts, Store } from './item.ts'
import type { Seen } from './seen.ts'

// What an operation asks for, one step each, and the state that these steps are made in.

/** One state. Only the step that makes it changes it. */
export interface Play {
  store: Store
  seen: Seen
  /** Both as short texts, until they are changed. */
  storeText: string
  seenText: string
  actors: Actor[]
  late: { readonly actor: string; readonly write: Write }[]
  /** How many answers may still be lost. */
  retry: number
}

export interface Actor {
  /** The answers so far, and the same as a short text. */
  readonly answers: readonly Answer[]
  readonly text: string
  readonly isRepeat: boolean
  /** `undefined` when the operation is done. */
  readonly call: Call | undefined
}

/** What the observer learns at the instant a write is applied. */
export type Landed = (seen: Seen, now: Item | undefined, before: Item | undefined, play: Play) => void

interface Conditional {
  readonly key: string
  readonly only: readonly Condition[]
  /** A write of one attempt: the SDK does not repeat it. */
  readonly once?: boolean
  readonly landed?: Landed | undefined
}
export type Write =
  | (Conditional & { readonly kind: 'put'; readonly item: Item })
  | (Conditional & { readonly kind: 'update'; readonly parts: Parts })
  | (Conditional & { readonly kind: 'delete' })

export type Call =
  | Write
  /** @property look what else the caller sees at the instant of the read: the clock, or what an observer has been told */
  | { readonly kind: 'get'; readonly key: string; readonly look?: (play: Play) => Item }
  /** Anything else that is one step: a mail is sent, rows are swept, time passes. */
  | { readonly kind: 'step'; readonly label: string; readonly change: (play: Play) => Item | undefined }

/** The answer to any call. */
export interface Answer {
  readonly item?: Item | undefined
  /** What `look` saw, or what the change of a step returned. */
  readonly saw?: Item | undefined
  readonly applied?: boolean
  /** The item before the write that was refused. */
  readonly old?: Item | undefined
  /** The write was made for the second time. */
  readonly repeated?: boolean
  /** The answer to a write of one attempt was lost. */
  readonly lost?: boolean
}

/** An operation, or a part of one: reads as the code does, and is given the answer to each call. */
export type Steps<Result> = Generator<Call, Result, Answer>

const VERBS = { get: 'GetItem', put: 'PutItem', update: 'UpdateItem', delete: 'DeleteItem' } as const
const TABLES: readonly [RegExp, string][] = [
  [/^(user|email|oidc|invitation)#/, 'users'],
  [/^session#/, 'sessions'],
  [/^outbox#/, 'outbox'],
  [/^/, 'attempts'], // counters, tickets, challenges, marks of provider sessions
]

/** `<operation> <table>: <key>` for a datastore call. */
export function labelOf(call: Call): string {
  if (call.kind === 'step') return call.label
  const [, table] = TABLES.find(([pattern]) => pattern.test(call.key)) ?? TABLES[0] ?? []
  return `${VERBS[call.kind]} ${table}: ${call.key}`
}

type WriteOptions = Pick<Conditional, 'once' | 'landed'>

export function* get<Kind extends Item>(key: string): Steps<Kind | undefined> {
  return (yield { kind: 'get', key }).item as Kind | undefined
}
export function* put(key: string, item: Item, only: readonly Condition[], options: WriteOptions = {}): Steps<Answer> {
  return yield { kind: 'put', key, item, only, ...options }
}
export function* update(
  key: string,
  parts: Parts,
  only: readonly Condition[],
  options: WriteOptions = {},
): Steps<Answer> {
  return yield { kind: 'update', key, parts, only, ...options }
}
export function* remove(key: string, only: readonly Condition[], options: WriteOptions = {}): Steps<Answer> {
  return yield { kind: 'delete', key, only, ...options }
}
export function* step<Kind extends Item>(
  label: string,
  change: (play: Play) => Kind | undefined,
): Steps<Kind | undefined> {
  return (yield { kind: 'step', label, change }).saw as Kind | undefined
}
