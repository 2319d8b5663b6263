import { type Destructive, Failure, UsageError } from './command.ts'
import type { Terminal } from './terminal.ts'

/**
 * Asks before an action that cannot be undone.
 * @throws Failure if the answer is not yes. @throws Interruption. @throws UsageError without a terminal and without `--yes`.
 */
export async function confirm(
  question: string,
  { yes = false }: Destructive,
  { ask, interruption }: Pick<Terminal, 'ask' | 'interruption'>,
): Promise<void> {
  if (yes) return
  if (!ask)
    throw new UsageError(question, 'There is no terminal to ask on: add --yes to continue.', 'confirmation_needed')
  const answer = await ask(`${question} [y/N] `)
  interruption.throwIfAborted()
  if (/^y(es)?$/i.test(answer.trim())) return
  throw new Failure('declined', 'Nothing was changed.')
}
