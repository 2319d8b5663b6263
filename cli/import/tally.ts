import type { HashNote } from './stored-hash.ts'

/** The result of a line. */
export type Outcome =
  | {
      readonly line: number
      readonly outcome: 'created' | 'existing'
      readonly userId: string
      readonly note?: HashNote
    }
  | { readonly line: number; readonly outcome: 'importable'; readonly note?: HashNote }
  | { readonly line: number; readonly outcome: 'refused'; readonly reason: string }

const MAX_NAMES = 30
const MAX_NAME_LENGTH = 40

/** Counts of an import, in constant memory. */
export class Tally {
  readonly counts = { created: 0, importable: 0, existing: 0, refused: 0 }
  readonly notes: Record<HashNote, number> = { cheap: 0, costly: 0 }
  withoutPassword = 0
  readonly #unread = new Set<string>()

  add(outcome: Outcome): void {
    this.counts[outcome.outcome]++
    if ('note' in outcome && outcome.note) this.notes[outcome.note]++
  }

  /** Collects the names of ignored fields, up to a limit. */
  addUnread(names: readonly string[]): void {
    for (const name of names) if (this.#unread.size < MAX_NAMES) this.#unread.add(name.slice(0, MAX_NAME_LENGTH))
  }

  get unread(): string[] {
    return [...this.#unread]
  }

  get lines(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count)
  }
}
