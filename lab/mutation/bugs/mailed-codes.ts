import { bug, inFile, type SeededBug } from './seeded-bug.ts'

const inCodes = inFile('lib/accounts/login-codes.ts')
const inLogin = inFile('lib/accounts/code-login.ts')
const inStore = inFile('lib/dynamodb/code-challenge-store.ts')
const inCompletion = inFile('functions/complete-login-code.ts')

const TRY_LEFT = "'tries < :limit AND attribute_not_exists(used) AND expiresAt > :now'"

export const MAILED_CODES: readonly SeededBug[] = [
  bug(
    'I10',
    'a mailed code is bound to no browser',
    [inCodes("['login-code', salt, user?.id, user?.epoch]", "['login-code', user?.id, user?.epoch]")],
    { id: 'A7', rules: ['codeOfChallenge'] },
  ),
  bug(
    'I3',
    'a mailed code survives an end of all sessions',
    [inCodes("['login-code', salt, user?.id, user?.epoch]", "['login-code', salt, user?.id]")],
    { rules: ['epochInCode'] },
  ),
  bug(
    'I7',
    'a mailed code is compared before a try is taken',
    [
      inCodes(
        /const row = await store\.takeTry\([^\n]*/,
        'const row = await store.get(hashOneTimeSecret(secret), clock(), deadline)',
      ),
      inCodes(
        '      if (!(await store.use(',
        '      if (!(await store.takeTry(secret, CODE_TRIES, clock(), deadline))) throw new ChallengeExpiredError()\n$&',
      ),
    ],
    { rules: ['tryFirst'] },
  ),
  bug(
    'I7',
    'parallel tries at a mailed code share one',
    [inStore("'SET tries = tries + :one'", "'SET tries = :one'")],
    { rules: ['atomicTry'] },
  ),
  bug('I7', 'a mailed code has a try more than it should', [
    inStore(TRY_LEFT, "'tries <= :limit AND attribute_not_exists(used) AND expiresAt > :now'"),
  ]),
  bug(
    'I10',
    'a mailed code signs in twice',
    [
      inCodes(
        'if (!(await store.use(secret, randomText(ID_LENGTH), deadline))) throw',
        'if (!(await store.use(secret, row.salt, deadline))) throw',
      ),
    ],
    { rules: ['consumeOnce'] },
  ),
  bug(
    'I8',
    'a mailed code to an address that was never proven leaves the password that was set before',
    [inLogin('[...WITHOUT_CREDENTIALS,', "[...WITHOUT_CREDENTIALS.filter((field) => field !== 'passwordHash'),")],
    { rules: ['firstProof'] },
  ),
  bug(
    'I8',
    'a mailed code to an address that was never proven leaves the identities that were linked before',
    [inLogin("[...WITHOUT_CREDENTIALS, 'identities']", '[...WITHOUT_CREDENTIALS]')],
    { rules: ['firstProof'] },
  ),
  bug(
    'I8',
    'a mailed code to an address that was never proven leaves the sessions of before',
    [
      inLogin(
        'verified.emailVerified ? verified :',
        'verified.emailVerified || !hasSecondFactor(verified) ? verified :',
      ),
    ],
    { rules: ['firstProof'] },
  ),
  bug('I8', 'a mailed code signs a user with a second factor in', [
    inLogin('if (!hasSecondFactor(user))', 'if (!hasSecondFactor(user) || request.scopes === undefined)'),
  ]),
  bug('I8', 'a mailed code signs a disabled user in', [
    inCodes("if (user?.status !== 'active' || !isRight)", 'if (!user || !isRight)'),
  ]),
  bug('I8', 'of two cookies of browsers that asked, one counts', [
    inCompletion('if (secret === undefined || others.length > 0)', 'if (secret === undefined)'),
  ]),
]
