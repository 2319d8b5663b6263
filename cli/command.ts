import type { Environment } from '../lib/config-reader.ts'
import type { Terminal } from './terminal.ts'

/** What every command is given besides its arguments. */
export interface Context {
  readonly environment: Environment
  readonly terminal: Terminal
}

/** Done, failed, wrong usage. */
export type ExitCode = 0 | 1 | 2

/** Which stack, and for whom the answer is. */
export interface StackOptions {
  readonly stage?: string | undefined
  readonly region?: string | undefined
  readonly json?: boolean | undefined
}

/** Where something is taken away: not to be asked. */
export interface Destructive {
  readonly yes?: boolean | undefined
}

/** The command line was used wrongly; the message says how to go on. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** It could not be done, for a reason that is no fault of Coatcheck's; the message says how to go on. Exit code 1. */
export class Failure extends Error {
  override readonly name = 'Failure'
}
