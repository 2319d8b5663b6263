import type { RevocationResult } from '../lib/accounts/revocation-result.ts'
import type { StackOptions } from './command.ts'
import { count } from './progress.ts'
import { conclude, type Terminal } from './terminal.ts'
import { userDocument } from './user-text.ts'

/** Prints what was done to a user and how many sessions it revoked. */
export function printChange(
  message: string,
  { user, revoked }: Pick<RevocationResult, 'user' | 'revoked'>,
  { json }: StackOptions,
  terminal: Pick<Terminal, 'deliver' | 'complain'>,
): Promise<void> {
  return conclude(
    terminal,
    json
      ? JSON.stringify({ user: userDocument(user), revoked: revoked.length })
      : `${message} Revoked ${count(revoked.length, 'session')}.`,
  )
}
