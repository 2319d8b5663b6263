import { bug, inFile, type SeededBug } from './seeded-bug.ts'

const inSignIn = inFile('lib/accounts/required-password.ts')
const inReplacement = inFile('lib/accounts/required-password-replacement.ts')
const inChange = inFile('lib/user-change.ts')
const inGiving = inFile('functions/admin-set-password.ts')

export const REQUIRED_PASSWORDS: readonly SeededBug[] = [
  bug(
    'I8',
    'a sign-in that names scopes need not replace a password that must be changed',
    [inSignIn('if (!user.mustChangePassword) {', 'if (!user.mustChangePassword || (scopes && !newPassword)) {')],
    { rules: ['givenFirst'] },
  ),
  bug(
    'I10',
    'a password that must be changed is replaced by two sign-ins',
    [
      inReplacement(
        'const isSame = user.passwordHash === known.passwordHash && user.mustChangePassword',
        'const isSame = user.id === known.id',
      ),
    ],
    { rules: ['requiredAsVerified'] },
  ),
  bug(
    'I8',
    'a password is set before it is required to be changed',
    [
      inGiving(
        'await app.revocations.revokeAllSessions(id, change, deadline, hooks)',
        'await app.revocations.revokeAllSessions(id, { passwordHash }, deadline, hooks)\n  if (body.requireChange) await app.revocations.revokeAllSessions(id, change, deadline)',
      ),
    ],
    { rules: ['requiredInOneWrite'] },
  ),
  bug(
    'I8',
    'a password of a mailed reset must be changed if the one before had to be',
    [
      inChange(
        'const isFreed = mustChangePassword &&',
        'const isFreed = mustChangePassword && !change.emailVerified &&',
      ),
    ],
    { rules: ['freedByNew'] },
  ),
  bug('I8', 'the present password replaces itself if it is typed in another normal form', [
    inSignIn('if (nfc(newPassword) === nfc(password))', 'if (newPassword.reveal() === password.reveal())'),
  ]),
]
