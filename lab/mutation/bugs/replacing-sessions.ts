import { CHECK_DECODES } from '../patch.ts'
import { bug, inFile, type SeededBug } from './seeded-bug.ts'

const inSuccession = inFile('lib/sessions/succession.ts')
const inSessionChecks = inFile('lib/sessions/session-checks.ts')
const inSessionItem = inFile('lib/dynamodb/session-item.ts')
const inEpochs = inFile('lib/accounts/epochs.ts')
const inRevocations = inFile('lib/accounts/revocations.ts')
const inSessionStore = inFile('lib/dynamodb/session-store.ts')
const inReauthenticatedSession = inFile('lib/accounts/reauthenticated-session.ts')
const inReauthentication = inFile('lib/accounts/reauthentication.ts')

const OWN_ROW_DELETED = "if (outcome === 'deleted') return created"
const OWN_ROW_ONLY = "if (outcome === 'deleted') return { outcome, revoked: [sessionId] }"
const PREPARES = 'const replace = await sessions.prepareReplacement(session, deadline)'
const REPLACES = 'const created = await replace(replacement(user), store).catch(keepCause)'
const NAMES = 'return [{ id, secretHash, replacedAt: now }, ...recentPredecessors(row, now)].slice(0, MAX_PREDECESSORS)'
const SWEEPS_OWN = 'const revoked = await sweepAfterChange(user, deadline)'

