import type { Rule } from './rules.ts'

/**
 * Rules that the model has before the code: `lab/mutation/bugs/` cannot leave them out yet. A rule that gets its seeded bug
 * leaves this list.
 */
export const AHEAD_OF_CODE: readonly Rule[] = [
  ...(['proofOnce', 'ownUntil', 'ticketGrace', 'afterRefresh', 'bindOnce'] as const), // sessions bound to a device
  'addressFirst', // `Users.register` does both before there is an identity to claim
]
