import type { Context, ExitCode } from './command.ts'
import { explain } from './failure.ts'
import { unmaskId } from './id-arguments.ts'

/** Makes an action of a command that is loaded when it is asked for; what it throws is said in a sentence. */
export type Run = <Arguments extends unknown[]>(
  load: () => Promise<(context: Context, ...args: Arguments) => Promise<ExitCode>>,
) => (...args: Arguments) => Promise<void>

/** @param leave ends the process. */
export function runner(context: Context, leave: (exitCode: ExitCode) => Promise<never>): Run {
  return (load) =>
    async (...args) => {
      const command = await load()
      try {
        return await leave(await command(context, ...(args.map(unmaskId) as typeof args)))
      } catch (error) {
        const known = explain(error)
        if (!known) throw error
        context.terminal.complain(known.text)
        await leave(known.exitCode)
      }
    }
}
