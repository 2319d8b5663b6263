import { give, takeAway } from './administration.ts'
import type { Model } from './explorer.ts'
import { login } from './login.ts'
import { modelOf } from './operation.ts'
import { sessionNature } from './promise.ts'
import { reauthenticate } from './reauthentication.ts'
import { renew } from './renewal.ts'
import { changePassword, revokeOtherSessions } from './replacement.ts'
import { capRevokes, expiry, logout, revoke, revokeOther } from './revocation.ts'
import { finishPending, revokeAllSessions, revokeOwnSessions } from './revoke-all.ts'
import { allRules, type Rules } from './rules.ts'
import { type Policy, type SessionOperation, startOf, type World } from './world.ts'

type Make = (name: string, policy: Policy) => SessionOperation

/** All that users, administrators and the service itself do to a user's sessions. */
const OPERATIONS = {
  login,
  'login with a rehash': (name, policy) => login(name, policy, { rehash: true }),
  'login that presents': (name, policy) => login(name, policy, { presents: true }),
  renewal: renew,
  logout,
  revoke,
  'revoke another': revokeOther,
  reauthenticate: (name, policy) => reauthenticate(name, policy),
  'reauthenticate again': (name, policy) => reauthenticate(name, policy, true),
  'revoke own': revokeOwnSessions,
  'revoke others': revokeOtherSessions,
  'change password': changePassword,
  'revoke all': (name, policy) => revokeAllSessions(name, policy, 'nothing'),
  'set password': (name, policy) => revokeAllSessions(name, policy, 'password'),
  disable: (name, policy) => takeAway(name, policy, 'disable'),
  'remove scope': (name, policy) => takeAway(name, policy, 'removeScope'),
  'grant scope': (name, policy) => give(name, policy, 'scope'),
  enable: (name, policy) => give(name, policy, 'status'),
  'finish pending': finishPending,
  expiry,
  cap: capRevokes,
} as const satisfies Record<string, Make>

export type OperationName = keyof typeof OPERATIONS

export interface Budget {
  readonly retry: number
  readonly crash: number
  readonly isApart?: boolean
}

/** These operations side by side, one actor each. */
export function combination(names: readonly OperationName[], budget: Budget, rules: Rules = allRules): Model<World> {
  const operations = names.map((name, actor) => {
    const make: Make = OPERATIONS[name]
    const before = names.slice(0, actor).filter((other) => other === name).length
    return make(before ? `${name} ${before + 1}` : name, { rules, actor, isApart: budget.isApart })
  })
  return modelOf(startOf(names.length, budget.retry), operations, sessionNature(operations, budget.crash))
}

/** Every set of so many operations, the same one twice included. */
export function* combinations(size: number, from = 0): Generator<OperationName[]> {
  const names = Object.keys(OPERATIONS) as OperationName[]
  if (size === 0) yield []
  else
    for (let at = from; at < names.length; at++)
      for (const rest of combinations(size - 1, at)) yield [names[at] as OperationName, ...rest]
}
