import type { Rule } from './rules.ts'

/**
 * Rules that the model has before the code: `lab/mutation/bugs/` cannot leave them out yet. A rule that gets its seeded bug
 * leaves this list.
 */
export const AHEAD_OF_CODE: readonly Rule[] = [
  'addressFirst', // `Users.register` does both before there is an identity to claim
]
