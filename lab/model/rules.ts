/** The protective steps of the protocols. The explorer can leave out each by name and must then find a violation. */
export const RULES = {
  // new-session.ts
  secondRead: 'a new session reads its user once more after its row is written',
  freshPut: 'a put whose answer is lost is never repeated under the same id',
  // login.ts
  rehashGuard: 'a hash in a new form replaces only the one that was verified',
  // renewal.ts
  noUpsert: 'a renewal is conditional on its row being there',
  // end-of-sessions.ts
  changeId: 'a repeated write recognises its own success by its changeId, not by the epoch',
  advanceGuard: 'a new epoch is written only to the user that was read',
  changeIdGuard: 'of whom nothing at all has changed since, not only the epoch',
  staleCheck: 'a session that an end-all has doomed acts for its user no more',
  sweepOldOnly: 'a sweep deletes rows of lower epochs only',
  strongSweep: 'a sweep reads strongly consistent',
  pendingMark: 'the write of a new epoch marks the sweep as pending',
  sweepGuard: 'the mark is cleared only under the epoch that was swept',
  // administration.ts
  updateGuard: 'a change that only gives is written only to the user that was read',
  finishBeforeAnswer: 'who finds an end-all done already finishes its sweep before saying so',
  // replacement.ts, reauthentication.ts
  newForKept: 'the session that is kept gets a new row in the new epoch',
  changeFirst: 'one’s own row is deleted only when the change of the user is written',
  putFirst: 'one’s own row is deleted only when the successor’s is written',
  ownDelete: 'who replaces a session deletes its row and looks whose delete it was',
  unknownIsNotOurs: 'a delete whose first try may have counted decides against the successor',
  // revocation.ts
  followsOn: 'who is to end a session and finds no row looks for what was made of it',
  evenExpired: 'a logout deletes the row it finds, be it past its end',
  unknownFollows: 'so does who has deleted it only perhaps',
  wholeLine: 'a row names all that it was made of, not only the last',
  followsToTheEnd: 'and looks again until there is none',
  // accounts.ts
  pointerCondition: 'a pointer is deleted only while it names the user',
  deleteOnChangeId: 'a user is deleted only as it was disabled',
  disableFirst: 'a user is disabled before anything of it is deleted',
  claimOnlyIfFree: 'an email is claimed only if it is free',
  userFirst: 'the user item is written before the pointer',
  // attempts.ts
  slotBeforeVerify: 'a slot is taken before the verification',
  atomicSlot: 'a slot is taken in one conditional write',
  slotIsKept: 'a slot whose write was reported failed is not given back',
  // cap.ts
  capAfterPut: 'the cap is looked at after the row is written',
  strongCap: 'the cap’s Query is strongly consistent',
  capOldestFirst: 'the oldest give way',
  leavingApart: 'a session that the login presents takes nobody’s place',
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
