import { type Destructive, UsageError } from './command.ts'
import type { Terminal } from './terminal.ts'

/**
 * Asks before an action that cannot be undone.
 * @throws UsageError without a terminal and without `--yes`.
 */
export async function confirm(
  question: string,
  { yes = false }: Destructive,
  { ask, complain }: Pick<Terminal, 'ask' | 'complain'>,
): Promise<boolean> {
  if (yes) return true
  if (!ask) throw new UsageError(`${question} There is no terminal to ask on: add --yes to continue.`)
  if (/^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim())) return true
  complain('Nothing was changed.')
  return false
}
