import type { RevocationResult } from '../lib/accounts/revocation-result.ts'
import type { StackOptions } from './command.ts'
import { count } from './progress.ts'
import type { Terminal } from './terminal.ts'
import { userDocument } from './user-text.ts'

/** Says what was done to a user, and how many sessions ended for it. */
export function tellChange(
  done: string,
  { user, revoked }: Pick<RevocationResult, 'user' | 'revoked'>,
  { json }: StackOptions,
  { print }: Pick<Terminal, 'print'>,
): void {
  if (json) print(JSON.stringify({ user: userDocument(user), ended: revoked.length }))
  else print(`${done} ${count(revoked.length, 'session')} ended.`)
}
