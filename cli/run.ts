import type { Command } from 'commander'
import type { Context, ExitCode } from './command.ts'
import { unmaskDashedArgument } from './dashed-arguments.ts'
import { explainAny, explainError } from './explain-error.ts'
import { type Terminal, withJsonNotes } from './terminal.ts'

/** Makes the action of a command: loads its module on demand and reports its errors. */
export type Run = <Arguments extends unknown[]>(
  load: () => Promise<(context: Context, ...args: Arguments) => Promise<ExitCode>>,
) => (...args: Arguments) => Promise<void>

/** @param leave ends the process */
export function runner({ environment, terminal }: Context, leave: (exitCode: ExitCode) => Promise<never>): Run {
  return (load) =>
    async (...args) => {
      const json = (args.at(-1) as Command).opts().json === true
      const context = { environment, terminal: json ? withJsonNotes(terminal) : terminal }
      const work = async () => (await load())(context, ...(args.map(unmaskDashedArgument) as typeof args))
      await leave(await complete(work, terminal, { json }))
    }
}

/** Runs a command; reports its error, or what interrupted it. Never throws. */
export async function complete(
  work: () => Promise<ExitCode>,
  terminal: Pick<Terminal, 'complain' | 'deliver' | 'interruption'>,
  format: { json: boolean },
): Promise<ExitCode> {
  const { interruption } = terminal
  const ended = await work().then(
    (exitCode) => ({ exitCode, error: undefined }),
    (error: unknown) => ({ exitCode: explainAny(error).exitCode, error }),
  )
  if (ended.error !== undefined) reportError(ended.error, terminal, format)
  await terminal.deliver('').catch(() => {}) // what was printed before is written, or has failed
  if (!interruption.aborted) return ended.exitCode
  const { reason } = interruption
  if (ended.error === undefined) reportError(reason, terminal, format)
  return explainError(reason)?.exitCode ?? 1
}

/** Prints an error on standard error: as text, or as one JSON object with `code`, `message` and `remedy`. */
export function reportError(
  error: unknown,
  { complain }: Pick<Terminal, 'complain'>,
  { json }: { json: boolean },
): void {
  const { code, message, remedy, text } = explainAny(error)
  complain(json ? JSON.stringify({ code, message, remedy }) : text)
}
