// The real code without each of the model's rules, for the replay alone: what it must then see says that it looks.

/** What stands in a file, once, and what stands there then. */
export interface Edit {
  readonly file: string
  readonly from: string
  readonly to: string
}

export interface Mutation {
  readonly edits: readonly Edit[]
  /** What the replay must say, as the model does. */
  readonly shows: RegExp
  /** Steps of the schedule that this code has no call for, though it has not the rule either. */
  readonly leavesOut?: readonly string[]
}

/** In a file of the service's. */
export const in_ = (file: string, from: string, to: string): Edit => ({ file: `lib/${file}`, from, to })
export const mutation = (shows: RegExp, ...edits: Edit[]): Mutation => ({ shows, edits })
export const but = (leavesOut: readonly string[], mutation: Mutation): Mutation => ({ ...mutation, leavesOut })

/** A Query that a replica may answer. */
export const STRONG_QUERY = in_(
  'dynamodb/session-store.ts',
  '          ConsistentRead: true,\n          ExclusiveStartKey',
  '          ExclusiveStartKey',
)

/** The source of a file with the edits in it. @throws Error where it has changed under them. */
export function mutated({ edits }: Mutation, file: string, source: string): string {
  return edits
    .filter((edit) => edit.file === file)
    .reduce((text, { from, to }) => {
      if (text.split(from).length !== 2) throw new Error(`${file} no longer has, once: ${from}`)
      return text.replace(from, () => to)
    }, source)
}
