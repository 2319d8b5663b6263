import type { HashNote } from './stored-hash.ts'

/** The result of a line. */
export type Outcome =
  | {
      readonly line: number
      /** `passwordAdded`: an existing user had no password and now has the one of the line. */
      readonly outcome: 'created' | 'existing' | 'passwordAdded'
      readonly userId: string
      readonly note?: HashNote
    }
  | { readonly line: number; readonly outcome: 'passwordAddable'; readonly userId: string; readonly note?: HashNote }
  | { readonly line: number; readonly outcome: 'importable'; readonly note?: HashNote }
  | { readonly line: number; readonly outcome: 'refused'; readonly reason: string }

const MAX_NAMES = 30
const MAX_NAME_LENGTH = 40

/** Counts of an import, in constant memory. */
export class Tally {
  readonly counts = { created: 0, importable: 0, existing: 0, passwordAdded: 0, passwordAddable: 0, refused: 0 }
  readonly notes: Record<HashNote, number> = { cheap: 0, costly: 0 }
  withoutPassword = 0
  readonly #unread = new Map<string, number>()

  add(outcome: Outcome): void {
    this.counts[outcome.outcome]++
    if ('note' in outcome && outcome.note) this.notes[outcome.note]++
  }

  /** Counts the lines with each field that was not read, for a limited number of names. */
  addUnread(names: readonly string[]): void {
    for (const name of names) {
      const short = name.slice(0, MAX_NAME_LENGTH)
      const counted = this.#unread.get(short) ?? 0
      if (counted > 0 || this.#unread.size < MAX_NAMES) this.#unread.set(short, counted + 1)
    }
  }

  /** The fields that were not read, each with the number of its lines. */
  get unread(): Record<string, number> {
    return Object.fromEntries(this.#unread)
  }

  get lines(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count)
  }
}
