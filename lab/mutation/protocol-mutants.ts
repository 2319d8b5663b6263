/** One change to the code that breaks a protocol, as a real bug would: in one condition, for some requests. */
export interface ProtocolMutant {
  /** Says what the broken code does. */
  readonly name: string
  /** The invariant of `docs/invariants.md` that no longer holds. */
  readonly breaks: `I${number}`
  /** Each `find` occurs exactly once in its file. */
  readonly edits: readonly Edit[]
}

interface Edit {
  readonly file: string
  readonly find: string
  readonly replace: string
}

const mutant = (breaks: ProtocolMutant['breaks'], name: string, ...edits: Edit[]): ProtocolMutant => ({
  name,
  breaks,
  edits,
})
const inFile = (file: string) => (find: string, replace: string) => ({ file, find, replace })

const inCreateSession = inFile('lib/sessions/create-session.ts')
const inSessions = inFile('lib/sessions/sessions.ts')
const inSessionCap = inFile('lib/sessions/session-cap.ts')
const inStalenessCache = inFile('lib/sessions/staleness-cache.ts')
const inLogin = inFile('lib/accounts/login.ts')
const inReauthentication = inFile('lib/accounts/reauthentication.ts')
const inRevocations = inFile('lib/accounts/revocations.ts')
const inUserAdministration = inFile('lib/accounts/user-administration.ts')
const inSessionStore = inFile('lib/dynamodb/session-store.ts')
const inUserStore = inFile('lib/dynamodb/user-store.ts')
const inAttemptStore = inFile('lib/dynamodb/attempt-store.ts')

const SECOND_READ = 'if (isValidForUser(created.session, await users.get(userId, deadline))) return created'

/** An engine refuses a value that no expression names, so the condition stays and is always true. */
const unconditionalIf = (test: string) =>
  inUserStore(
    `\`#\${attribute} = :from\``,
    `\`#\${attribute} = :from\${${test} ? \` OR #\${attribute} <> :from\` : ''}\``,
  )

