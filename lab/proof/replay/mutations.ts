import type { Rule } from '../../model/rules.ts'
import {
  CHECK_DECODES,
  EVENTUAL_QUERY,
  NO_IDLE_TIMEOUT,
  type Patch,
  patch,
  UNCONDITIONAL_RENEWAL,
  UNGUARDED_ATTEMPTS,
} from '../patch.ts'

// The real code without each of the model's rules: the replay must then see the violation that the model predicts.

export interface Mutation {
  readonly patches: readonly Patch[]
  /** The violation that the replay must report. */
  readonly shows: RegExp
  /** Steps of the schedule for which the real code makes no call, even without the rule. */
  readonly leavesOut?: readonly string[]
}

const mutation = (shows: RegExp, ...patches: Patch[]): Mutation => ({ shows, patches })
const without = (leavesOut: readonly string[], mutation: Mutation): Mutation => ({ ...mutation, leavesOut })

const SESSION_STORE = 'lib/dynamodb/session-store.ts'
const USER_STORE = 'lib/dynamodb/user-store.ts'
const ATTEMPT_STORE = 'lib/dynamodb/attempt-store.ts'
const USER_LIST = 'lib/dynamodb/user-list.ts'
const SESSION = 'lib/session.ts'
const SESSIONS = 'lib/sessions/sessions.ts'
const CREATE = 'lib/sessions/create-session.ts'
const CAP = 'lib/sessions/session-cap.ts'
const LOGIN = 'lib/accounts/login.ts'
const REAUTHENTICATION = 'lib/accounts/reauthentication.ts'
const REVOCATIONS = 'lib/accounts/revocations.ts'
const ADMINISTRATION = 'lib/accounts/user-administration.ts'
const USERS = 'lib/accounts/users.ts'

/** A conditional write of a user whose condition always holds if `when` does. DynamoDB rejects values that no expression names. */
const unconditional = (when: string): Patch =>
  patch(
    USER_STORE,
    /ConditionExpression: `#\$\{(?<condition>\w+)\} = :from`/,
    `ConditionExpression: \`#\${$<condition>} = :from\${${when} ? \` OR #\${$<condition>} <> :from\` : ''}\``,
  )

const ADMIT_OWN_ROW = /if \(\(await (?<revoke>\w+\.revoke\((?<session>\w+)\.userId, [^)]*\))\) !== 'deleted'\)/
const OWN_ROW_DELETED = /if \((?<own>\w+) === 'deleted'\) return/

/** A page of the real list has four items for each user, a page of the model two items. */
const SMALLER_PAGES = ['Scan users']

