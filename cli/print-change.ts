import type { RevocationResult } from '../lib/accounts/revocation-result.ts'
import type { StackOptions } from './command.ts'
import { count } from './progress.ts'
import type { Terminal } from './terminal.ts'
import { userDocument } from './user-text.ts'

/** Prints what was done to a user and how many sessions it revoked. */
export function printChange(
  message: string,
  { user, revoked }: Pick<RevocationResult, 'user' | 'revoked'>,
  { json }: StackOptions,
  { print }: Pick<Terminal, 'print'>,
): void {
  if (json) print(JSON.stringify({ user: userDocument(user), revoked: revoked.length }))
  else print(`${message} Revoked ${count(revoked.length, 'session')}.`)
}
