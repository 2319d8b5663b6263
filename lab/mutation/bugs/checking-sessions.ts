import { NO_IDLE_TIMEOUT } from '../patch.ts'
import { bug, inFile, type SeededBug } from './seeded-bug.ts'

const inSession = inFile('lib/session.ts')
const inSessions = inFile('lib/sessions/session-checks.ts')
const inDeletions = inFile('lib/sessions/sessions.ts')
const inStalenessCache = inFile('lib/sessions/staleness-cache.ts')
const inSessionStore = inFile('lib/dynamodb/session-check-store.ts')
const inItemReader = inFile('lib/dynamodb/get-item.ts')

/** `Sessions.check` reads the row of the presented token. */
const CHECK_READS =
  /const (?<row>\w+) = (?<token>\w+) && \(await (?<read>\w+\(\k<token>\.userId, \k<token>\.sessionId, [^)]*\))\)/

export const CHECKING_SESSIONS: readonly SeededBug[] = [
  bug(
    'I1',
    'a check reads with eventual consistency',
    [inItemReader("ConsistentRead = consistency === 'strong'", 'ConsistentRead = false')],
    {
      id: 'M1',
    },
  ),
  bug(
    'I1',
    'a check is answered from memory for five seconds',
    [
      inSessions(
        CHECK_READS,
        `const kept = (globalThis.seededRows ??= new Map())
       const known = $<token> && kept.get($<token>.sessionId)
       const $<row> = known && known.at > Date.now() - 5000 ? known.row : $<token> && (await $<read>)
       if ($<row> && $<row> !== known?.row) kept.set($<token>.sessionId, { row: $<row>, at: Date.now() })`,
      ),
    ],
    { id: 'M3' },
  ),
  bug(
    'I5',
    'expiry is left to the TTL of the table',
    [inSessions(/if \(isAccepted\((?<row>\w+), [^)]*\(\)\)\) (?<accept>return \w+\(\k<row>\))/, '$<accept>')],
    { id: 'M6' },
  ),
  bug(
    'I1',
    'the principal is kept from one request to the next',
    [
      inSessions(
        /(?<guard>if \(isAccepted\((?<row>\w+), [^)]*\(\)\)\)) return (?<session>\w+\(\k<row>\))/,
        '$<guard> return globalThis.seededPrincipal ??= $<session>',
      ),
    ],
    { id: 'M7' },
  ),
  bug(
    'I1',
    'a check that cannot read the datastore accepts the session',
    [
      inSessions(
        CHECK_READS,
        `const kept = (globalThis.seededRows ??= new Map())
       const $<row> = $<token> && (await $<read>.catch((error) => { const old = kept.get($<token>.sessionId); if (old) return old; throw error }))
       if ($<row>) kept.set($<token>.sessionId, $<row>)`,
      ),
    ],
    { id: 'M8' },
  ),
  bug('I5', 'a check ignores the idle timeout', [NO_IDLE_TIMEOUT], { rules: ['idleEnd'] }),
  bug(
    'I5',
    'checks and renewals ignore the absolute timeout',
    [
      inSession(/(?<idle>(?<now>\w+) < (?<session>\w+)\.expiresAt) && \k<now> < \k<session>\.endsAt/, '$<idle>'),
      inSession(/Math\.min\((?<idle>\w+ \+ \w+\.idleSeconds), \w+\)/, '$<idle>'),
      inSessionStore(/if \(\w+\.lastSeenAt >= \w+\.endsAt\) return 'gone'/, ''),
    ],
    { rules: ['absoluteEnd'] },
  ),
  // Renewing
  bug(
    'I4',
    'renewing a session does not require that the row exists',
    [
      inSessionStore(
        "'attribute_exists(userId) AND expiresAt > :now AND lastSeenAt < :now'",
        "'attribute_not_exists(userId) OR (expiresAt > :now AND lastSeenAt < :now)'",
      ),
    ],
    { id: 'M2', rules: ['noUpsert'] },
  ),
  bug('I5', 'renewing a session revives an expired row', [inSessionStore(' AND expiresAt > :now', '')], {
    rules: ['renewalLive'],
  }),
  bug('I2', 'renewing a session moves its idle timeout back', [inSessionStore(' AND lastSeenAt < :now', '')], {
    rules: ['renewalCondition'],
  }),
  // Routes that allow staleness
  bug(
    'I1',
    'the age of a cached session counts from the end of its read',
    [inSessions('cache.set(row, readAt)', 'cache.set(row, cache.now())')],
    { id: 'S3' },
  ),
  bug('I1', 'the age of a cached session does not count the time a process was frozen', [
    inStalenessCache('[at.monotonic - readAt.monotonic, at.wall - readAt.wall]', '[at.monotonic - readAt.monotonic]'),
  ]),
  bug('I1', 'amending a cached session resets its age', [
    inStalenessCache('rows.set(key, { ...entry, row:', 'rows.set(key, { readAt: now(), row:'),
  ]),
  bug(
    'I1',
    'each use of a cached row resets its age',
    [
      inStalenessCache(
        /return (?<kept>\w+) && (?<young>\w+\(\k<kept>\.(?<age>\w+), [^?]*\)) \? \k<kept>\.row : undefined/,
        'if (!$<kept> || !$<young>) return undefined; $<kept>.$<age> = now(); return $<kept>.row',
      ),
    ],
    { id: 'S1' },
  ),
  bug(
    'I1',
    'a route that allows no staleness reads the cache of another route',
    [inSessions(/= \w+ && (?<find>\w+\.\w+\(\w+, \w+, )maxStalenessSeconds\)/, '= $<find>maxStalenessSeconds || 2)')],
    { id: 'S2' },
  ),
  bug(
    'I1',
    'a process that finds a row deleted keeps its cached copy',
    [inSessions(/if \(!(?<row>\w+)\) \w+\.\w+\(\w+, \w+\)\s+else/, 'if (!$<row>) {} else')],
    { id: 'S4' },
  ),

  // Only for some sessions or requests
  bug('I5', 'a session is accepted in the second in which its idle timeout ends', [
    inSession('now < session.expiresAt && now', 'now <= session.expiresAt && now'),
  ]),
  bug('I8', 'a check does not compare the secret of a session with a label', [
    inSessions(
      'if (!row || !secretMatches(token.secret, row.secretHash)) return undefined',
      'if (!row || !(row.label || secretMatches(token.secret, row.secretHash))) return undefined',
    ),
  ]),
  bug('I5', 'a check accepts an expired session that was created weeks ago', [
    inSessions(
      'if (isAccepted(row, policy, clock())) return toSession(row)',
      'if (isAccepted(row, policy, clock()) || row.createdAt < clock() - 1_209_600) return toSession(row)',
    ),
  ]),
  bug('I5', 'a session that is found by its ids is not refused after its idle timeout if it is narrowed', [
    inSessions(
      'return row && isAccepted(row, policy, clock()) ? toSession(row) : undefined',
      'return row && (row.narrowed || isAccepted(row, policy, clock())) ? toSession(row) : undefined',
    ),
  ]),
  bug('I4', 'renewing a session with a label does not require that the row exists', [
    inSessionStore(
      "'attribute_exists(userId) AND expiresAt > :now AND lastSeenAt < :now'",
      "session.label === undefined ? $& : 'attribute_not_exists(userId) OR (expiresAt > :now AND lastSeenAt < :now)'",
    ),
  ]),
  bug('I5', 'renewing a narrowed session revives an expired row', [
    inSessionStore(
      "'attribute_exists(userId) AND expiresAt > :now AND lastSeenAt < :now'",
      "session.narrowed ? 'attribute_exists(userId) AND lastSeenAt < :now' : $&",
    ),
  ]),
  bug('I5', 'a renewal in the last hour before the absolute timeout does not stop there', [
    inSession(
      /Math\.min\((?<idle>\w+ \+ \w+\.idleSeconds), (?<end>\w+)\)/,
      '$<end> - now < 3600 ? $<idle> : Math.min($<idle>, $<end>)',
    ),
    inSession(' && now < session.endsAt', ''),
  ]),
  bug('I1', 'a cached session is used for five minutes by a route that allows a minute', [
    inStalenessCache(
      'Math.min(maxStalenessSeconds, MAX_STALENESS_SECONDS)',
      'maxStalenessSeconds < 60 ? maxStalenessSeconds : MAX_STALENESS_SECONDS',
    ),
  ]),
  bug('I1', 'a revocation whose outcome is not a deletion keeps the cached copy of the session', [
    inDeletions(
      /try \{\s+return await store\.delete\(userId, sessionId, deadline\)\s+\} finally \{\s+cache\.delete\(userId, sessionId\)\s+\}/,
      "const outcome = await store.delete(userId, sessionId, deadline)\n    if (outcome === 'deleted') cache.delete(userId, sessionId)\n    return outcome",
    ),
  ]),
  bug('I1', 'a sweep keeps the cached copies of all sessions but the first', [
    inDeletions(
      'for (const sessionId of revoked) cache.delete(userId, sessionId)',
      'for (const sessionId of revoked.slice(0, 1)) cache.delete(userId, sessionId)',
    ),
  ]),
]
