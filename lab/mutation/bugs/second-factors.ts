import { bug, inFile, type SeededBug } from './seeded-bug.ts'

const inSecondFactorLogin = inFile('lib/accounts/second-factor-login.ts')
const inRevocations = inFile('lib/accounts/revocations.ts')
const inChallenges = inFile('lib/factors/challenges.ts')
const inEnrolment = inFile('lib/factors/enrolment.ts')
const inSecondFactors = inFile('lib/factors/second-factors.ts')
const inFactorUse = inFile('lib/dynamodb/factor-use.ts')
const inOneTimeItem = inFile('lib/dynamodb/one-time-item.ts')

const RESERVES = 'const attempt = await attempts.reserveSecondFactor(challenge.userId, deadline)'
const VERIFIES = 'const proof = await secondFactors.verify(user, code, challenge.proof, deadline)'

export const SECOND_FACTORS: readonly SeededBug[] = [
  // Codes
  bug(
    'I10',
    'a step of an authenticator app is accepted twice',
    [inFactorUse('totpStep < :step', 'totpStep <= :step')],
    { id: 'A1', rules: ['stepOnce'] },
  ),
  bug(
    'I8',
    'a step is counted for the app that has replaced the verified one',
    [inFactorUse('totp.id = :id AND', '(totp.id = :id OR totp.id <> :id) AND')],
    { rules: ['stepOfFactor'] },
  ),
  bug(
    'I10',
    'a recovery code is accepted twice while the user has others',
    [
      inFactorUse(
        "'contains(recoveryCodes, :code)'",
        "'contains(recoveryCodes, :code) OR attribute_exists(recoveryCodes)'",
      ),
    ],
    { id: 'A2', rules: ['recoveryOnce'] },
  ),
  bug('I10', 'a sign-in accepts a step that another one has used meanwhile', [
    inSecondFactors('return store.useTotpStep(', 'return !!store.useTotpStep('),
  ]),
  bug('I10', 'a sign-in accepts a recovery code that another one has used meanwhile', [
    inSecondFactors('&& store.useRecoveryCode(', '&& !!store.useRecoveryCode('),
  ]),

  // Attempts and challenges
  bug(
    'I7',
    'an attempt at a second factor is reserved after the comparison',
    [
      inSecondFactorLogin(RESERVES, 'const reserve = () => attempts.reserveSecondFactor(challenge.userId, deadline)'),
      inSecondFactorLogin(
        VERIFIES,
        `const proof = await secondFactors.verify(user, code, challenge.proof, deadline).catch(async (error) => {
    await reserve()
    throw error
  })
  const attempt = await reserve()`,
      ),
    ],
    { rules: ['slotFirst'] },
  ),
  bug(
    'I7',
    'a sign-in with a label has attempts of its own at the second factor',
    [
      inSecondFactorLogin(
        'reserveSecondFactor(challenge.userId, deadline)',
        'reserveSecondFactor(challenge.label ? (secret as never) : challenge.userId, deadline)',
      ),
    ],
    { rules: ['perUser'] },
  ),
  bug(
    'I3',
    'a challenge survives one revoke-all, such as that of a disabling',
    [inSecondFactorLogin('user.epoch !== challenge.epoch', 'user.epoch > challenge.epoch + 1')],
    { rules: ['challengeInEpoch'] },
  ),
  bug(
    'I3',
    'a challenge survives that the user is disabled and enabled again',
    [
      inSecondFactorLogin(
        'user.epoch !== challenge.epoch',
        "(user.epoch !== challenge.epoch && user.lastChanges?.[0]?.reason !== 'user_disabled')",
      ),
    ],
    { id: 'A3' },
  ),
  bug('I10', 'a challenge signs in twice with two codes', [
    inChallenges(
      'if (!(await store.use(',
      'if ((await store.get(new Secret(secretText), clock(), deadline)) && !(await store.use(',
    ),
  ]),
  bug('I10', 'a challenge is used up by two requests', [
    inOneTimeItem(
      "'attribute_exists(#key) AND (attribute_not_exists(used) OR used = :mark)'",
      "kind === 'challenge' ? 'attribute_exists(#key)' : $&",
    ),
  ]),

  // Setting up
  bug(
    'I3',
    'setting up a second factor revokes no session',
    [
      inRevocations(
        'const { user } = await advance(readUser, change, deadline, { reason, by: before.id }, before)',
        `const write = async () => {
      const made = typeof change === 'function' ? change(before) : change
      const changeId = randomText(21)
      if (!(await store.update(before.id, before.changeId, changeId, made, deadline))) throw new ConflictError()
      return { user: { ...before, ...made, changeId } as User }
    }
    const { user } = await (reason === 'factors_changed' ? write() : advance(readUser, change, deadline, { reason, by: before.id }, before))`,
      ),
    ],
    { id: 'A5', rules: ['enrolmentEnds'] },
  ),
  bug(
    'I10',
    'the code that sets up the first second factor signs in once more',
    [inEnrolment('totp, totpStep, removes:', 'totp, ...(codes ? {} : { totpStep }), removes:')],
    { rules: ['enrolmentCounts'] },
  ),
]
