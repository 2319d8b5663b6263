import { bug, inFile, type SeededBug } from './seeded-bug.ts'
import { unconditionalIf } from './unconditional.ts'

const inUserAdministration = inFile('lib/accounts/user-administration.ts')
const inUsers = inFile('lib/accounts/users.ts')
const inUserList = inFile('lib/dynamodb/user-list.ts')
const inPointers = inFile('lib/accounts/email-pointers.ts')
const inPointerStore = inFile('lib/dynamodb/pointer-store.ts')
const inUserStore = inFile('lib/dynamodb/user-store.ts')

export const USERS: readonly SeededBug[] = [
  bug(
    'I3',
    'updating a user overwrites a change made meanwhile',
    [unconditionalIf("attribute === 'changeId' && !('epoch' in set)")],
    { rules: ['updateGuard'] },
  ),
  bug('I3', 'upgrading a password hash overwrites a new password', [unconditionalIf("attribute === 'passwordHash'")], {
    rules: ['rehashGuard'],
  }),
  bug(
    'I2',
    'claiming an email overwrites the pointer of another user',
    [
      inPointerStore(
        "'attribute_not_exists(pk)', mine.condition",
        "'attribute_not_exists(pk) OR userId <> :mine', mine.condition",
      ),
    ],
    { rules: ['claimOnlyIfFree'] },
  ),
  bug(
    'I2',
    'releasing an email deletes the pointer of another user',
    [
      inPointerStore(
        'ConditionExpression: condition,',
        'ConditionExpression: condition.concat(" OR userId <> :mine"),',
      ),
    ],
    { rules: ['pointerCondition'] },
  ),
  bug(
    'I3',
    'deleting a user ignores a change made meanwhile',
    [inUserStore('OR changeId = :changeId', 'OR changeId = :changeId OR changeId <> :changeId')],
    { rules: ['deleteOnChangeId'] },
  ),
  bug(
    'I3',
    'deleting a user does not disable it first',
    [
      inUserAdministration(
        /await \w+\.revokeAllSessions\((?<id>\w+), disabled, (?<deadline>\w+), cause\)/,
        '{ user: await users.require($<id>, $<deadline>), revoked: [] }',
      ),
    ],
    { rules: ['disableFirst'] },
  ),
  bug(
    'I2',
    'registration claims the email before it writes the user',
    [
      inUsers(
        /const (?<user>\w+) = await (?<make>create\w+)\((?<fresh>\w+), \w+\)(?<between>[\s\S]*?)if \((?<own>\w+ === 'mine')\) return \k<user>/,
        'const $<user> = $<fresh>()$<between>if ($<own>) return $<make>(() => $<user>, deadline)',
      ),
    ],
    { rules: ['userFirst'] },
  ),
  bug(
    'lists',
    'the cursor of the list of users counts rows',
    [
      inUserList(
        /let (?<from>\w+) = (?<after>\w+) === undefined \? undefined : \w+\(\k<after>\)/,
        'let skipped = Number($<after> ?? 0), $<from>',
      ),
      inUserList(
        /(?<all>\w+)\.push\(\.\.\.(?<page>\w+\.pointers)\)/,
        '$<all>.push(...$<page>.slice(skipped)); skipped = Math.max(0, skipped - $<page>.length)',
      ),
      inUserList(/next: last\.email/, 'next: String(Number(after ?? 0) + limit)'),
    ],
    { rules: ['keyCursor'] },
  ),
  bug(
    'lists',
    'the cursor of the list of users is the last row that was read',
    [inUserList(/next: last\.email/, 'next: (pointers.at(-1) ?? last).email')],
    { rules: ['cursorOfLast'] },
  ),

  // Only for some users or requests
  bug('I3', 'removing a scope revokes no session when another scope is granted with it', [
    inUserAdministration(
      'missingScopes(before.scopes, scopes).length > 0',
      'missingScopes(before.scopes, scopes).length > 0 && scopes.length < before.scopes.length',
    ),
  ]),
  bug('I3', 'disabling a user revokes no session when the request names the scopes too', [
    inUserAdministration(
      "if (status === 'disabled' && before.status !== 'disabled') return true",
      "if (status === 'disabled' && before.status !== 'disabled' && !scopes) return true",
    ),
  ]),
  bug('I3', 'the second try of a change compares the rights that the first try read', [
    inUserAdministration(
      'if (reducesRights(before, change))',
      'const first = ((change as { first?: typeof before }).first ??= before)\n        if (reducesRights(first, change))',
    ),
    inUserAdministration(
      "change: Pick<UserChange, 'name' | 'scopes' | 'status'>,\n      deadline: Deadline,",
      "given: Pick<UserChange, 'name' | 'scopes' | 'status'>,\n      deadline: Deadline,",
    ),
    inUserAdministration(
      /(?<options>\}: ChangeOptions = \{\},\s+\): Promise<RevocationResult> \{)/,
      "$<options>\n      const change = Object.defineProperty({ ...given }, 'first', { writable: true, value: undefined })",
    ),
  ]),
  bug('I3', 'the second try of a deletion does not revoke sessions', [
    inUserAdministration(
      'const { user, revoked } = await revocations.revokeAllSessions(userId, disabled, deadline, cause)',
      'const { user, revoked } = tries > 0 ? { user: await users.require(userId, deadline), revoked: [] } : await revocations.revokeAllSessions(userId, disabled, deadline, cause)',
    ),
  ]),
  bug('I2', 'registration takes the email of a disabled user', [
    inPointers('isOf(user) ?', "isOf(user) && user.status === 'active' ?"),
  ]),
  bug(
    'I8',
    'a pointer leads to a user with another email if that was verified',
    [inUsers('return user?.email === email ? user', 'return user?.email === email || user?.emailVerified ? user')],
    { rules: ['addressOfUser'] },
  ),
  bug('lists', 'users left unprocessed in a retry are missing from a list', [
    inUserList(
      'Keys = UnprocessedKeys[tableName]?.Keys ?? []',
      'Keys = tries > 0 ? [] : (UnprocessedKeys[tableName]?.Keys ?? [])',
    ),
  ]),
]
