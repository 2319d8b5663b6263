import { bug, inFile, type SeededBug } from './seeded-bug.ts'

const inCreateSession = inFile('lib/sessions/create-session.ts')
const inSessionCap = inFile('lib/sessions/session-cap.ts')
const inSessionStore = inFile('lib/dynamodb/session-store.ts')
const inSignIn = inFile('lib/accounts/sign-in.ts')
const inGrantedScopes = inFile('lib/accounts/granted-scopes.ts')

const SECOND_READ = 'if (isValidForUser(created.session, await users.get(userId, deadline))) return created'

export const CREATING_SESSIONS: readonly SeededBug[] = [
  bug('I3', 'creating a session skips the second read of the user', [inCreateSession(SECOND_READ, 'return created')], {
    rules: ['secondRead'],
  }),
  bug('I3', 'creating a session compares only the status at the second read', [
    inCreateSession(SECOND_READ, "if ((await users.get(userId, deadline))?.status === 'active') return created"),
  ]),
  bug('I3', 'creating a session skips the second read when the session has a label', [
    inCreateSession(SECOND_READ, `if (newSession.label !== undefined) return created\n    ${SECOND_READ}`),
  ]),
  bug('I3', 'creating a session skips the second read when it replaces a session', [
    inCreateSession(SECOND_READ, `if (newSession.endsAt !== undefined) return created\n    ${SECOND_READ}`),
  ]),
  bug('I3', 'a login skips the second read when the session has a label', [
    inSignIn(
      'sessions.create(newSession, users, deadline)',
      "sessions.create(newSession, newSession.label === undefined ? users : { get: async () => ({ ...newSession.user, status: 'active' }) as never }, deadline)",
    ),
  ]),
  bug('I4', 'creating a session may overwrite a row', [
    inSessionStore("        ConditionExpression: 'attribute_not_exists(userId)',\n", ''),
  ]),
  bug(
    'I4',
    'creating a session lets the SDK repeat the write',
    [inSessionStore('send(client, put, deadline, { singleAttempt: true })', 'send(client, put, deadline)')],
    { rules: ['freshPut'] },
  ),
  bug('I4', 'creating a session retries with the same id', [
    inCreateSession('    const token = mintToken(session.userId, randomText)\n', ''),
    inCreateSession(
      'for (let tries = 1; ; tries++) {',
      'const token = mintToken(session.userId, randomText)\n  for (let tries = 1; ; tries++) {',
    ),
  ]),
  // The session cap
  bug(
    'I2',
    'a presented session takes a place under the session cap',
    [inSessionCap(' && !leaving.includes(row.id)', '')],
    { rules: ['leavingApart'] },
  ),
  bug(
    'I2',
    'the session cap is applied before the new session is written',
    [
      inSignIn(
        /const (?<capped>\w+): SessionId\[\] = \[\](?<before>[\s\S]*?)(?<create>const \w+ = await sessions\.create\([^)]*\))(?<between>[\s\S]*?)= await (?<cap>sessions\.\w+\(\w+\.user, [^)]*\))/,
        'const $<capped> = []$<before>$<capped>.push(...(await $<cap>))\n $<create>$<between>= await Promise.resolve([])',
      ),
      inSessionCap(/\.length - cap\)/, '.length + 1 - cap)'),
    ],
    { rules: ['capAfterPut'] },
  ),
  bug(
    'I2',
    'the session cap revokes the newest sessions',
    [inSessionCap(/(?<a>\w+)\.createdAt - (?<b>\w+)\.createdAt/, '$<b>.createdAt - $<a>.createdAt')],
    { rules: ['capOldestFirst'] },
  ),

  // Only for some sessions or requests
  bug('I3', 'creating a session skips the second read when the login narrows its scopes', [
    inCreateSession(SECOND_READ, `if (newSession.narrowed) return created\n    ${SECOND_READ}`),
  ]),
  bug('I3', 'creating a session skips the second read for an IPv6 address', [
    inCreateSession(SECOND_READ, `if (newSession.ip.includes(':')) return created\n    ${SECOND_READ}`),
  ]),
  bug('I3', 'creating a session skips the second read when its row was written in a second try', [
    inCreateSession(
      'return { session: created, token: formatToken(token) }',
      'return { session: created, token: formatToken(token), tries } as CreatedSession',
    ),
    inCreateSession(
      SECOND_READ,
      `if ((created as never as { tries: number }).tries > 1) return created\n    ${SECOND_READ}`,
    ),
  ]),
  bug('I2', 'the session cap does not count sessions with a label', [
    inSessionCap('isLiveForUser(user, row, now) &&', 'isLiveForUser(user, row, now) && row.label === undefined &&'),
  ]),
  bug('I2', 'the session cap revokes narrowed sessions first', [
    inSessionCap(
      '.sort((a, b) => a.createdAt',
      '.sort((a, b) => Number(b.narrowed ?? 0) - Number(a.narrowed ?? 0) || a.createdAt',
    ),
  ]),
  bug('I2', 'a login that is over the session cap tries again without applying it', [
    inSignIn(
      'if (!created) throw new ConflictError()\n    const revoked',
      'if (!created) throw new ConflictError()\n    if (tries > 1) return { ...created, revokedByCap }\n    const revoked',
    ),
  ]),
  bug('I1', 'a login does not revoke a presented session that has a label', [
    inSignIn('if (session) presented.push(session)', 'if (session && !session.label) presented.push(session)'),
  ]),
  bug('I1', 'a login revokes only the first of two presented sessions', [
    inSignIn(
      'for (const { userId, id } of presented) await',
      'for (const { userId, id } of presented.slice(0, 1)) await',
    ),
  ]),
  bug('I3', 'a login with narrowed scopes does not finish an interrupted sweep', [
    inSignIn(
      '  await revocations.finishPendingSweep(user, log)\n',
      '  if (!narrowed) await revocations.finishPendingSweep(user, log)\n',
    ),
  ]),
  bug('I8', 'a login compares only the first requested scope with those of the user', [
    inGrantedScopes('missingScopes(requested, held)', 'missingScopes(requested.slice(0, 1), held)'),
    inGrantedScopes('missingScopes(requested, available)', 'missingScopes(requested.slice(0, 1), available)'),
  ]),
]
