// Items of a table, which are never changed in place, and the conditions of writes, as data.

export type Value = string | number | boolean | undefined | readonly string[] | Item
export type Item = { readonly [name: string]: Value }
export type Store = Readonly<Record<string, Item>>

export type Condition =
  | { readonly is: 'present' | 'absent' }
  /** `undefined` as the value: the attribute is absent. */
  | { readonly path: string; readonly equals: string | number | undefined }
  | { readonly path: string; readonly below: number }
  | { readonly path: string; readonly contains: string }
  | { readonly any: readonly Condition[] }
  | { readonly all: readonly Condition[] }

export const PRESENT: Condition = { is: 'present' }
export const ABSENT: Condition = { is: 'absent' }
export const equal = (path: string, equals: string | number | undefined): Condition => ({ path, equals })
export const none = (path: string): Condition => ({ path, equals: undefined })
export const below = (path: string, most: number): Condition => ({ path, below: most })
export const contains = (path: string, value: string): Condition => ({ path, contains: value })
export const any = (...conditions: readonly (Condition | undefined)[]): Condition => ({
  any: conditions.filter((condition) => condition !== undefined),
})

function at(item: Item | undefined, path: string): Value {
  let value: Value = item
  for (const name of path.split('.')) value = (value as Item | undefined)?.[name]
  return value
}

export function holds(condition: Condition, item: Item | undefined): boolean {
  if ('is' in condition) return (item === undefined) === (condition.is === 'absent')
  if ('all' in condition) return condition.all.every((each) => holds(each, item))
  if ('any' in condition) return condition.any.some((each) => holds(each, item))
  const value = at(item, condition.path)
  if ('equals' in condition) return value === condition.equals
  if ('below' in condition) return typeof value === 'number' && value < condition.below
  return Array.isArray(value) && value.includes(condition.contains)
}

/** The parts of an UpdateItem. Paths lead into maps: `passkeys.k1`. */
export interface Parts {
  readonly set?: Readonly<Record<string, Value>>
  readonly remove?: readonly string[]
  /** Adds one to a number. */
  readonly count?: string
  /** Puts a value into a set. */
  readonly add?: { readonly path: string; readonly value: string }
  /** Takes a value out of a set. */
  readonly take?: { readonly path: string; readonly value: string }
}

function withPath(item: Item, [name = '', ...rest]: readonly string[], value: Value): Item {
  const next: Record<string, Value> = { ...item }
  const inner = rest.length > 0 ? withPath((next[name] ?? {}) as Item, rest, value) : value
  if (inner === undefined) delete next[name]
  else next[name] = inner
  return next
}

/** The item after an UpdateItem, which makes one where there was none. */
export function updated(item: Item | undefined, { set = {}, remove = [], count, add, take }: Parts): Item {
  let next = item ?? {}
  for (const [path, value] of Object.entries(set)) next = withPath(next, path.split('.'), value)
  for (const path of remove) if (at(next, path) !== undefined) next = withPath(next, path.split('.'), undefined)
  if (count) next = withPath(next, count.split('.'), Number(at(next, count) ?? 0) + 1)
  if (add) {
    const values = new Set([...((at(next, add.path) ?? []) as readonly string[]), add.value])
    next = withPath(next, add.path.split('.'), [...values].sort())
  }
  if (take) {
    const left = ((at(next, take.path) ?? []) as readonly string[]).filter((value) => value !== take.value)
    next = withPath(next, take.path.split('.'), left)
  }
  return next
}
