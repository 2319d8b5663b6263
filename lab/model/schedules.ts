import { ACCOUNT_BREAKS, type AccountBreak } from './accounts/breaks.ts'
import { combination as accountCombination } from './accounts/combinations.ts'
import { accountModel, OLD } from './accounts.ts'
import { attemptsModel } from './attempts.ts'
import { capModel } from './cap.ts'
import { combination, type OperationName } from './combinations.ts'
import { enable, login, remove } from './deletion.ts'
import { DEVICE_BREAKS } from './device/breaks.ts'
import { deviceModel } from './device/combinations.ts'
import { expiryModel } from './expiry.ts'
import type { Step } from './explorer.ts'
import { type Explorable, explorable } from './extensions.ts'
import { listModel } from './pagination.ts'
import { register } from './registration.ts'
import { RULES, type Rule, type Rules, without } from './rules.ts'

// The order of datastore calls that each rule is there for.

/** The operations that violate the promise without a rule, the number of lost answers, and the violation. */
interface Break {
  readonly model: (rules: Rules) => Explorable
  readonly violation: RegExp
}

const sessions = (names: OperationName[], violation: RegExp, retry = 0, crash = 0): Break => ({
  model: (rules) => explorable(names.join(' | '), combination(names, { retry, crash }, rules)),
  violation,
})
const accounts = (make: Parameters<typeof accountModel>[0], violation: RegExp, retry = 0): Break => ({
  model: (rules) => explorable('accounts', accountModel(make, retry, rules)),
  violation,
})
const cap = (presents: number[], violation: RegExp): Break => ({
  model: (rules) => explorable('cap', capModel(2, presents, 0, rules)),
  violation,
})
const attempts = (retry = 0): Break => ({
  model: (rules) => explorable('attempts', attemptsModel({ guesses: 3, owners: 0, outages: 0, retry }, rules)),
  violation: /^I7/,
})
const expiry = (violation: RegExp, retry = 0): Break => ({
  model: (rules) => explorable('expiry', expiryModel(0, retry, rules)),
  violation,
})
/** A break of the protocols that `accounts/` describes. */
export const account = ({ scene, operations, violation, budget }: AccountBreak): Break => ({
  model: (rules) => explorable(operations.join(' | '), accountCombination(scene, operations, budget, rules)),
  violation,
})
const accountBreaks = () =>
  Object.fromEntries(Object.entries(ACCOUNT_BREAKS).map(([rule, broken]) => [rule, account(broken)])) as Record<
    keyof typeof ACCOUNT_BREAKS,
    Break
  >
const deviceBreaks = () =>
  Object.fromEntries(
    Object.entries(DEVICE_BREAKS).map(([rule, { start, operations, violation }]) => [
      rule,
      {
        model: (rules: Rules) =>
          explorable(operations.join(' | '), deviceModel(start, operations, { retry: 0, crash: 0 }, rules)),
        violation,
      },
    ]),
  ) as Record<keyof typeof DEVICE_BREAKS, Break>
const list: Break = { model: (rules) => explorable('list', listModel(rules)), violation: /is not shown$/ }

export const BREAKS: Readonly<Record<Rule, Break>> = {
  secondRead: sessions(['login', 'set password'], /^I3/),
  freshPut: sessions(['login', 'revoke another'], /^I1/, 1),
  rehashGuard: sessions(['login with a rehash', 'set password'], /^I3: the old password is valid again/),
  noUpsert: sessions(['renewal', 'logout'], /^I1, I4/),
  changeId: sessions(['revoke all', 'disable'], /active|^I3/, 1),
  advanceGuard: sessions(['login', 'revoke all', 'set password'], /^I3/),
  changeIdGuard: sessions(['remove scope', 'grant scope'], /granted is not held/),
  staleCheck: sessions(['revoke others', 'revoke all'], /^I1/),
  sweepOldOnly: sessions(['login', 'revoke all'], /^I2/),
  strongSweep: sessions(['login', 'revoke all'], /^I1/),
  pendingMark: sessions(['revoke all'], /^I3.*after a crash/, 0, 1),
  sweepGuard: sessions(['revoke all', 'revoke others'], /^I3.*after a crash/, 1, 1),
  updateGuard: sessions(['remove scope', 'grant scope'], /taken away is held again/),
  finishBeforeAnswer: sessions(['disable', 'disable'], /^I1/),
  newForKept: sessions(['revoke others', 'finish pending'], /^I[23]/),
  changeFirst: sessions(['revoke others'], /^I2.*failed/, 0, 1),
  putFirst: sessions(['revoke others', 'logout'], /^I1/),
  ownDelete: sessions(['reauthenticate', 'logout'], /^I1/),
  unknownIsNotOurs: sessions(['reauthenticate', 'logout'], /^I1/, 1),
  followsOn: sessions(['reauthenticate', 'logout'], /^I1/),
  evenExpired: sessions(['reauthenticate', 'logout', 'expiry'], /^I1/),
  unknownFollows: sessions(['reauthenticate', 'logout'], /^I1/, 1),
  wholeLine: sessions(['reauthenticate', 'reauthenticate again', 'logout'], /^I1/),
  followsToTheEnd: sessions(['reauthenticate', 'reauthenticate again', 'logout'], /^I1/),
  pointerCondition: accounts([remove(OLD), register], /cannot sign in/, 1),
  deleteOnChangeId: accounts([remove(OLD), login, enable(OLD)], /^I3/),
  disableFirst: accounts([remove(OLD), login], /^I3/),
  claimOnlyIfFree: accounts([register], /cannot sign in/),
  userFirst: accounts([remove(OLD), register, register], /cannot sign in/),
  slotBeforeVerify: attempts(),
  atomicSlot: attempts(),
  slotIsKept: attempts(1),
  capAfterPut: cap([], /gave way to nothing|are left/),
  strongCap: cap([], /are left/),
  capOldestFirst: cap([], /gave way to fewer/),
  leavingApart: cap([0], /gave way to fewer/),
  idleEnd: expiry(/^I5.*idle/),
  absoluteEnd: expiry(/^I5.*absolute/),
  renewalCondition: expiry(/^I2/, 1),
  renewalLive: expiry(/^I4/),
  keyCursor: list,
  cursorOfLast: list,
  ...accountBreaks(),
  ...deviceBreaks(),
}

/** Steps to a violation that one rule prevents. Forced on the real code, they show that it has the rule. */
export interface Schedule {
  readonly rule: Rule
  readonly protects: string
  readonly operations: string
  readonly why: string
  /**
   * In this order. A label is the call, `<operation> <table>`, and behind a colon which of several such it is; then
   * `again` for a repeat by the SDK, `answer lost` (applied), `late` (not applied before `lands late`).
   */
  readonly steps: readonly Step[]
}

/** For each rule, the shortest way to a violation without it. Takes seconds. */
export function dangerousSchedules(): Schedule[] {
  return (Object.keys(BREAKS) as Rule[]).map((rule) => {
    const model = BREAKS[rule].model(without(rule))
    const violation = model.shortest()
    if (!violation) throw new Error(`nothing goes wrong without ${rule}: is it a rule?`)
    return { rule, protects: RULES[rule], operations: model.name, why: violation.why, steps: violation.trace }
  })
}
