import { Failure, type StackOptions } from './command.ts'
import { Interruption } from './interruption.ts'
import type { NewPassword } from './password.ts'
import { conclude, type Terminal } from './terminal.ts'

// A generated password is printed before it takes effect: wherever the process ends, no account has a password that
// nobody has seen. Its JSON document is written in two parts, so that a script cannot read the password of a change that
// failed afterwards.

type Output = Pick<Terminal, 'deliver' | 'complain' | 'interruption'>

/** A result with a password: `lines` as text, or `document` as JSON. */
interface Result {
  readonly lines: string
  readonly document: object
}

/** @throws Failure before anything is done, if standard output would lose a generated password */
export function assertVisible({ isDiscarded }: Pick<Terminal, 'isDiscarded'>): void {
  if (isDiscarded)
    throw new Failure(
      'output_discarded',
      'Standard output is closed or the null device: nobody would see the generated password. Nothing was changed.',
      'Print it to a terminal or a pipe, or set one with --password-stdin.',
    )
}

/**
 * Prints a generated password, then makes the change that gives it effect, then prints the result.
 * @param change writes the password; it is not called if the password cannot be printed
 * @throws Failure if the password cannot be printed. @throws Interruption before anything is done.
 */
export async function changeAfterShowing<Changed>(
  { password, generated }: NewPassword,
  change: () => Promise<Changed>,
  resultOf: (changed: Changed) => Result,
  { json }: StackOptions,
  terminal: Output,
): Promise<void> {
  terminal.interruption.throwIfAborted()
  if (generated) await show(password.reveal(), json === true, terminal)
  const { lines, document } = resultOf(await change())
  if (!json) return conclude(terminal, lines)
  const text = JSON.stringify(document)
  return conclude(terminal, generated ? text.slice(1) : text, text)
}

async function show(password: string, json: boolean, { deliver }: Output): Promise<void> {
  const text = `Password: ${password}\nThis password is shown once and is not stored.\n`
  try {
    await deliver(json ? `{"password":${JSON.stringify(password)},` : text)
  } catch (error) {
    if (!(error instanceof Interruption)) throw error
    const { code, reason } = error
    throw new Failure(
      code,
      `The generated password cannot be printed (${reason}). Nothing was changed.`,
      'Print it to a terminal or a pipe that is read, or set one with --password-stdin.',
    )
  }
}