export const REPLACING_SESSIONS: readonly SeededBug[] = [
  // The replacement
  bug(
    'I1',
    'a replacement ignores whether it deleted the old session',
    [inSuccession(OWN_ROW_DELETED, 'return created')],
    {
      rules: ['ownDelete'],
    },
  ),
  bug(
    'I1',
    'a replacement takes an unknown outcome of the delete for a deletion',
    [inSuccession(OWN_ROW_DELETED, "if (outcome !== 'absent') return created")],
    { rules: ['unknownIsNotOurs'] },
  ),
  bug('I1', 'a replacement of a narrowed session ignores whether it deleted the old session', [
    inSuccession(OWN_ROW_DELETED, 'if (created.session.narrowed) return created\n        $&'),
  ]),
  bug('I1', 'a replacement of a session with a label takes an unknown outcome for a deletion', [
    inSuccession(OWN_ROW_DELETED, "if (outcome === 'unknown' && created.session.label) return created\n        $&"),
  ]),
  bug(
    'I1',
    'the old session is deleted before the new one is written',
    [
      inSuccession(
        'const created = await create({',
        'const early = await deleteRow(row.userId, row.id, deadline)\n        const created = await create({',
      ),
      inSuccession(
        /const outcome = await deleteRow\(row\.userId, row\.id, deadline\)/,
        'const outcome = await Promise.resolve(early)',
      ),
    ],
    { rules: ['putFirst'], id: 'U3' },
  ),
  bug(
    'I2',
    'a password change deletes the presented session before the change is written',
    [
      inRevocations(
        PREPARES,
        "if ((await sessions.discard(session.userId, session.id, deadline)) !== 'deleted') throw new UnauthenticatedError(true)\n    const replace = true",
      ),
      inRevocations(
        REPLACES,
        'const created = await sessions.create(replacement(user), store, deadline).catch(keepCause)',
      ),
    ],
    { rules: ['changeFirst'], id: 'U2' },
  ),
  bug(
    'I3',
    'replacing all sessions keeps the row of the presented session',
    [
      inSessionChecks(CHECK_DECODES, '$&; globalThis.presentedToken = $<text>'),
      inSessionStore(/>= epoch\) continue/, '>= epoch || item.sessionId?.S === globalThis.keptSession) continue'),
      inRevocations(PREPARES, 'globalThis.keptSession = session.id\n    const replace = true'),
      inRevocations(
        REPLACES,
        'const created = { session, token: { reveal: () => globalThis.presentedToken } } as never as Replacement',
      ),
    ],
    { rules: ['newForKept'] },
  ),
  bug('I3', 'a password change whose session cannot be replaced revokes no other session', [
    inRevocations(SWEEPS_OWN, 'if (!created) throw new SignInAgainError(cause)\n    $&'),
  ]),
  bug('I2', 'a password change whose sweep fails is answered as if it had changed nothing', [
    inEpochs('throw error instanceof UnavailableError ? new RevocationPendingError(error) : error', 'throw error'),
  ]),
  bug('I1', 'the new session of a replacement at the session cap is handed out', [
    inRevocations('if (!overCap || overCap.includes(created.session.id)) throw', 'if (!overCap) throw'),
  ]),
  // The successors
  bug(
    'I1',
    'a revocation that finds no session looks for no successor',
    [inSuccession('if (successors.length === 0) return revoked', 'return revoked')],
    { rules: ['followsOn'], id: 'U1' },
  ),
  bug(
    'I1',
    'a logout leaves the row of an expired session',
    [
      inSuccession(
        'const row = await store.get(userId, sessionId, deadline)\n      if (row &&',
        'const row = await store.get(userId, sessionId, deadline)\n      if (row && row.expiresAt <= clock()) return []\n      if (row &&',
      ),
    ],
    { rules: ['evenExpired'] },
  ),
  bug(
    'I1',
    'a revocation whose outcome is unknown looks for no successor',
    [inSuccession(OWN_ROW_ONLY, "if (outcome !== 'absent') return { outcome, revoked: [sessionId] }")],
    { rules: ['unknownFollows'] },
  ),
  bug(
    'I1',
    'a session names only the session that it replaced directly',
    [inSuccession(NAMES, 'return [{ id, secretHash, replacedAt: now }]')],
    { rules: ['wholeLine'] },
  ),
  bug(
    'I1',
    'a revocation looks for successors once',
    [inSuccession('revoked.push(id)\n      }', 'revoked.push(id)\n      }\n      return revoked')],
    { rules: ['followsToTheEnd'] },
  ),
  bug('I1', 'a session with a label names no session that it replaced', [
    inSuccession(
      'replaced: predecessorsOf(row, clock())',
      'replaced: newSession.label ? [] : predecessorsOf(row, clock())',
    ),
  ]),
  bug('I1', 'a narrowed session names no session that it replaced', [
    inSuccession(
      'replaced: predecessorsOf(row, clock())',
      'replaced: newSession.narrowed ? [] : predecessorsOf(row, clock())',
    ),
  ]),
  bug('I1', 'only the first of several predecessors is decoded', [
    inSessionItem('item.replaced.L.flatMap(parsePredecessor)', 'item.replaced.L.slice(0, 1).flatMap(parsePredecessor)'),
  ]),
  bug('I1', 'a session is followed for two seconds only', [
    inSuccession('const SUCCESSION_SECONDS = 120 + 600', 'const SUCCESSION_SECONDS = 2'),
  ]),
  bug('I1', 'a session is followed for two minutes by one clock', [
    inSuccession('const SUCCESSION_SECONDS = 120 + 600', 'const SUCCESSION_SECONDS = 120'),
  ]),
  bug('I2', 'a revocation by a successor revokes the successor', [
    inSuccession('({ id }) => id !== actingId', '() => true'),
  ]),
  bug('I1', 'a logout revokes the successor of a session whose secret it does not know', [
    inSuccession('=> secretMatches(secret, secretHash)', '=> secretHash.length > 0'),
  ]),

  // Only for some sessions or requests
  bug('I1', 'a replacement of a session older than a day ignores whether it deleted that session', [
    inSuccession(OWN_ROW_DELETED, 'if (row.createdAt < clock() - 86_400) return created\n        $&'),
  ]),
  bug('I1', 'a session that was authenticated more than a day ago is not named by its successor', [
    inSuccession(
      'replaced: predecessorsOf(row, clock())',
      'replaced: row.authenticatedAt < clock() - 86_400 ? [] : predecessorsOf(row, clock())',
    ),
  ]),
  bug('I1', 'a revocation follows only the direct successor', [
    inSuccession('recentPredecessors(row, now).find(', 'recentPredecessors(row, now).slice(0, 1).find('),
  ]),
  bug('I8', 'reauthenticating a narrowed session with a label adds scopes', [
    inReauthenticatedSession('const held = narrowed ? scopes', 'const held = narrowed && !label ? scopes'),
  ]),
  bug('I8', 'signing out the others gives a narrowed session all scopes of its user', [
    inReauthenticatedSession(
      '(user) => ({ user, scopes, narrowed',
      '(user) => ({ user, scopes: narrowed ? user.scopes : scopes, narrowed',
    ),
  ]),
  bug('I3', 'a password change by a narrowed session does not sweep', [
    inRevocations(SWEEPS_OWN, 'const revoked = session.narrowed ? [] : await sweepAfterChange(user, deadline)'),
  ]),
  bug('I3', 'the second try of a replacement does not compare the epoch of the presented session', [
    inRevocations(
      'const { user } = await advance(readUser, change, deadline, { reason, by: before.id }, before)',
      'const { user } = await advance(() => users.require(session.userId, deadline), change, deadline, {}, before)',
    ),
  ]),
  bug('I7', 'reauthenticating a narrowed session is not counted as an attempt', [
    inReauthentication(
      'const attempt = await attempts.reserveReauthentication(user.id, deadline)',
      'const attempt = session.narrowed ? { succeed: async () => {} } : await attempts.reserveReauthentication(user.id, deadline)',
    ),
  ]),
]
