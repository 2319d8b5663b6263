import { type Destructive, UsageError } from './command.ts'
import type { Terminal } from './terminal.ts'

/**
 * Whether to go on with what cannot be taken back; says so when not.
 * @throws UsageError where nobody can be asked and `--yes` was not given.
 */
export async function confirm(
  question: string,
  { yes = false }: Destructive,
  { ask, complain }: Pick<Terminal, 'ask' | 'complain'>,
): Promise<boolean> {
  if (yes) return true
  if (!ask) throw new UsageError(`${question} Nobody can be asked here: add --yes to go on.`)
  if (/^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim())) return true
  complain('Nothing was changed.')
  return false
}
