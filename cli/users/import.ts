import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { startDeadline } from '../../lib/deadline.ts'
import { monotonicMilliseconds } from '../../lib/system.ts'
import type { UserId } from '../../lib/user.ts'
import { type Context, type ExitCode, type StackOptions, UsageError } from '../command.ts'
import { explain } from '../failure.ts'
import { importUsers } from '../import/import-users.ts'
import { type Line, readLines } from '../import/lines.ts'
import { openReport } from '../import/report.ts'
import { COMMAND_SECONDS, withStack } from '../open.ts'
import type { Terminal } from '../terminal.ts'

interface Options extends StackOptions {
  readonly dryRun?: boolean
}

const NOBODY = '-'.repeat(21) as UserId

/** `users import <file>`: a user for each line of JSON, of a file or with `-` of standard input. */
export function importFile(context: Context, file: string, options: Options): Promise<ExitCode> {
  const { terminal } = context
  const { dryRun = false, json = false } = options
  return withStack(context, options, {}, async ({ config, users }) => {
    const size = await sizeOf(file)
    await users.get(NOBODY, startDeadline(COMMAND_SECONDS)) // whether there is a stack at all is said once, and now
    const { bcryptCost, pepperVersion, previousPepper } = config.password
    const pepperVersions = previousPepper ? [pepperVersion, pepperVersion - 1] : [pepperVersion]
    const signal = terminal.interruption()
    const begun = monotonicMilliseconds()
    const seconds = () => (monotonicMilliseconds() - begun) / 1000
    const report = openReport({ json, dryRun, size, bcryptCost, seconds }, terminal)
    const { tally, failure } = await importUsers(linesOf(file, terminal, signal), {
      users,
      hashing: { bcryptCost, pepperVersions },
      dryRun,
      signal,
      report: report.line,
    })
    report.summary(tally, { isInterrupted: signal.aborted })
    if (failure === undefined) return tally.counts.refused > 0 || signal.aborted ? 1 : 0
    terminal.complain('The import ended early: run it again, and it goes on where it ended.')
    terminal.complain(explain(failure)?.text ?? (failure as Error).message)
    return 1
  })
}

/** @throws UsageError when there is no such file. `undefined` where the end cannot be known. */
async function sizeOf(file: string): Promise<number | undefined> {
  if (file === '-') return undefined
  try {
    const found = await stat(file)
    if (!found.isDirectory()) return found.isFile() ? found.size : undefined
  } catch (error) {
    throw new UsageError(`${JSON.stringify(file)} cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
  throw new UsageError(`${JSON.stringify(file)} is a folder: name a file of JSON lines, or - for standard input.`)
}

function linesOf(file: string, { input }: Terminal, signal: AbortSignal): AsyncGenerator<Line> {
  return readLines(addAbortSignal(signal, file === '-' ? input : createReadStream(file)))
}
