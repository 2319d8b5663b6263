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
} as const

export type Rule = keyof typeof RULES

/** Whether a rule is kept. */
export type Rules = (rule: Rule) => boolean

export const allRules: Rules = () => true
export const without =
  (left: Rule): Rules =>
  (rule) =>
    rule !== left
