import { DONE } from './operation.ts'
import { checkFirst } from './revoke-all.ts'
import { bit, FIRST, type Policy, type SessionOperation } from './world.ts'

/** A request that finds its renewal due: one attempt, and a failure costs nothing. The instants are in `expiry.ts`. */
export function renew(name: string, { rules }: Policy): SessionOperation {
  return {
    name,
    steps: {
      ...checkFirst('renew'),
      renew(turn) {
        turn.once(
          'UpdateItem sessions',
          { kind: 'renew', id: FIRST, row: turn.me.row, upsert: !rules('noUpsert') },
          () => DONE,
          ({ seen }) => {
            if (!(seen.mayEnd & bit(FIRST)) && !seen.struck) seen.refused = 1
            return DONE
          },
          () => DONE,
        )
      },
    },
  }
}
