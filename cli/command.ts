import type { Environment } from '../lib/environment.ts'
import type { Terminal } from './terminal.ts'

export { CommandError, type CommandErrorCode, type ExitCode, Failure, UsageError } from './command-error.ts'

/** Environment and streams of a command. */
export interface Context {
  readonly environment: Environment
  readonly terminal: Terminal
}

/** The stack that a command works on, and the form of its output. */
export interface StackOptions {
  readonly stage?: string | undefined
  readonly region?: string | undefined
  readonly json?: boolean | undefined
}

/** Options of a command that revokes or deletes. */
export interface Destructive {
  /** Skips the question. */
  readonly yes?: boolean | undefined
}
