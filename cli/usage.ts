import type { CommanderError } from 'commander'
import { UsageError } from './command.ts'

/** An error of the parser of arguments, which has printed it as text already. */
export function explainUsage({ message }: CommanderError): UsageError {
  const problem = message.replace(/^error: /, '').replace(/\s+/g, ' ')
  return new UsageError(
    `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`,
    'Add --help to the command: it lists its arguments and options.',
  )
}
