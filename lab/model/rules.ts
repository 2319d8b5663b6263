/** The protective steps of the protocols. The explorer can leave out each by name and must then find a violation. */
export const RULES = {
  // new-session.ts
  secondRead: 'a new session reads the user again after its row is written',
  freshPut: 'a put without an answer is never repeated under the same id',
  // login.ts
  rehashGuard: 'a new form of a hash replaces only the hash that was verified',
  // renewal.ts
  noUpsert: 'a renewal requires that its row exists',
  // revoke-all.ts
  changeId: 'a repeated write recognizes its own success by its changeId, not by the epoch',
  advanceGuard: 'a new epoch is written only to the user that was read',
  changeIdGuard: '… who has not changed at all since, not only in the epoch',
  staleCheck: 'a session of an older epoch does not act for its user',
  sweepOldOnly: 'a sweep deletes only rows of lower epochs',
  strongSweep: 'a sweep reads strongly consistently',
  pendingMark: 'the write of a new epoch marks the sweep as pending',
  sweepGuard: 'the mark is cleared only in the epoch that was swept',
  // administration.ts
  updateGuard: 'a change that revokes nothing is written only to the user that was read',
  finishBeforeAnswer: 'an operation that finds its revocation done by another one finishes the sweep before it answers',
  // replacement.ts, reauthentication.ts
  newForKept: 'the session that stays gets a new row in the new epoch',
  changeFirst: 'a replacement deletes its own row only after the change of the user is written',
  putFirst: 'a replacement deletes its own row only after the row of the successor is written',
  ownDelete: 'a replacement succeeds only if its own delete removed its row',
  unknownIsNotOurs: 'a delete whose first attempt may have succeeded counts as not its own',
  // revocation.ts
  followsOn: 'a revocation that finds no row looks for the successors of the session',
  evenExpired: 'a logout deletes the row of an expired session too',
  unknownFollows: 'a revocation whose delete has an unknown outcome looks for successors too',
  wholeLine: 'a row names all sessions before it, not only the one that it replaced',
  followsToTheEnd: 'a revocation looks for successors until it finds none',
  // accounts.ts
  pointerCondition: 'a pointer is deleted only while it names the user',
  deleteOnChangeId: 'a user is deleted only if unchanged since it was disabled',
  disableFirst: 'a user is disabled before any of its items is deleted',
  claimOnlyIfFree: 'an email is claimed only if it is free',
  userFirst: 'the user item is written before the pointer',
  // attempts.ts
  slotBeforeVerify: 'an attempt is reserved before the verification',
  atomicSlot: 'an attempt is reserved in one conditional write',
  slotIsKept: 'a reserved attempt whose write was reported failed is not released',
  // cap.ts
  capAfterPut: 'the cap is enforced after the new row is written',
  strongCap: 'the Query of the cap is strongly consistent',
  capOldestFirst: 'the cap revokes the oldest sessions',
  leavingApart: 'a session presented at the login does not count towards the cap',
  // expiry.ts
  idleEnd: 'a check compares the idle end with its clock',
  absoluteEnd: 'no check and no renewal goes past the absolute end',
  renewalCondition: 'a renewal moves the time last seen forward only',
  renewalLive: 'a renewal is refused once its session has expired',
  // pagination.ts
  keyCursor: 'a cursor is a key, not a count of rows',
  cursorOfLast: 'a cursor is the last row that was shown, not the last one that was read',
  // accounts/user-item.ts, one-time.ts
  listedChange: 'an end-all whose answer was lost looks for its changeId among the last changes too',
  consumeOnce: 'a one-time row is used up only if it is not',
  ownMark: 'a repeated write recognizes its own success by its mark',
  // accounts/pointer.ts
  claimIsLive: 'a pointer whose claim its user does not know is free',
  pendingIsLive: 'the claim of a change of address that was asked for counts',
  pendingInEpoch: '… in the epoch in which it was asked for',
  undoIsLive: 'the claim of an undo counts',
  lapse: 'an expired claim gives way to whoever wants the address',
  lapseIsWritten: '… by a write to its user, not by a clock',
  releaseByClaim: 'a pointer is released by its claim, not by its user',
  addressOfUser: 'a pointer signs in only to a user who has that address',
  // accounts/reset.ts, first-proof.ts
  freshSecret: 'each run of a mail function makes a secret of its own',
  boundToEpoch: 'a mailed link is good only in the epoch it was armed in',
  purgeUnproven: 'the first proof of an address takes away every credential that was set before',
  purgeOnlyUnproven: 'a reset of a proven account leaves its second factor',
  firstProof: 'a mailed code that is the first proof ends the epoch and takes away what was set before',
  proofInSession: 'a link proves an address for an account only in a session of that account',
  // accounts/new-account.ts, registration.ts
  userPutOnce: 'a user item is put in one attempt, then under a fresh id',
  consumeFirst: 'a ticket is used up before the account is made',
  markNotDelete: 'used up is a mark on the row, not its deletion',
  ticketFreshPut: 'a ticket is put only where there is none',
  passwordAtCompletion: 'the password is chosen by the person who opens the link',
  // accounts/required-password.ts
  givenFirst: 'a sign-in by a password that must be changed goes on once another one is written',
  requiredAsVerified: '… in the place of the password that was verified',
  requiredInOneWrite: 'a password and whether it must be changed are set in one write',
  freedByNew: 'whoever sets a new password frees it from what was required of the one before',
  // accounts/address-change.ts, address-undo.ts
  claimFirst: 'the new address is claimed before the user item has it',
  releaseLast: 'the old address is released after the user item has the new one',
  freshClaim: 'each claim is a new random text',
  orderInEpoch: 'a change is armed only in the epoch of the session that asked for it',
  orderFirst: 'the mail of an undo is ordered before the change is written',
  backByUndoClaim: 'the way back to an address that an undo holds keeps its claim',
  firstUndoWins: 'a further change keeps the undo that is open',
  undoOutlives: 'an undo is not bound to the epoch',
  undoSince: 'an undo takes away every credential that was set since the change',
  // accounts/mailed-code.ts
  tryFirst: 'a try is taken before the code is compared',
  atomicTry: 'it is taken in one conditional write',
  codeOfChallenge: 'a code is good only in the browser that asked for it',
  epochInCode: 'a code is good only in the epoch in which it was mailed',
  // accounts/second-factor.ts, enrolment.ts
  slotFirst: 'a slot is taken before a second factor is compared',
  perUser: 'slots are the user’s, not the challenge’s',
  stepOnce: 'the step of a code goes up only',
  stepOfFactor: 'a step is written only to the secret that was verified',
  recoveryOnce: 'a recovery code is taken only while it is there',
  challengeInEpoch: 'a challenge is good only in the epoch in which the password was verified',
  enrolmentEnds: 'the write that enrols a factor ends the epoch',
  enrolmentCounts: 'the code of the enrolment counts as used',
  // accounts/passkey.ts
  challengeMarked: 'the challenge of an assertion is marked as used, once',
  counterUp: 'a counter goes up only',
  countOfEntry: 'a counter is written only to the entry that was verified',
  zeroIsFree: 'a counter of 0 is neither compared nor written',
  removalEnds: 'the write that removes a passkey ends the epoch',
  byHandle: 'a removal names the entry, not the credential',
  // accounts/identity.ts
  identityListed: 'an identity signs in only to a user who lists the claim of its pointer',
  identityIfFree: 'an identity is claimed only if it is free',
  identityByClaim: 'an identity is released by its claim, not by its user',
  listedFirst: 'a user lists an identity before the identity is claimed',
  addressFirst: 'a first sign-in claims the address before the identity',
  onlyUnproven: 'an address that its account has proven is never linked by itself',
  takeoverEnds: 'the write by which an unproven account gives way ends the epoch',
  unlinkEnds: 'the write that removes an identity ends the epoch',
  byClaim: 'a removal names the link, not the identity',
  lastWayIn: 'the last way in is not removed',
  // accounts/provider-session.ts
  rowFirst: 'a session is tied to the provider’s once its row is written',
  tieSeesLogout: 'a session that its provider has ended is not tied',
  tieNotPut: 'a tie leaves what else is in the item',
  subjectRead: 'a sign-in looks for a logout of the subject once its row is written',
  markAlways: 'a logout is marked also where no sign-in has come yet',
  subjectMark: 'a logout of a subject is marked before its user is read',
  onceByTime: 'a logout of a subject is done once, by its time',
  sidInherited: 'a session in the place of another one inherits the session at the provider',
  // accounts/exchange.ts
  exchangeOnce: 'a token is used up only if no other request has used it',
  exchangeMark: 'the write that uses a token up recognizes its own success',
  exchangeFirst: 'a token is used up before its session is made',
  // device/device.ts
  proofOnce: 'a proof is accepted only of a newer challenge than that of the last one',
  ownUntil: 'a ticket is good until its own end, not until that of the newest one',
  ticketGrace: '… and for as long as a request stays in flight',
  afterRefresh: 'a ticket is needed once the first refresh has shown that the browser has its binding',
  bindOnce: 'a session is bound to a key only once',
} as const

export type Rule = keyof typeof RULES

/** Whether a rule is kept. */
export type Rules = (rule: Rule) => boolean

export const allRules: Rules = () => true
export const without =
  (left: Rule): Rules =>
  (rule) =>
    rule !== left
