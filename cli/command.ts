import type { Environment } from '../lib/environment.ts'
import type { Terminal } from './terminal.ts'

/** Environment and streams of a command. */
export interface Context {
  readonly environment: Environment
  readonly terminal: Terminal
}

/** 0: success; 1: failure; 2: wrong usage. */
export type ExitCode = 0 | 1 | 2

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

/** The command line was used wrongly; the message says what is accepted. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command failed for an expected reason; the message says what to do next. Exit code 1. */
export class Failure extends Error {
  override readonly name = 'Failure'
}
