import { CommandError, type CommandErrorCode, type ExitCode } from './command-error.ts'

// Why a command ends before all is done. The work in progress is completed, so that nothing is half done.

const AGAIN = 'The work in progress was completed, and nothing else was begun. Run the command again to do the rest.'

/** The reason of an interruption, with the exit code of the command. */
export class Interruption extends CommandError {
  override readonly name = 'Interruption'
  /** Without the sentence around it. */
  readonly reason: string
  readonly exitCode: ExitCode
  constructor(code: CommandErrorCode, problem: string, reason: string, exitCode: ExitCode) {
    super(code, problem, AGAIN)
    this.reason = reason
    this.exitCode = exitCode
  }
}

/** Ctrl-C, `kill`, or the end of the terminal. */
export function interruptedBy(signal: NodeJS.Signals): Interruption {
  return new Interruption('interrupted', `Interrupted by ${signal}.`, signal, 130)
}

/** Standard output cannot be written: its reader has closed it, the disk is full, the terminal is gone. */
export function outputFailed({ code = '', message }: NodeJS.ErrnoException): Interruption {
  const reason = message.includes(code) ? message : `${code}: ${message}`
  if (code === 'EPIPE')
    return new Interruption('output_closed', 'The reader of standard output closed it.', reason, 130)
  return new Interruption('output_failed', `Standard output cannot be written (${reason}).`, reason, 1)
}
