import type { Rule } from '../../model/rules.ts'
import { type Edit, in_, type Mutation, mutation, STRONG_QUERY } from './mutation.ts'

// Without the rules of users and their sessions.

const SESSIONS = 'dynamodb/session-store.ts'
const USERS = 'dynamodb/user-store.ts'
const ENDING = 'end-of-sessions.ts'

const CONDITION = `ConditionExpression: \`#\${attribute} = :from\``
/** Without a condition where this holds: it is still said, since an engine refuses values that nothing names. */
const unconditional = (when: string): Edit =>
  in_(
    USERS,
    CONDITION,
    `ConditionExpression: \`#\${attribute} = :from\${${when} ? \` OR #\${attribute} <> :from\` : ''}\``,
  )

export const OF_SESSIONS = {
  secondRead: mutation(
    /^I3: .* outlives/,
    in_(
      'new-session.ts',
      'if (isValidForUser(created.session, await users.get(userId, deadline))) return',
      'if (await users.get(userId, deadline)) return',
    ),
  ),
  freshPut: mutation(
    /^I1: .* lives after/,
    in_(SESSIONS, 'await send(client, put, deadline, { singleAttempt: true })', 'await send(client, put, deadline)'),
  ),
  rehashGuard: mutation(/^I3: the old password is valid again/, unconditional("attribute === 'passwordHash'")),
  noUpsert: mutation(
    /^I4: there is an item/,
    in_(
      SESSIONS,
      "        ConditionExpression: 'attribute_exists(userId) AND expiresAt > :now AND lastSeenAt < :now',\n",
      '',
    ),
  ),
  changeId: mutation(
    /disabled is active/,
    in_(USERS, 'item[attribute]?.S === set[attribute]?.S', 'item.epoch?.N === set.epoch?.N'),
  ),
  advanceGuard: mutation(/^I3: .* of the password old/, unconditional("'epoch' in set")),
  changeIdGuard: mutation(
    /granted is not held/,
    in_(
      USERS,
      "setIfUnchanged(user.id, 'changeId', { S: user.changeId }, set,",
      "setIfUnchanged(user.id, 'epoch', numberAttribute(user.epoch), set,",
    ),
  ),
  staleCheck: mutation(
    /^I1: .* carries on/,
    in_('users.ts', 'isValidForUser(session, user) ?', "user?.status === 'active' ?"),
  ),
  sweepOldOnly: mutation(
    /^I2: .* though nobody ended it/,
    in_(SESSIONS, '          if ((parseWholeNumber(item.userEpoch) ?? -1) >= epoch) continue\n', ''),
  ),
  strongSweep: mutation(/^I[13]/, STRONG_QUERY),
  pendingMark: mutation(/^I3: .* outlives/, in_(USERS, '        sweepPending: { BOOL: true },\n', '')),
  sweepGuard: mutation(/^I3: .* outlives/, in_(USERS, "'epoch = :epoch'", "'epoch = :epoch OR epoch <> :epoch'")),
  updateGuard: mutation(/taken away is held again/, unconditional("attribute === 'changeId' && !('epoch' in set)")),
  finishBeforeAnswer: mutation(
    /^I1: .* lives when/,
    in_(
      'user-administration.ts',
      'await revocations.finishPendingSweep({ ...before, ...change, changeId }, log)',
      '{ ...before, ...change, changeId }',
    ),
  ),
  newForKept: mutation(
    /^I3: .* outlives/,
    in_(
      'sessions.ts',
      'const token = parseToken(tokenText)\n',
      'const token = parseToken(tokenText); globalThis.__token = tokenText\n',
    ),
    in_(SESSIONS, '>= epoch) continue', '>= epoch || item.sessionId?.S === globalThis.__kept) continue'),
    in_(
      ENDING,
      "if ((await sessions.revoke(session.userId, session.id, deadline)) !== 'deleted')\n",
      'globalThis.__kept = session.id\n    if (false)\n',
    ),
    in_(
      ENDING,
      'await sessions.create(replacement(user), store, deadline)',
      '{ session, token: { reveal: () => globalThis.__token } }',
    ),
  ),
  ownRowFirst: mutation(
    /^I1: .* carries on/,
    in_(ENDING, "if ((await sessions.revoke(session.userId, session.id, deadline)) !== 'deleted')\n", 'if (false)\n'),
  ),
  reauthenticateOwnRow: mutation(
    /^I1: .* carries on/,
    in_('reauthentication.ts', "if (outcome === 'deleted') return", 'return'),
  ),
  unknownIsNotOurs: mutation(
    /^I1: .* carries on/,
    in_(
      'reauthentication.ts',
      "if (outcome === 'deleted') return",
      "if (outcome === 'deleted' || outcome === 'unknown') return",
    ),
  ),
} as const satisfies Partial<Record<Rule, Mutation>>
