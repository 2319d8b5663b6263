import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { startDeadline } from '../../lib/deadline.ts'
import { monotonicMilliseconds } from '../../lib/system.ts'
import type { UserId } from '../../lib/user.ts'
import { type Context, type ExitCode, Failure, type StackOptions, UsageError } from '../command.ts'
import { readCsvLines } from '../import/csv-lines.ts'
import { plainNames } from '../import/field-values.ts'
import { readFirebaseHashConfig } from '../import/firebase-hash-config.ts'
import { importUsers } from '../import/import-users.ts'
import { type Line, readLines } from '../import/lines.ts'
import { openReport } from '../import/report.ts'
import { COMMAND_SECONDS, withStack } from '../stack.ts'
import type { Terminal } from '../terminal.ts'

interface Options extends StackOptions {
  readonly dryRun?: boolean
  readonly firebaseHashConfig?: string
  readonly format?: string
  /** Names of fields, separated by commas. */
  readonly ignoreFields?: string
}

/** An id that no user has. */
const UNKNOWN_USER = '-'.repeat(21) as UserId

/** `users import <file>`: creates a user for each line of JSON or CSV in a file, or for `-` in standard input. */
export function importFile(context: Context, file: string, options: Options): Promise<ExitCode> {
  const { terminal } = context
  const { dryRun = false, json = false, firebaseHashConfig, ignoreFields = '' } = options
  const isCsv = readFormat(file, options.format)
  return withStack(context, options, {}, async ({ config, users }) => {
    const size = await sizeOf(file)
    const firebase = firebaseHashConfig === undefined ? undefined : await readFirebaseHashConfig(firebaseHashConfig)
    await users.get(UNKNOWN_USER, startDeadline(COMMAND_SECONDS)) // fails before the first line if the stack does not answer
    const { bcryptCost, pepperVersion, previousPepper } = config.password
    const pepperVersions = previousPepper ? [pepperVersion, pepperVersion - 1] : [pepperVersion]
    const signal = terminal.interruption
    const startedAt = monotonicMilliseconds()
    const seconds = () => (monotonicMilliseconds() - startedAt) / 1000
    const report = openReport({ json, dryRun, size, bcryptCost, seconds }, terminal)
    const { tally, failure } = await importUsers(linesOf(file, isCsv, terminal, signal), {
      users,
      rules: { bcryptCost, pepperVersions, firebase, ignored: readNames(ignoreFields) },
      dryRun,
      signal,
      report: report.line,
    })
    await report.summary(tally, { isInterrupted: signal.aborted })
    if (failure === undefined) return tally.counts.refused > 0 ? 1 : 0
    terminal.complain('The import stopped early: correct the cause and run it again to continue.')
    throw isFileError(failure)
      ? new Failure('file_unreadable', `The file cannot be read (${failure.message}).`)
      : failure
  })
}

const isFileError = (error: unknown): error is Error => error instanceof Error && 'syscall' in error

/** The size of a file; `undefined` for a stream. @throws UsageError if the file cannot be read. */
async function sizeOf(file: string): Promise<number | undefined> {
  if (file === '-') return undefined
  try {
    const found = await stat(file)
    if (!found.isDirectory()) return found.isFile() ? found.size : undefined
  } catch (error) {
    throw new UsageError(
      `Cannot read ${JSON.stringify(file)} (${(error as NodeJS.ErrnoException).code}).`,
      'Give a file of JSON lines or CSV, or - for standard input.',
    )
  }
  throw new UsageError(
    `${JSON.stringify(file)} is a folder.`,
    'Give a file of JSON lines or CSV, or - for standard input.',
  )
}

/** Whether the file is CSV. @throws UsageError for an unknown format */
function readFormat(file: string, format = /\.csv$/i.test(file) ? 'csv' : 'jsonl'): boolean {
  if (format === 'csv' || format === 'jsonl') return format === 'csv'
  throw new UsageError(`Unknown format ${JSON.stringify(format)}.`, 'Expected jsonl or csv.')
}

/** Reads names of fields, separated by commas. */
function readNames(text: string): ReadonlySet<string> {
  return new Set(plainNames(...text.split(',')).filter((name) => name !== ''))
}

function linesOf(file: string, isCsv: boolean, { input }: Terminal, signal: AbortSignal): AsyncGenerator<Line> {
  const stream = addAbortSignal(signal, file === '-' ? input : createReadStream(file))
  return isCsv ? readCsvLines(stream) : readLines(stream)
}
