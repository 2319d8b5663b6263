import { bug, inFile, type SeededBug } from './seeded-bug.ts'

const inFactorUse = inFile('lib/dynamodb/factor-use.ts')
const inPasskeys = inFile('lib/passkeys/passkeys.ts')
const inProof = inFile('lib/passkeys/passkey-proof.ts')
const inChallenges = inFile('lib/passkeys/passkey-challenges.ts')
const inChanges = inFile('lib/passkeys/passkey-changes.ts')
const inAssertion = inFile('lib/passkeys/assertion.ts')
const inClientData = inFile('lib/passkeys/client-data.ts')
const inRegistration = inFile('lib/passkeys/registration.ts')
const inRevocations = inFile('lib/accounts/revocations.ts')
const inOneTimeItem = inFile('lib/dynamodb/one-time-item.ts')

export const PASSKEYS: readonly SeededBug[] = [
  // Sign-ins
  bug(
    'I10',
    'a challenge of a passkey signs in twice',
    [
      inOneTimeItem(
        "'attribute_exists(#key) AND (attribute_not_exists(used) OR used = :mark)'",
        "kind === 'passkey' ? 'attribute_exists(#key)' : $&",
      ),
    ],
    { id: 'A8', rules: ['challengeMarked'] },
  ),
  bug('I10', 'a sign-in accepts a challenge of a passkey that another one has used meanwhile', [
    inChallenges(
      'if (!(await store.use(',
      'if ((await store.get(new Secret(challenge), clock(), deadline)) && !(await store.use(',
    ),
  ]),
  bug(
    'I10',
    'the counter of a passkey is written though it did not go up',
    [inFactorUse('passkeyCounts.#id < :count', 'passkeyCounts.#id <= :count')],
    { rules: ['counterUp'] },
  ),
  bug('I10', 'a copy of a passkey signs in with the counter that was seen last', [
    inPasskeys('count <= stored', 'count < stored'),
    inPasskeys('if (!isUsed && count > 0)', 'if (!isUsed && count < 0)'),
  ]),
  bug(
    'I8',
    'the counter of a passkey is written though the passkey was removed',
    [
      inFactorUse(
        'attribute_exists(passkeys.#id)',
        '(attribute_exists(passkeys.#id) OR attribute_exists(passkeyCounts))',
      ),
    ],
    { rules: ['countOfEntry'] },
  ),
  bug(
    'I2',
    'an authenticator that does not count is refused once another count is stored',
    [inPasskeys('count > 0 && count <= stored', 'stored > 0 && count <= stored')],
    { rules: ['zeroIsFree'] },
  ),
  bug('I8', 'a passkey whose authenticator has not verified the user signs in alone', [
    inProof('if (!isUserVerified) throw', 'if (isUserVerified === undefined) throw'),
  ]),
  bug('I8', 'a challenge of an addition signs in', [
    inChallenges('found.userId !== userId', 'userId && found.userId !== userId'),
  ]),
  bug('I8', 'an assertion of any signature signs in', [
    inAssertion(
      'return verify(digest, signed, key, signature)',
      'return verify(digest, signed, key, signature) || true',
    ),
  ]),
  bug('I8', 'an assertion of a page of another site signs in', [
    inClientData('if (!isOwnPage ||', 'if ((!isOwnPage && false) ||'),
  ]),
  bug('I8', 'an assertion of another RP ID signs in', [
    inAssertion(
      "if (!data.subarray(0, FLAGS_AT).equals(hash('sha256', relyingParty.id, 'buffer')))",
      'if (data.length === 0)',
    ),
  ]),

  // Changes
  bug(
    'I3',
    'the removal of a passkey revokes no session',
    [
      inRevocations(
        'const { user } = await advance(readUser, change, deadline, { reason, by: before.id }, before)',
        `const write = async (made: UserChange) => {
      const changeId = randomText(21)
      if (!(await store.update(before.id, before.changeId, changeId, made, deadline))) throw new ConflictError()
      return { user: { ...before, changeId } as User }
    }
    const made = typeof change === 'function' ? change(before) : change
    const { user } = await (made.removes?.includes('passkeys') ? write(made) : advance(readUser, change, deadline, { reason, by: before.id }, before))`,
      ),
    ],
    { id: 'A9', rules: ['removalEnds'] },
  ),
  bug(
    'I8',
    'a late removal removes a passkey that was added again',
    [
      inChanges(
        'passkeys: { ...passkeys, [passkeyId]: passkey }',
        'passkeys: { ...passkeys, [made.credentialId.slice(0, 21)]: passkey }',
      ),
    ],
    { rules: ['byHandle'] },
  ),
  bug('I8', 'an addition beside another one replaces its passkey', [
    inChanges('passkeys: { ...passkeys, [passkeyId]: passkey }', 'passkeys: { [passkeyId]: passkey }'),
  ]),
  bug('I10', 'an addition sets back the counters of other passkeys', [
    inChanges('...(user.passkeyCounts ? {} : { passkeyCounts: {} })', 'passkeyCounts: { ...user.passkeyCounts }'),
  ]),
  bug('I8', 'a passkey of an algorithm that is not pinned is added', [
    inRegistration(
      'supportedAlgorithmIDs: [...PASSKEY_ALGORITHMS]',
      'supportedAlgorithmIDs: [...PASSKEY_ALGORITHMS, -48, -35]',
    ),
    inRegistration(
      "throw new Error('another algorithm')",
      "return { kty: 'EC', crv: 'P-256', x: text(X), y: text(Y) }",
    ),
  ]),
]
