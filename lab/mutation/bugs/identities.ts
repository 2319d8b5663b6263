import { bug, inFile, type SeededBug } from './seeded-bug.ts'

const inPointers = inFile('lib/identity/identity-pointers.ts')
const inIdentities = inFile('lib/identity/identities.ts')
const inLinking = inFile('lib/identity/linking.ts')
const inLogout = inFile('lib/identity/provider-logout.ts')
const inIdentityStore = inFile('lib/dynamodb/identity-store.ts')
const inProviderSessions = inFile('lib/dynamodb/provider-session-store.ts')
const inUsedTokens = inFile('lib/dynamodb/used-token-store.ts')
const inExchange = inFile('lib/identity/token-exchange.ts')
const inSubjectToken = inFile('lib/identity/subject-token.ts')
const inRevocation = inFile('lib/identity/revocation-request.ts')
const inCreateSession = inFile('lib/sessions/create-session.ts')

const MARK = 'await providerSessions.endSubject(issuer, subject, issuedAt, deadline)'

export const IDENTITIES: readonly SeededBug[] = [
  // Who signs in by an identity
  bug(
    'I3',
    'an identity signs in to a user who does not list it any more',
    [inPointers('user?.identities?.[key]?.claim === claim', 'user !== undefined')],
    { rules: ['identityListed'] },
  ),
  bug(
    'I8',
    'a claim takes an identity from the user who has it',
    [
      inIdentityStore(
        "'attribute_not_exists(pk) OR claim IN (:mine, :instead)'",
        "'attribute_exists(pk) OR attribute_not_exists(pk) OR claim IN (:mine, :instead)'",
      ),
    ],
    { rules: ['identityIfFree'] },
  ),
  bug(
    'I4',
    'an identity is released whatever its claim',
    [inIdentityStore("'claim = :claim'", "'attribute_exists(pk) OR claim = :claim'")],
    { rules: ['identityByClaim'] },
  ),
  bug(
    'I8',
    'an identity whose address is of a proven account with a password signs in to it',
    [inIdentities('if (holder.emailVerified)', 'if (holder.emailVerified && holder.passwordHash === undefined)')],
    { rules: ['onlyUnproven'] },
  ),
  bug(
    'I3',
    'an account that gives way keeps its sessions',
    [
      inIdentities(
        "const user = await advanceAsRead(holder, change, { reason: 'identity_linked', by: holder.id }, deadline)",
        'const changeId = randomText(ID_LENGTH)\n    const isWritten = await store.update(holder.id, holder.changeId, changeId, change, deadline)\n    const user = isWritten ? { ...holder, changeId } : undefined',
      ),
    ],
    { rules: ['takeoverEnds'] },
  ),
  bug('I8', 'a first sign-in registers people of any domain', [
    inIdentities('registration.domains.includes(', '!registration.domains.includes('),
  ]),
  // Linking
  bug(
    'I4',
    'a link claims the identity before the user lists it',
    [
      inLinking(
        "let claim = ''",
        "let claim = randomText(ID_LENGTH)\n      if (!(await pointers.claim(key, { userId, claim }, deadline))) throw new IdentityNotLinkedError('identity_taken')",
      ),
      inLinking('claim = listed?.claim ?? randomText(ID_LENGTH)', 'claim = listed?.claim ?? claim'),
      inLinking(
        'if (await pointers.claim(key, { userId, claim }, deadline)) return replacement',
        'if (claim) return replacement',
      ),
    ],
    { rules: ['listedFirst'] },
  ),
  bug(
    'I3',
    'an identity is unlinked, or linked, without an end of the other sessions',
    [
      inLinking(
        'return revocations.changeFactors(session, { ...rest, change, proof }, device, deadline)',
        'return store.get(session.userId, deadline).then(async (user) => { if (user) await store.update(user.id, user.changeId, randomText(ID_LENGTH), change(user), deadline); return { session, user, revoked: [] } as never })',
      ),
    ],
    { rules: ['unlinkEnds'] },
  ),
  bug(
    'I4',
    'an unlink removes a link that was made again in the same second',
    [inLinking('each.claim === claim) ?? []', 'each.claim === claim || each.linkedAt === clock()) ?? []')],
    { rules: ['byClaim'] },
  ),
  bug('I2', 'an unlink takes the last way in', [inLinking('if (waysIn(user) < 2)', 'if (waysIn(user) < 1)')], {
    rules: ['lastWayIn'],
  }),
  // Sessions that a provider may end
  bug(
    'I1',
    'a session is tied to the one at its provider before its row is written',
    [
      inCreateSession(
        'const created = await createForUser(',
        'if (!(await isTied(parts, newSession, deadline))) return undefined\n  const created = await createForUser(',
      ),
      inCreateSession('if (mayStay) return created', 'if (mayStay || created) return created'),
    ],
    { rules: ['rowFirst'] },
  ),
  bug(
    'I1',
    'a session that its provider has ended is tied',
    [
      inProviderSessions(
        "'attribute_not_exists(endedAt)',",
        "'attribute_not_exists(endedAt) OR attribute_exists(endedAt)',",
      ),
    ],
    { rules: ['tieSeesLogout'] },
  ),
  bug(
    'I1',
    'a tie forgets the other users of the session at the provider',
    [inProviderSessions('ADD userIds :user SET expiresAt = :expiresAt', 'SET userIds = :user, expiresAt = :expiresAt')],
    { rules: ['tieNotPut'] },
  ),
  bug(
    'I1',
    'a sign-in with a session at the provider does not look for a logout of its subject',
    [inProviderSessions('?? -1) < issuedAt', '?? -1) < issuedAt || sid !== undefined')],
    { rules: ['subjectRead'] },
  ),
  bug(
    'I1',
    'a logout of a session that nobody has signed in by yet is not marked',
    [
      inProviderSessions(
        "ReturnValues: 'ALL_NEW',",
        "ReturnValues: 'ALL_NEW', ConditionExpression: 'attribute_exists(userIds)',",
      ),
    ],
    { rules: ['markAlways'] },
  ),
  bug(
    'I1',
    'a logout of a subject is marked after its user has changed',
    [inLogout(MARK, ''), inLogout('return ended ? [ended] : []', `${MARK}\n  return ended ? [ended] : []`)],
    { rules: ['subjectMark'] },
  ),
  bug(
    'I10',
    'a logout of a subject ends its sessions again when it is repeated',
    [inIdentities('(identity.endedAt ?? -1) >= until', '(identity.endedAt ?? -1) > until')],
    { rules: ['onceByTime'] },
  ),
  bug(
    'I1',
    'a session in the place of another one forgets the session at the provider',
    [
      inCreateSession(
        '...defined({ provider: proof.provider }),',
        '...(newSession.replaced ? {} : defined({ provider: proof.provider })),',
      ),
    ],
    { rules: ['sidInherited'] },
  ),
  // Tokens that are exchanged, and what authenticates a request
  bug(
    'I10',
    'a token of a provider is exchanged again',
    [
      inUsedTokens(
        "'attribute_not_exists(used) OR used = :mark'",
        "'attribute_not_exists(used) OR attribute_exists(used)'",
      ),
    ],
    { rules: ['exchangeOnce'] },
  ),
  bug(
    'I10',
    'a token that was used up by a lost answer is called used',
    [inUsedTokens("'attribute_not_exists(used) OR used = :mark'", "'attribute_not_exists(used)'")],
    { rules: ['exchangeMark'] },
  ),
  bug(
    'I10',
    'a token is used up once its session is made',
    [
      inExchange('return signInByProvider(parts, provider, identity, request, deadline)', 'return signedIn'),
      inExchange(
        'const mark = randomText(ID_LENGTH)',
        'const mark = randomText(ID_LENGTH)\n  const signedIn = await signInByProvider(parts, provider, identity, request, deadline)',
      ),
    ],
    { rules: ['exchangeFirst'] },
  ),
  bug('I10', 'a token is exchanged again under another form of its signature', [
    inExchange('unsigned(subject.token)', 'subject.token'),
  ]),
  bug('I8', 'a token for another service is exchanged if it is for this one too', [
    inSubjectToken('given.every((each)', 'given.some((each)'),
  ]),
  bug('I8', 'the token of a request ends the sessions of any subject', [
    inRevocation("hash('sha256', subject, 'base64url')", "'any'"),
  ]),
]
