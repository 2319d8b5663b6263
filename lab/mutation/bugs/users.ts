import { bug, inFile, type SeededBug } from './seeded-bug.ts'
import { unconditionalIf } from './unconditional.ts'

const inUserAdministration = inFile('lib/accounts/user-administration.ts')
const inUsers = inFile('lib/accounts/users.ts')
const inUserList = inFile('lib/dynamodb/user-list.ts')
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
    [inUserStore("userId IN (:mine, :instead)'", "userId IN (:mine, :instead) OR userId <> :mine'")],
    { rules: ['claimOnlyIfFree'] },
  ),
  bug(
    'I2',
    'releasing an email deletes the pointer of another user',
    [inUserStore("'userId = :id'", "'userId = :id OR userId <> :id'")],
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
        /await \w+\.revokeAllSessions\((?<id>\w+), \{ status: 'disabled' \}, (?<deadline>\w+)\)/,
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
        /const (?<user>\w+) = await (?<make>create\w+)\((?<fresh>\w+), \w+\)(?<between>[\s\S]*?)if \((?<own>\w+ === \k<user>\.id)\) return \k<user>/,
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
]
