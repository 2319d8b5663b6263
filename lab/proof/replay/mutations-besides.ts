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
      '{ user: await users.require(userId, deadline), ended: [] }',
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
    in_('users.ts', 'const user = await createOne(fresh, deadline)\n', 'const user = fresh()\n'),
    in_(
      'users.ts',
      'if (holder === user.id) return user\n',
      'if (holder === user.id) return createOne(() => user, deadline)\n',
    ),
  ),
  slotBeforeVerify: but(
    ['GetItem attempts: mark'],
    mutation(
      // which it reads after the verification too
      /^I7/,
      in_('login.ts', '  const slot = await attempts.takeLogin(email, ip, deadline)\n', '  let slot\n'),
      in_(
        'login.ts',
        'await hasher.verify(password, user?.passwordHash)\n',
        'await hasher.verify(password, user?.passwordHash)\n  slot = await attempts.takeLogin(email, ip, deadline)\n',
      ),
      in_('login.ts', '    await slot.release(deadline, log) // an outage must not lock anybody out\n', ''),
    ),
  ),
  atomicSlot: mutation(
    /^I7/,
    in_(
      ATTEMPTS,
      '        const answer = await send(client, takeOne(key, budget, now), deadline)\n',
      `        const taken = whole((await read(attemptKey(key), deadline))?.taken) ?? 0
        if (taken >= budget.slots) return budget.windowSeconds
        const unguarded = takeOne(key, { ...budget, slots: Number.MAX_SAFE_INTEGER }, now)
        unguarded.input.UpdateExpression = unguarded.input.UpdateExpression.replace('if_not_exists(taken, :zero)', \`:zero\`)
        unguarded.input.ExpressionAttributeValues[':zero'] = number(taken)
        const answer = await send(client, unguarded, deadline)\n`,
    ),
  ),
  slotIsKept: mutation(
    /^I7/,
    in_(
      ATTEMPTS,
      'const answer = await send(client, takeOne(key, budget, now), deadline)\n',
      `const answer = await send(client, takeOne(key, budget, now), deadline, { once: true }).catch(() => undefined)
        if (!answer) await store.giveBack(key, deadline)
        if (!answer) continue\n`,
    ),
  ),
  capAfterPut: mutation(
    /^I2: .* gave way/,
    in_(
      'login.ts',
      'const created = await sessions.create(wanted, users, deadline)\n',
      'capped.push(...(await sessions.keepWithinCap(wanted.user, deadline, leaving)))\n    const created = await sessions.create(wanted, users, deadline)\n',
    ),
    in_(
      'login.ts',
      'const ended = await sessions.keepWithinCap(wanted.user, deadline, leaving)',
      'const ended = await Promise.resolve([])',
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
        'let from = after === undefined ? undefined : emailKey(after)\n',
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
