import type { Rule } from '../rules.ts'
import type { Budget } from './play.ts'
import type { SceneName } from './scenes.ts'

// The operations that break the promise without a rule.

export interface AccountBreak {
  readonly scene: SceneName
  readonly operations: readonly string[]
  readonly violation: RegExp
  readonly budget: Budget
}

const broken = (
  scene: SceneName,
  operations: readonly string[],
  violation: RegExp,
  retry = 0,
  crash = 0,
): AccountBreak => ({ scene, operations, violation, budget: { retry, crash } })

/** Rules of the account protocols. */
export const ACCOUNT_BREAKS = {
  listedChange: broken('owner', ['reset', 'revoke all'], /^I10.*void/, 1),
  consumeOnce: broken('vacant', ['register', 'register too'], /^I10.*twice/),
  ownMark: broken('vacant', ['register'], /^I10.*void/, 1),
  claimIsLive: broken('owner', ['change address', 'revoke all'], /^A2/, 0, 1),
  pendingIsLive: broken('owner', ['change address', 'register b'], /^A[12]/),
  pendingInEpoch: broken('owner', ['change address', 'revoke all'], /^A2/, 0, 1),
  undoIsLive: broken('moved', ['undo', 'register a'], /^A[125]/),
  lapse: broken('moved', ['time', 'register a'], /^A2/),
  lapseIsWritten: broken('moved', ['undo', 'time', 'register a'], /^A1/),
  releaseByClaim: broken('moved', ['undo', 'change to b'], /^A1/, 1),
  addressOfUser: broken('moved', ['log in by a'], /^A1/),
  freshSecret: broken('owner', ['mail reset', 'mail reset too', 'reset by newest'], /^I10.*again/),
  boundToEpoch: broken('owner', ['reset', 'revoke all'], /^I3/),
  purgeUnproven: broken('squatted', ['reset'], /^A3/),
  purgeOnlyUnproven: broken('owner', ['reset'], /^A3/),
  firstProof: broken('squatted', ['code'], /^A3/),
  proofInSession: broken('squatted', ['stranger verifies'], /^A[34]/),
  userPutOnce: broken('vacant', ['register', 'delete the new account'], /^I4/, 1),
  consumeFirst: broken('vacant', ['register', 'register too', 'delete the new account'], /^I10/),
  markNotDelete: broken('vacant', ['register'], /^I10.*void/, 1),
  ticketFreshPut: broken('vacant', ['mail link', 'register by newest', 'register by newest too'], /^I10/, 1),
  passwordAtCompletion: broken('vacant', ['mail link of squatter', 'register by newest'], /^A4/),
  givenFirst: broken('given', ['log in by g1'], /^A7/),
  requiredAsVerified: broken('given', ['log in by g1 and choose p4', 'log in by g1 and choose p5'], /^I10/),
  requiredInOneWrite: broken('given', ['give g2', 'log in by g2'], /^A7/),
  freedByNew: broken('given', ['reset'], /^A7/),
  claimFirst: broken('owner', ['change address', 'register b'], /^A/),
  releaseLast: broken('fresh', ['change address'], /^A1/),
  freshClaim: broken('fresh', ['change address', 'change to a'], /^A/, 1),
  orderInEpoch: broken('owner', ['revoke all', 'mail change', 'change address anew'], /^I3/),
  orderFirst: broken('owner', ['change address'], /^A6/, 0, 1),
  backByUndoClaim: broken('moved', ['change to a'], /^A2/),
  firstUndoWins: broken('moved', ['change to c', 'undo'], /^A5/),
  undoOutlives: broken('moved', ['undo'], /^A5/),
  undoSince: broken('moved', ['undo'], /^A5/),
  tryFirst: broken('owner', ['code', 'guess', 'guess too'], /^I7/),
  atomicTry: broken('owner', ['code', 'guess', 'guess too'], /^I7/),
  codeOfChallenge: broken('owner', ['mail code', 'code in another browser'], /^A6/),
  epochInCode: broken('bare', ['mail code', 'code', 'revoke all'], /^I3/),
  slotFirst: broken('owner', ['X0 wrong', 'X1 wrong', 'X1 wrong too'], /^I7/),
  perUser: broken('owner', ['X0 wrong', 'X1 wrong', 'X1 wrong too'], /^I7/),
  stepOnce: broken('owner', ['X0 step 1', 'X1 step 1'], /^I10/),
  stepOfFactor: broken('owner', ['X0 step 2', 'replace totp'], /another secret/),
  recoveryOnce: broken('owner', ['X0 recovery', 'X1 recovery'], /^I10/),
  challengeInEpoch: broken('owner', ['X0 step 1', 'revoke all'], /^I3/),
  enrolmentEnds: broken('bare', ['enrol t1', 'log in'], /^I3/),
  enrolmentCounts: broken('bare', ['enrol t1', 'sign in by t1'], /^I10/),
  challengeMarked: broken('owner', ['k0', 'k0, replayed'], /^I10/),
  counterUp: broken('owner', ['k1 counts 6', 'copy of k1 counts 6'], /^I10/),
  countOfEntry: broken('owner', ['k1 counts 6', 'delete'], /^I4/),
  zeroIsFree: broken('owner', ['k0'], /does not count/),
  removalEnds: broken('owner', ['k1 counts 7', 'remove k1'], /^I3/),
  byHandle: broken('owner', ['remove k1', 'remove k1 too', 'add k1'], /that was added/),
  identityListed: broken('linked', ['unlink i', 'callback K'], /^I3/, 0, 1),
  identityIfFree: broken('newcomer', ['first callback', 'W links i'], /^O1/),
  identityByClaim: broken('linked', ['unlink i', 'link i anew'], /^O1/),
  listedFirst: broken('newcomer', ['W links i', 'first callback'], /^O1/),
  addressFirst: broken('newcomer', ['first callback', 'first callback too'], /^[AO]1/),
  onlyUnproven: broken('linked', ['callback of a stranger'], /^O3/),
  takeoverEnds: broken('squatted', ['first callback', 'log in'], /^A3/),
  unlinkEnds: broken('linked', ['unlink i', 'callback K'], /^I3/),
  byClaim: broken('linked', ['unlink i', 'unlink i too', 'link i anew'], /^O1/),
  lastWayIn: broken('federated', ['unlink i', 'unlink j'], /^O5/),
  rowFirst: broken('linked', ['callback K', 'K ends'], /^L1/),
  tieSeesLogout: broken('linked', ['callback K', 'K ends'], /^L1/),
  tieNotPut: broken('linked', ['callback K', 'K ends'], /^L1/),
  subjectRead: broken('linked', ['callback K', 'subject ends'], /^L1/),
  markAlways: broken('newcomer', ['first callback', 'K ends'], /^L1/),
  subjectMark: broken('newcomer', ['first callback', 'subject ends'], /^L1/),
  onceByTime: broken('linked', ['subject ends', 'subject ends again'], /^I10/),
  sidInherited: broken('linked', ['reauthenticate', 'K ends'], /^L1/),
  exchangeOnce: broken('linked', ['exchange T', 'exchange T too'], /^I10/),
  exchangeMark: broken('linked', ['exchange T'], /^I10.*void/, 1),
  exchangeFirst: broken('linked', ['exchange T', 'exchange T too'], /^I10/),
} as const satisfies Partial<Record<Rule, AccountBreak>>

/** Rules of the earlier models that the account protocols need as well. */
export const EARLIER_RULES = {
  secondRead: broken('bare', ['log in', 'revoke all'], /^I3/),
  rehashGuard: broken('bare', ['log in and rehash', 'reset'], /^I3/),
  changeId: broken('owner', ['reset'], /^I10.*void/, 1),
  changeIdGuard: broken('owner', ['reset', 'disable'], /^a disabled user/),
  updateGuard: broken('moved', ['undo', 'time', 'register a'], /^A1/),
  staleCheck: broken('squatted', ['add k2', 'reset'], /^A3/),
  finishBeforeAnswer: broken('squatted', ['code', 'mail code C1', 'code C1'], /^A3/),
  followsOn: broken('linked', ['reauthenticate', 'K ends'], /^L1/),
  userFirst: broken('vacant', ['register', 'accept', 'delete the new account'], /^A1/),
  claimOnlyIfFree: broken('owner', ['register a', 'revoke all'], /^A/),
} as const satisfies Partial<Record<Rule, AccountBreak>>