export const PROTOCOL_MUTANTS: readonly ProtocolMutant[] = [
  // Creating a session
  mutant('I3', 'creating a session skips the second read of the user', inCreateSession(SECOND_READ, 'return created')),
  mutant(
    'I3',
    'creating a session compares only the status at the second read',
    inCreateSession(SECOND_READ, "if ((await users.get(userId, deadline))?.status === 'active') return created"),
  ),
  mutant(
    'I3',
    'creating a session skips the second read when the session has a label',
    inCreateSession(SECOND_READ, `if (newSession.label !== undefined) return created\n    ${SECOND_READ}`),
  ),
  mutant(
    'I3',
    'creating a session skips the second read when it replaces a session',
    inCreateSession(SECOND_READ, `if (newSession.endsAt !== undefined) return created\n    ${SECOND_READ}`),
  ),
  mutant(
    'I3',
    'a login skips the second read when the session has a label',
    inLogin(
      'sessions.create(newSession, users, deadline)',
      "sessions.create(newSession, newSession.label === undefined ? users : { get: async () => ({ ...newSession.user, status: 'active' }) as never }, deadline)",
    ),
  ),
  mutant(
    'I4',
    'creating a session may overwrite a row',
    inSessionStore("        ConditionExpression: 'attribute_not_exists(userId)',\n", ''),
  ),
  mutant(
    'I4',
    'creating a session lets the SDK repeat the write',
    inSessionStore('send(client, put, deadline, { singleAttempt: true })', 'send(client, put, deadline)'),
  ),
  mutant(
    'I4',
    'creating a session retries with the same id',
    inCreateSession('    const token = mintToken(session.userId, randomText)\n', ''),
    inCreateSession(
      'for (let tries = 1; ; tries++) {',
      'const token = mintToken(session.userId, randomText)\n  for (let tries = 1; ; tries++) {',
    ),
  ),
  // Checking and renewing a session
  mutant(
    'I4',
    'renewing a session does not require that the row exists',
    inSessionStore(
      "'attribute_exists(userId) AND expiresAt > :now AND lastSeenAt < :now'",
      "'attribute_not_exists(userId) OR (expiresAt > :now AND lastSeenAt < :now)'",
    ),
  ),
  mutant('I5', 'renewing a session revives an expired row', inSessionStore(' AND expiresAt > :now', '')),
  mutant('I2', 'renewing a session moves its idle timeout back', inSessionStore(' AND lastSeenAt < :now', '')),
  mutant(
    'I1',
    'the age of a cached session counts from the end of its read',
    inSessions('cache.set(row, readAt)', 'cache.set(row, cache.now())'),
  ),
  mutant(
    'I1',
    'the age of a cached session does not count the time a process was frozen',
    inStalenessCache('[at.monotonic - readAt.monotonic, at.wall - readAt.wall]', '[at.monotonic - readAt.monotonic]'),
  ),
  mutant(
    'I1',
    'amending a cached session resets its age',
    inStalenessCache('rows.set(key, { ...entry, row:', 'rows.set(key, { readAt: now(), row:'),
  ),
  // Replacing a session
  mutant(
    'I1',
    'reauthentication ignores whether it deleted the old session',
    inReauthentication("if (outcome === 'deleted') return created", 'return created'),
  ),
  mutant(
    'I1',
    'reauthentication takes an unknown outcome of the delete for a deletion',
    inReauthentication("if (outcome === 'deleted') return created", "if (outcome !== 'absent') return created"),
  ),
  mutant(
    'I2',
    'reauthentication deletes the old session before the new one is created',
    inReauthentication(
      'const created = await sessions.create(',
      'const early = await sessions.revoke(user.id, session.id, deadline)\n  const created = await sessions.create(',
    ),
    inReauthentication(
      'const outcome = await sessions.revoke(user.id, session.id, deadline)',
      'const outcome = await Promise.resolve(early)',
    ),
  ),
  mutant(
    'I1',
    'replacing all sessions takes an unknown outcome of the delete for a deletion',
    inRevocations(
      "(await sessions.revoke(session.userId, session.id, deadline)) !== 'deleted'",
      "(await sessions.revoke(session.userId, session.id, deadline)) === 'absent'",
    ),
  ),
  mutant(
    'I2',
    'a login revokes the presented session before the new one is created',
    inLogin(
      'const newSession: NewSession = {',
      'for (const { userId, id } of presented) await sessions.revoke(userId, id, deadline)\n  const newSession: NewSession = {',
    ),
  ),
  mutant(
    'I2',
    'a presented session takes a place under the session cap',
    inSessionCap(' && !leaving.includes(row.id)', ''),
  ),
  // Revoking all sessions
  mutant('I3', 'advancing the epoch has no condition', unconditionalIf("'epoch' in set")),
  mutant(
    'I3',
    'advancing the epoch compares the epoch and not the change id',
    inUserStore(
      "setIfUnchanged(user.id, 'changeId', { S: user.changeId }, set,",
      "setIfUnchanged(user.id, 'epoch' as never, numberAttribute(user.epoch), set,",
    ),
  ),
  mutant(
    'I3',
    'advancing the epoch takes the epoch another request wrote for its own',
    inUserStore(
      'item[attribute]?.S === set[attribute]?.S',
      '(set.epoch ? item.epoch?.N === set.epoch.N : item[attribute]?.S === set[attribute]?.S)',
    ),
  ),
  mutant(
    'I3',
    'the sweep reads only the first page of the sessions',
    inSessionStore('while (ExclusiveStartKey)', 'while (ExclusiveStartKey && !options.ProjectionExpression)'),
  ),
  mutant(
    'I3',
    'the sweep takes items DynamoDB left unprocessed for deleted',
    inSessionStore('(UnprocessedItems[tableName] ?? [])', '(UnprocessedItems[tableName] ?? []).slice(0, 0)'),
    inSessionStore(
      'await deleteBatch(userId, outdated.slice(start, start + MAX_BATCH_WRITES), deadline)',
      'await deleteBatch(userId, outdated.slice(start, start + MAX_BATCH_WRITES), deadline)\n        return [...revoked]',
    ),
  ),
  mutant(
    'I3',
    'clearing the mark of a sweep ignores the epoch',
    inUserStore("'epoch = :epoch'", "'epoch = :epoch OR epoch <> :epoch'"),
  ),
  mutant(
    'I3',
    'a login does not finish an interrupted sweep',
    inLogin('  await revocations.finishPendingSweep(user, log)\n', ''),
  ),
  mutant(
    'I1',
    'a change of a user is reported before the pending sweep is finished',
    inUserAdministration(
      'await revocations.finishPendingSweep({ ...before, ...change, changeId }, log)',
      '{ ...before, ...change, changeId }',
    ),
  ),
  // Users
  mutant(
    'I3',
    'updating a user overwrites a change made meanwhile',
    unconditionalIf("attribute === 'changeId' && !('epoch' in set)"),
  ),
  mutant('I3', 'upgrading a password hash overwrites a new password', unconditionalIf("attribute === 'passwordHash'")),
  mutant(
    'I2',
    'claiming an email overwrites the pointer of another user',
    inUserStore("userId IN (:mine, :instead)'", "userId IN (:mine, :instead) OR userId <> :mine'"),
  ),
  mutant(
    'I2',
    'releasing an email deletes the pointer of another user',
    inUserStore("'userId = :id'", "'userId = :id OR userId <> :id'"),
  ),
  mutant(
    'I3',
    'deleting a user ignores a change made meanwhile',
    inUserStore('OR changeId = :changeId', 'OR changeId = :changeId OR changeId <> :changeId'),
  ),
  // Attempts
  mutant(
    'I7',
    'reserving an attempt has no condition on the budget',
    inAttemptStore('(taken < :slots AND opensAt > :now)', '(taken < :slots AND opensAt > :now) OR taken >= :slots'),
  ),
  mutant(
    'I7',
    'beginning the next round overwrites a round begun meanwhile',
    inAttemptStore("'opensAt = :seen AND taken = :seenTaken'", "'opensAt >= :seen OR taken = :seenTaken'"),
  ),
  mutant(
    'I7',
    'a wrong password gives the reserved attempt back',
    inLogin('if (!user || reason) {', 'if (!user || reason) {\n    if (user) await slot.release(deadline, log)'),
  ),
]