export const MUTATIONS: Readonly<Record<Rule, Mutation>> = {
  secondRead: mutation(
    /^I3: .* outlives/,
    patch(CREATE, /if \(\w+\([^,()]+, (?<read>await \w+\.get\([^)]*\))\)\)/, 'if ($<read>)'),
  ),
  freshPut: mutation(
    /^I1: .* lives after/,
    patch(SESSION_STORE, /(?<call>await \w+\(\w+, put, \w+), \{[^}]*\}\)/, '$<call>)'),
  ),
  rehashGuard: mutation(/^I3: the old password is valid again/, unconditional("$<condition> === 'passwordHash'")),
  noUpsert: mutation(/^I4: there is an item/, UNCONDITIONAL_RENEWAL),
  changeId: mutation(
    /disabled is active/,
    patch(USER_STORE, /item\[(?<mark>\w+)\]\?\.S === set\[\k<mark>\]\?\.S/, 'item.epoch?.N === set.epoch?.N'),
  ),
  advanceGuard: mutation(/^I3: .* of the password old/, unconditional("'epoch' in set")),
  changeIdGuard: mutation(
    /granted is not held/,
    patch(
      USER_STORE,
      /\((?<user>\w+)\.id, 'changeId', \{ S: \k<user>\.changeId \}, /,
      "($<user>.id, 'epoch', { N: String($<user>.epoch) }, ",
    ),
  ),
  staleCheck: mutation(
    /^I1: .* carries on/,
    patch(USERS, /return \w+\(session, (?<user>\w+)\) \?/, "return $<user>?.status === 'active' ?"),
  ),
  sweepOldOnly: mutation(
    /^I2: .* is refused although no actor revoked it/,
    patch(SESSION_STORE, /if \(\([^\n]*userEpoch\) \?\? -1\) >= epoch\) continue/, ''),
  ),
  strongSweep: mutation(/^I[13]/, EVENTUAL_QUERY),
  pendingMark: mutation(/^I3: .* outlives/, patch(USER_STORE, /sweepPending: \{ BOOL: true \},/, '')),
  sweepGuard: mutation(
    /^I3: .* outlives/,
    patch(USER_STORE, /'epoch = :epoch'/, "'epoch = :epoch OR epoch <> :epoch'"),
  ),
  updateGuard: mutation(/taken away is held again/, unconditional("$<condition> === 'changeId' && !('epoch' in set)")),
  finishBeforeAnswer: mutation(
    /^I1: .* lives when/,
    patch(ADMINISTRATION, /await \w+\.finishPending\w*\((?<user>\{[^}]*\}), \w+\)/, '$<user>'),
  ),
  newForKept: mutation(
    /^I3: .* outlives/,
    patch(SESSIONS, CHECK_DECODES, '$&; globalThis.presentedToken = $<text>'),
    patch(SESSION_STORE, />= epoch\) continue/, '>= epoch || item.sessionId?.S === globalThis.keptSession) continue'),
    patch(REVOCATIONS, ADMIT_OWN_ROW, 'globalThis.keptSession = $<session>.id\n if (false)'),
    patch(
      REVOCATIONS,
      /await \w+\.create\(\w+\(user\), [^)]*\)/,
      '{ session, token: { reveal: () => globalThis.presentedToken } }',
    ),
  ),
  ownRowFirst: mutation(/^I1: .* carries on/, patch(REVOCATIONS, ADMIT_OWN_ROW, 'if (false)')),
  reauthenticateOwnRow: mutation(/^I1: .* carries on/, patch(REAUTHENTICATION, OWN_ROW_DELETED, 'return')),
  unknownIsNotOurs: mutation(
    /^I1: .* carries on/,
    patch(REAUTHENTICATION, OWN_ROW_DELETED, "if ($<own> === 'deleted' || $<own> === 'unknown') return"),
  ),

  pointerCondition: mutation(/cannot sign in/, patch(USER_STORE, /'userId = :id'/, "'userId = :id OR userId <> :id'")),
  deleteOnChangeId: mutation(
    /^I3: .* outlives/,
    patch(USER_STORE, /OR changeId = :changeId'/, "OR changeId = :changeId OR changeId <> :changeId'"),
  ),
  disableFirst: mutation(
    /^I3: .* outlives/,
    patch(
      ADMINISTRATION,
      /await \w+\.revokeAllSessions\((?<id>\w+), \{ status: 'disabled' \}, (?<deadline>\w+)\)/,
      '{ user: await users.require($<id>, $<deadline>), ended: [], revoked: [] }',
    ),
  ),
  claimOnlyIfFree: mutation(
    /cannot sign in/,
    patch(
      USER_STORE,
      /'(?<free>attribute_not_exists\(pk\) OR userId IN \(:mine, :instead\))'/,
      "'attribute_exists(pk) OR $<free>'",
    ),
  ),
  userFirst: mutation(
    /cannot sign in/,
    patch(
      USERS,
      /const (?<user>\w+) = await (?<make>create\w+)\((?<fresh>\w+), \w+\)(?<between>[\s\S]*?)if \((?<own>\w+ === \k<user>\.id)\) return \k<user>/,
      'const $<user> = $<fresh>()$<between>if ($<own>) return $<make>(() => $<user>, deadline)',
    ),
  ),
  slotBeforeVerify: without(
    ['GetItem attempts: mark'], // the real code makes this read after the verification too
    mutation(
      /^I7/,
      patch(
        LOGIN,
        /const (?<slot>\w+) = (?<take>await attempts\.\w+\([^)]*\))(?<between>[\s\S]*?)(?<verify>const \w+ = await hasher\.verify\([^)]*\))/,
        'let $<slot>$<between>$<verify>\n  $<slot> = $<take>',
      ),
    ),
  ),
  atomicSlot: mutation(/^I7/, UNGUARDED_ATTEMPTS),
  slotIsKept: mutation(
    /^I7/,
    patch(
      ATTEMPT_STORE,
      /(?<take>const (?<answer>\w+) = await \w+\(\w+, \w+\((?<key>\w+), \w+, \w+\), (?<deadline>\w+))\)/,
      `$<take>, { once: true, singleAttempt: true }).catch(() => undefined)
       if (!$<answer>) await (store.release ?? store.giveBack)($<key>, $<deadline>)
       if (!$<answer>) continue`,
    ),
  ),
  capAfterPut: mutation(
    /^I2: .* gave way/,
    patch(
      LOGIN,
      /const (?<capped>\w+): SessionId\[\] = \[\](?<before>[\s\S]*?)(?<create>const \w+ = await sessions\.create\([^)]*\))(?<between>[\s\S]*?)= await (?<cap>sessions\.\w+\(\w+\.user, [^)]*\))/,
      'const $<capped> = []$<before>$<capped>.push(...(await $<cap>))\n $<create>$<between>= await Promise.resolve([])',
    ),
    patch(CAP, /\.length - cap\)/, '.length + 1 - cap)'),
  ),
  strongCap: mutation(/are left/, EVENTUAL_QUERY),
  capOldestFirst: mutation(
    /are left|gave way/,
    patch(CAP, /(?<a>\w+)\.createdAt - (?<b>\w+)\.createdAt/, '$<b>.createdAt - $<a>.createdAt'),
  ),
  leavingApart: mutation(/^I2: .* gave way/, patch(CAP, / && !\w+\.includes\(\w+\.id\)/, '')),
  idleEnd: mutation(/^I5: .* idle/, NO_IDLE_TIMEOUT),
  absoluteEnd: mutation(
    /^I5: .* absolute/,
    patch(SESSION, /(?<idle>(?<now>\w+) < (?<session>\w+)\.expiresAt) && \k<now> < \k<session>\.endsAt/, '$<idle>'),
    patch(SESSION, /Math\.min\((?<idle>\w+ \+ \w+\.idleSeconds), \w+\)/, '$<idle>'),
    patch(SESSION_STORE, /if \(\w+\.lastSeenAt >= \w+\.endsAt\) return 'gone'/, ''),
  ),
  renewalCondition: mutation(/^I2: refused/, patch(SESSION_STORE, / AND lastSeenAt < :now/, '')),
  renewalLive: mutation(/^I4: alive again/, patch(SESSION_STORE, / AND expiresAt > :now/, '')),
  keyCursor: without(
    SMALLER_PAGES,
    mutation(
      /is not shown$/,
      patch(
        USER_LIST,
        /let (?<from>\w+) = (?<after>\w+) === undefined \? undefined : \w+\(\k<after>\)/,
        'let skipped = Number($<after> ?? 0), $<from>',
      ),
      patch(
        USER_LIST,
        /(?<all>\w+)\.push\(\.\.\.(?<page>\w+\.pointers)\)/,
        '$<all>.push(...$<page>.slice(skipped)); skipped = Math.max(0, skipped - $<page>.length)',
      ),
      patch(USER_LIST, /next: last\.email/, 'next: String(Number(after ?? 0) + limit)'),
    ),
  ),
  cursorOfLast: without(
    SMALLER_PAGES,
    mutation(/is not shown$/, patch(USER_LIST, /next: last\.email/, 'next: (pointers.at(-1) ?? last).email')),
  ),
}
