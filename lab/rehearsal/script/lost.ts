import type { WireCall } from '../../../tests/support/relay.ts'
import type { World } from './world.ts'

// Writes that DynamoDB applies, but whose answers are lost: the functions read what is stored to learn the outcome.

/** Loses the answer of the first call that fits, while `act` runs. */
async function loseAnswer(
  world: World,
  what: string,
  isLost: (call: WireCall) => boolean,
  act: () => Promise<unknown>,
): Promise<void> {
  let lost = false
  world.host.intercept = (call) => {
    if (lost || !isLost(call)) return undefined
    lost = true
    return 'lost'
  }
  await act()
  world.host.intercept = undefined
  world.expect(lost, `no ${what} to lose`)
}

/** The claim of an email. */
export const loseClaim = (world: World, act: () => Promise<unknown>): Promise<void> =>
  loseAnswer(
    world,
    'claim of an email',
    ({ operation, input }) => operation === 'PutItem' && input.Item?.pk?.S.startsWith('email#'),
    act,
  )

/** The use of a second factor. */
export const loseFactor = (world: World, act: () => Promise<unknown>): Promise<void> =>
  loseAnswer(
    world,
    'use of a second factor',
    ({ operation, input }) => operation === 'UpdateItem' && input.UpdateExpression?.includes('factorMark'),
    act,
  )
