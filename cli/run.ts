import type { Context, ExitCode } from './command.ts'
import { unmaskDashedArgument } from './dashed-arguments.ts'
import { explainError } from './explain-error.ts'

/** Makes the action of a command: loads its module on demand and prints a known error as one sentence. */
export type Run = <Arguments extends unknown[]>(
  load: () => Promise<(context: Context, ...args: Arguments) => Promise<ExitCode>>,
) => (...args: Arguments) => Promise<void>

/** @param leave ends the process */
export function runner(context: Context, leave: (exitCode: ExitCode) => Promise<never>): Run {
  return (load) =>
    async (...args) => {
      const command = await load()
      try {
        return await leave(await command(context, ...(args.map(unmaskDashedArgument) as typeof args)))
      } catch (error) {
        const known = explainError(error)
        if (!known) throw error
        context.terminal.complain(known.text)
        await leave(known.exitCode)
      }
    }
}
