import { count, openProgress } from '../progress.ts'
import { sanitize } from '../table.ts'
import { conclude, type Terminal } from '../terminal.ts'
import type { Line } from './lines.ts'
import type { Outcome, Tally } from './tally.ts'

interface ReportOptions {
  readonly json: boolean
  readonly dryRun: boolean
  /** Bytes of the file, if known. */
  readonly size: number | undefined
  /** `BCRYPT_COST` of the stack. */
  readonly bcryptCost: number
  /** Seconds since the import began. */
  readonly seconds: () => number
}

/** Prints the results of an import: as JSON each line, as text the refused lines and the progress; then a summary. */
export function openReport({ json, dryRun, size, bcryptCost, seconds }: ReportOptions, terminal: Terminal) {
  const { print } = terminal
  const progress = openProgress(terminal, size)
  return {
    line(outcome: Outcome, { position }: Line, tally: Tally): void {
      if (json) print(JSON.stringify(outcome))
      else if (outcome.outcome === 'refused') {
        progress.clear()
        print(`line ${outcome.line}: ${sanitize(outcome.reason)}`)
      }
      progress.update(() => {
        const linesPerSecond = Math.round(tally.lines / seconds())
        return `${count(tally.lines, 'line')}, ${linesPerSecond.toLocaleString('en')} a second`
      }, position)
    },

    summary(tally: Tally, { isInterrupted }: { isInterrupted: boolean }): Promise<void> {
      progress.clear()
      const lines: string[] = []
      const print = (line: string) => void lines.push(line)
      const { counts, notes, withoutPassword, unread } = tally
      const duration = Math.round(seconds() * 10) / 10
      if (json) {
        const summary = { ...counts, withoutPassword, ...notes, unread, dryRun, isInterrupted, seconds: duration }
        return conclude(terminal, JSON.stringify({ summary }))
      }
      const made = dryRun ? `${counts.importable.toLocaleString('en')} can be` : counts.created.toLocaleString('en')
      const [existing, refused] = [counts.existing, counts.refused].map((number) => number.toLocaleString('en'))
      print(`${made} created, ${existing} existing, ${refused} refused, in ${duration} seconds`)
      const completed = counts.passwordAdded + counts.passwordAddable
      if (completed > 0)
        print(
          `${count(completed, 'existing user')} without a password ${dryRun ? 'would get' : 'got'} the hash of their line.`,
        )
      if (withoutPassword > 0)
        print(`${count(withoutPassword, 'user')} without a password, who cannot sign in until one is set.`)
      if (notes.cheap > 0)
        print(
          `${count(notes.cheap, 'hash', 'hashes')} cheaper than bcrypt with cost 10: the next login of the user replaces it.`,
        )
      if (notes.costly > 0)
        print(
          `${count(notes.costly, 'hash', 'hashes')} slower than bcrypt with BCRYPT_COST (${bcryptCost}): until the next login of the user, a login takes longer, which reveals that the account exists.`,
        )
      const notRead = Object.entries(unread).map(([name, lines]) => `${name} (${lines.toLocaleString('en')})`)
      if (notRead.length > 0) print(`Fields that were not read, with their lines: ${sanitize(notRead.join(', '))}`)
      if (dryRun) print('Nothing was written.')
      return conclude(terminal, lines.join('\n'))
    },
  }
}
