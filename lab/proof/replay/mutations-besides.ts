import type { Rule } from '../../model/rules.ts'
import { but, in_, type Mutation, mutation, STRONG_QUERY } from './mutation.ts'

// Without the rules of what stands beside the protocols of sessions.

const SESSIONS = 'dynamodb/session-store.ts'
const USERS = 'dynamodb/user-store.ts'
const ATTEMPTS = 'dynamodb/attempt-store.ts'
const LIST = 'dynamodb/user-list.ts'

/** A page of the real list is four items, one of the model’s two. */
const SMALLER_PAGES = ['Scan users']

export const BESIDES = {
  pointerCondition: mutation(/cannot sign in/, in_(USERS, "'userId = :id'", "'userId = :id OR userId <> :id'")),
  deleteOnChangeId: mutation(
    /^I3: .* outlives/,
    in_(
      USERS,
      "'attribute_not_exists(pk) OR changeId = :changeId'",
      "'attribute_not_exists(pk) OR changeId = :changeId OR changeId <> :changeId'",
    ),
  ),
  disableFirst: mutation(
    /^I3: .* outlives/,
    in_(
      'user-administration.ts',
      "await revocations.revokeAllSessions(userId, { status: 'disabled' }, deadline)",
      '{ user: await users.require(userId, deadline), revoked: [] }',
    ),
  ),
  claimOnlyIfFree: mutation(
    /cannot sign in/,
    in_(
      USERS,
      "'attribute_not_exists(pk) OR userId IN (:mine, :instead)'",
      "'attribute_exists(pk) OR attribute_not_exists(pk) OR userId IN (:mine, :instead)'",
    ),
  ),
  userFirst: mutation(
    /cannot sign in/,
    in_('users.ts', 'const user = await createItem(createUser, deadline)\n', 'const user = createUser()\n'),
    in_(
      'users.ts',
      'if (holder === user.id) return user\n',
      'if (holder === user.id) return createItem(() => user, deadline)\n',
    ),
  ),
  slotBeforeVerify: but(
    ['GetItem attempts: mark'],
    mutation(
      // which it reads after the verification too
      /^I7/,
      in_('login.ts', '  const attempt = await attempts.reserveLogin(email, ip, deadline)\n', '  let attempt\n'),
      in_(
        'login.ts',
        'await hasher.verify(password, user?.passwordHash)\n',
        'await hasher.verify(password, user?.passwordHash)\n  attempt = await attempts.reserveLogin(email, ip, deadline)\n',
      ),
      in_('login.ts', '    await attempt.release(deadline, log) // an outage must not lock accounts\n', ''),
    ),
  ),
  atomicSlot: mutation(
    /^I7/,
    in_(
      ATTEMPTS,
      '        const output = await send(client, countInRound(key, budget, now), deadline)\n',
      `        const taken = parseWholeNumber((await read(attemptKey(key), deadline))?.taken) ?? 0
        if (taken >= budget.limit) return budget.windowSeconds
        const unguarded = countInRound(key, { ...budget, limit: Number.MAX_SAFE_INTEGER }, now)
        unguarded.input.UpdateExpression = unguarded.input.UpdateExpression.replace('if_not_exists(taken, :zero)', \`:zero\`)
        unguarded.input.ExpressionAttributeValues[':zero'] = numberAttribute(taken)
        const output = await send(client, unguarded, deadline)\n`,
    ),
  ),
  slotIsKept: mutation(
    /^I7/,
    in_(
      ATTEMPTS,
      'const output = await send(client, countInRound(key, budget, now), deadline)\n',
      `const output = await send(client, countInRound(key, budget, now), deadline, { singleAttempt: true }).catch(() => undefined)
        if (!output) await store.release(key, deadline)
        if (!output) continue\n`,
    ),
  ),
  capAfterPut: mutation(
    /^I2: .* gave way/,
    in_(
      'login.ts',
      'const created = await sessions.create(newSession, users, deadline)\n',
      'revokedByCap.push(...(await sessions.enforceCap(newSession.user, deadline, leaving)))\n    const created = await sessions.create(newSession, users, deadline)\n',
    ),
    in_(
      'login.ts',
      'const revoked = await sessions.enforceCap(newSession.user, deadline, leaving)',
      'const revoked = await Promise.resolve([])',
    ),
    in_('session-cap.ts', 'live.length - cap)', 'live.length + 1 - cap)'),
  ),
  strongCap: mutation(/are left/, STRONG_QUERY),
  capOldestFirst: mutation(
    /are left|gave way/,
    in_('session-cap.ts', 'a.createdAt - b.createdAt', 'b.createdAt - a.createdAt'),
  ),
  leavingApart: mutation(/^I2: .* gave way/, in_('session-cap.ts', ' && !leaving.includes(row.id)', '')),
  idleEnd: mutation(/^I5: .* idle/, in_('session.ts', 'return now < session.expiresAt && now', 'return now')),
  absoluteEnd: mutation(
    /^I5: .* absolute/,
    in_('session.ts', 'now < session.expiresAt && now < session.endsAt', 'now < session.expiresAt'),
    in_('session.ts', 'Math.min(now + policy.idleSeconds, endsAt)', 'now + policy.idleSeconds'),
    in_(SESSIONS, "      if (to.lastSeenAt >= session.endsAt) return 'gone'\n", ''),
  ),
  renewalCondition: mutation(/^I2: refused/, in_(SESSIONS, ' AND lastSeenAt < :now', '')),
  renewalLive: mutation(/^I4: alive again/, in_(SESSIONS, ' AND expiresAt > :now', '')),
  keyCursor: but(
    SMALLER_PAGES,
    mutation(
      /is not shown$/,
      in_(
        LIST,
        'let from = after === undefined ? undefined : emailPointerKey(after)\n',
        'let skipped = Number(after ?? 0), from\n',
      ),
      in_(
        LIST,
        'pointers.push(...page.pointers)\n',
        'pointers.push(...page.pointers.slice(skipped)); skipped = Math.max(0, skipped - page.pointers.length)\n',
      ),
      in_(LIST, 'next: last.email }', 'next: String(Number(after ?? 0) + limit) }'),
    ),
  ),
  cursorOfLast: but(
    SMALLER_PAGES,
    mutation(/is not shown$/, in_(LIST, 'next: last.email }', 'next: (pointers.at(-1) ?? last).email }')),
  ),
} as const satisfies Partial<Record<Rule, Mutation>>
