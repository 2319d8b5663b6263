import { bug, inFile, type SeededBug } from './seeded-bug.ts'
import { unconditionalIf } from './unconditional.ts'

const inSessions = inFile('lib/sessions/sessions.ts')
const inSignIn = inFile('lib/accounts/sign-in.ts')
const inUserAdministration = inFile('lib/accounts/user-administration.ts')
const inUsers = inFile('lib/accounts/users.ts')
const inSessionStore = inFile('lib/dynamodb/session-store.ts')
const inDeleteBatch = inFile('lib/dynamodb/delete-batch.ts')
const inUserStore = inFile('lib/dynamodb/user-store.ts')
const inSuccession = inFile('lib/sessions/succession.ts')
const inCredentials = inFile('lib/http/credentials.ts')
const inLogout = inFile('functions/logout.ts')
const inRevokeSession = inFile('functions/revoke-session.ts')
const inAdminRevokeSession = inFile('functions/admin-revoke-session.ts')
const inFinishSweeps = inFile('functions/finish-sweeps.ts')

export const REVOKING_SESSIONS: readonly SeededBug[] = [
  bug(
    'I1',
    'a failed delete is answered as a success',
    [inSessions(/return await (?<remove>\w+\.delete\([^)]*\))/, "return await $<remove>.catch(() => 'deleted')")],
    { id: 'M10' },
  ),
  bug('I2', 'a login revokes the presented session before the new one is created', [
    inSignIn(
      'const newSession: NewSession = {',
      'for (const { userId, id } of presented) await sessions.revoke(userId, id, deadline)\n  const newSession: NewSession = {',
    ),
  ]),
  // Revoking all sessions
  bug('I3', 'advancing the epoch has no condition', [unconditionalIf("'epoch' in set")], { rules: ['advanceGuard'] }),
  bug(
    'I3',
    'advancing the epoch compares the epoch and not the change id',
    [
      inUserStore(
        "setIfUnchanged(user.id, 'changeId', { S: user.changeId }, set,",
        "setIfUnchanged(user.id, 'epoch' as never, numberAttribute(user.epoch), set,",
      ),
    ],
    { rules: ['changeIdGuard'] },
  ),
  bug(
    'I3',
    'advancing the epoch takes the epoch another request wrote for its own',
    [
      inUserStore(
        'item[attribute]?.S === set[attribute]?.S',
        '(set.epoch ? item.epoch?.N === set.epoch.N : item[attribute]?.S === set[attribute]?.S)',
      ),
    ],
    { rules: ['changeId'] },
  ),
  bug('I3', 'the sweep reads only the first page of the sessions', [
    inSessionStore('while (ExclusiveStartKey)', 'while (ExclusiveStartKey && !options.ProjectionExpression)'),
  ]),
  bug(
    'I3',
    'clearing the mark of a sweep ignores the epoch',
    [inUserStore("'epoch = :epoch'", "'epoch = :epoch OR epoch <> :epoch'")],
    { rules: ['sweepGuard'] },
  ),
  bug('I3', 'a login does not finish an interrupted sweep', [
    inSignIn('  await revocations.finishPendingSweep(user, log)\n', ''),
  ]),
  bug(
    'I1',
    'a change of a user is reported before the pending sweep is finished',
    [
      inUserAdministration(
        'await revocations.finishPendingSweep({ ...before, ...change, changeId }, log)',
        '{ ...before, ...change, changeId }',
      ),
    ],
    { rules: ['finishBeforeAnswer'] },
  ),
  bug(
    'I3',
    'the sweep reads eventually consistently',
    [inSessionStore(/ConsistentRead: true,\s+ExclusiveStartKey,/, 'ExclusiveStartKey,')],
    { id: 'M4', rules: ['strongSweep', 'strongCap'] },
  ),
  bug(
    'I3',
    'the sweep takes items DynamoDB left unprocessed for deleted',
    [
      inDeleteBatch(/\(UnprocessedItems\[\w+\] \?\? \[\]\)/, '([])'),
      inSessionStore(/for \(;;\) \{/, 'for (let pass = 0; ; pass++) {'),
      inSessionStore(/if \((?<none>\w+\.length === 0)\) return \[/, 'if ($<none> || pass > 0) return ['),
    ],
    { id: 'M5' },
  ),
  bug(
    'I2',
    'the sweep deletes sessions of the present epoch',
    [inSessionStore(/if \(\([^\n]*userEpoch\) \?\? -1\) >= epoch\) continue/, '')],
    { rules: ['sweepOldOnly'] },
  ),
  bug(
    'I3',
    'advancing the epoch does not mark the sweep as pending',
    [inUserStore(/sweepPending: \{ BOOL: true \},/, '')],
    { rules: ['pendingMark'] },
  ),
  bug(
    'I1',
    'a session of an earlier epoch acts for its user',
    [inUsers(/return \w+\(session, (?<user>\w+)\) \?/, "return $<user>?.status === 'active' ?")],
    { rules: ['staleCheck'] },
  ),

  bug('I3', 'the sweep takes items DynamoDB left unprocessed in a retry for deleted', [
    inDeleteBatch(/if \(requests\.length === 0\) return/, 'if (requests.length === 0 || tries > 0) return'),
    inSessionStore(/for \(;;\) \{/, 'for (let pass = 0; ; pass++) {'),
    inSessionStore(/if \((?<none>\w+\.length === 0)\) return \[/, 'if ($<none> || pass > 0) return ['),
  ]),
  bug('I3', 'the stream function reports only the first user of a batch whose sweep failed', [
    inFinishSweeps(
      'tasks.filter((_, index) => !done[index])',
      'tasks.filter((_, index) => index === 0 && !done[index])',
    ),
  ]),
  // One session
  bug('I1', 'a logout leaves a session that expires within a minute', [
    inSuccession(
      'if (row && !secretMatches(secret, row.secretHash)) return []',
      'if (row && (!secretMatches(secret, row.secretHash) || row.expiresAt - clock() < 60)) return []',
    ),
  ]),
  bug('I1', 'a logout with a cookie and a bearer token revokes only the session of the bearer token', [
    inLogout(
      'revocableTokens(credentials)',
      'revocableTokens(authorizations > 0 ? { ...credentials, cookies: [] } : credentials)',
    ),
  ]),
  bug('I1', 'a logout with two cookies revokes only the session of the first', [
    inLogout(
      'revocableTokens(credentials)',
      'revocableTokens({ ...credentials, cookies: credentials.cookies.slice(0, 1) })',
    ),
  ]),
  bug('I1', 'a logout with more than four tokens revokes the sessions of four', [
    inCredentials(
      'if (tokens.length > MAX_REVOKED_CREDENTIALS)\n',
      'if (tokens.length > MAX_REVOKED_CREDENTIALS) return tokens.slice(0, MAX_REVOKED_CREDENTIALS)\n  if (tokens.length < 0)\n',
    ),
  ]),
  bug('I2', 'an administrator who revokes a session that their own has replaced is signed out', [
    inAdminRevokeSession(
      'sessions.revoke(userId, sessionId, deadline, session.id)',
      'sessions.revoke(userId, sessionId, deadline)',
    ),
  ]),
  bug('I3', 'a revoke that finds no session does not finish an interrupted sweep', [
    inRevokeSession(
      'await app.revocations.finishPendingSweep(user, log)',
      "if (outcome !== 'absent') await app.revocations.finishPendingSweep(user, log)",
    ),
  ]),
]
