import { bar, count, openProgress } from '../progress.ts'
import { clean } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import type { Line } from './lines.ts'
import type { Outcome, Tally } from './tally.ts'

interface ReportOptions {
  readonly json: boolean
  readonly dryRun: boolean
  /** Bytes of the file, where it has an end that is known. */
  readonly size: number | undefined
  /** The stack's own. */
  readonly bcryptCost: number
  /** Since the import began. */
  readonly seconds: () => number
}

/** What an import says: for machines every line, for people each that was refused and how far it is; then a summary. */
export function openReport({ json, dryRun, size, bcryptCost, seconds }: ReportOptions, terminal: Terminal) {
  const { print } = terminal
  const progress = openProgress(terminal)
  return {
    line(outcome: Outcome, { position }: Line, tally: Tally): void {
      if (json) print(JSON.stringify(outcome))
      else if (outcome.outcome === 'refused') {
        progress.clear()
        print(`line ${outcome.line}: ${clean(outcome.reason)}`)
      }
      progress.update(() => {
        const lines = `${count(tally.lines, 'line')}, ${Math.round(tally.lines / seconds()).toLocaleString('en')} a second`
        return size === undefined ? lines : `${bar(position, size)}  ${lines}`
      })
    },

    summary(tally: Tally, { isInterrupted }: { isInterrupted: boolean }): void {
      progress.clear()
      const { counts, notes, withoutPassword, unread } = tally
      const took = Math.round(seconds() * 10) / 10
      if (json) {
        const summary = { ...counts, withoutPassword, ...notes, unread, dryRun, isInterrupted, seconds: took }
        print(JSON.stringify({ summary }))
        return
      }
      const made = dryRun ? `${counts.importable.toLocaleString('en')} could be` : counts.created.toLocaleString('en')
      const [existing, refused] = [counts.existing, counts.refused].map((number) => number.toLocaleString('en'))
      print(`${made} created, ${existing} there already, ${refused} refused, in ${took} seconds`)
      if (withoutPassword > 0)
        print(`${count(withoutPassword, 'user')} without a password: nobody can sign in as them.`)
      if (notes.cheap > 0)
        print(`${count(notes.cheap, 'hash', 'hashes')} of a cost below 10: the next login of each raises it.`)
      if (notes.costly > 0)
        print(
          `${count(notes.costly, 'hash', 'hashes')} of a cost above BCRYPT_COST (${bcryptCost}): until the next login of each it takes longer than others, which tells that there is such an account.`,
        )
      if (unread.length > 0) print(`Fields that were not read: ${clean(unread.join(', '))}`)
      if (dryRun) print('Nothing was written.')
      if (isInterrupted) terminal.complain('Interrupted: run it again, and it goes on where it ended.')
    },
  }
}
