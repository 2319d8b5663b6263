/** 0: success; 1: failure; 2: wrong usage or configuration; 130: interrupted. */
export type ExitCode = 0 | 1 | 2 | 130

/** The codes of the errors, for scripts; docs/command-line.md lists the same. */
export const ERROR_CODES = [
  ...['wrong_usage', 'confirmation_needed', 'unknown_scope', 'invalid_configuration', 'no_stack', 'no_region'],
  ...['no_credentials', 'not_found', 'email_taken', 'password_rejected', 'conflict', 'declined', 'table_not_found'],
  ...['access_denied', 'credentials_rejected', 'unsupported', 'no_answer', 'rejected', 'unavailable'],
  ...[
    'file_unreadable',
    'file_invalid',
    'file_not_writable',
    'interrupted',
    'output_closed',
    'output_failed',
    'output_discarded',
    'missing_package',
  ],
  'unexpected',
] as const

export type CommandErrorCode = (typeof ERROR_CODES)[number]

/** An expected end of a command; `message` is the problem and the remedy, both in whole sentences. */
export abstract class CommandError extends Error {
  abstract readonly exitCode: ExitCode
  readonly code: CommandErrorCode
  readonly problem: string
  /** What to do next. */
  readonly remedy: string | undefined

  constructor(code: CommandErrorCode, problem: string, remedy?: string) {
    super(remedy === undefined ? problem : `${problem} ${remedy}`)
    this.code = code
    this.problem = problem
    this.remedy = remedy
  }
}

/** The command line was used wrongly; the message says what is accepted. Exit code 2. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError'
  readonly exitCode = 2
  constructor(problem: string, remedy?: string, code: CommandErrorCode = 'wrong_usage') {
    super(code, problem, remedy)
  }
}

/** The command failed for an expected reason; the message says what to do next. Exit code 1. */
export class Failure extends CommandError {
  override readonly name = 'Failure'
  readonly exitCode = 1
}
