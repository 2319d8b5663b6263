import { bug, inFile, type SeededBug } from './seeded-bug.ts'

const inMailedLink = inFile('lib/accounts/mailed-link.ts')
const inPasswordReset = inFile('lib/accounts/password-reset.ts')
const inRegistration = inFile('lib/accounts/mailed-registration.ts')
const inVerification = inFile('lib/accounts/email-verification.ts')
const inOneTimeItem = inFile('lib/dynamodb/one-time-item.ts')
const inUserStore = inFile('lib/dynamodb/user-store.ts')
const inRegister = inFile('functions/register.ts')

const USED_ONCE = "'attribute_exists(#key) AND (attribute_not_exists(used) OR used = :mark)'"
const NOT_REPLACED = "'attribute_not_exists(#key)'"
const FACTORS_OF_UNPROVEN = '...(emailVerified ? [] : FACTOR_FIELDS)'

export const MAILED_LINKS: readonly SeededBug[] = [
  // Links that the user item keeps
  bug(
    'I10',
    'the second try of a reset does not look at the link',
    [inPasswordReset('await advance(readUser, ', 'await advance(() => users.require(token.userId, deadline), ')],
    { id: 'A4' },
  ),
  bug(
    'I3',
    'a mailed link is good after one revoke-all',
    [inMailedLink('return link?.epoch === user.epoch', 'return Number(link?.epoch) >= user.epoch - 1')],
    { id: 'A6', rules: ['boundToEpoch'] },
  ),
  bug(
    'I10',
    'a user whose email is proven gets the same link with each mail',
    [
      inMailedLink(
        'const secret = newOneTimeSecret(randomText)',
        "const secret = user.emailVerified ? new Secret(hash('sha256', user.id, 'base64url')) : newOneTimeSecret(randomText)",
      ),
    ],
    { rules: ['freshSecret'] },
  ),
  bug(
    'I8',
    'a reset of an account whose email was never proven leaves its recovery codes',
    [
      inPasswordReset(
        FACTORS_OF_UNPROVEN,
        "...(emailVerified ? [] : FACTOR_FIELDS.filter((field) => field !== 'recoveryCodes'))",
      ),
    ],
    { rules: ['purgeUnproven'] },
  ),
  bug(
    'I8',
    'a reset of a proven account without recovery codes removes its authenticator app',
    [
      inPasswordReset('({ emailVerified }: User)', '({ emailVerified, recoveryCodes }: User)'),
      inPasswordReset(FACTORS_OF_UNPROVEN, '...(emailVerified && recoveryCodes ? [] : FACTOR_FIELDS)'),
    ],
    { rules: ['purgeOnlyUnproven'] },
  ),
  bug(
    'I8',
    'a link proves the email of its user in the session of another user',
    [
      inVerification(
        'let current: User | undefined = user',
        'let current = token ? await users.get(token.userId, deadline) : user',
      ),
    ],
    { rules: ['proofInSession'] },
  ),
  bug(
    'I10',
    'a reset whose answer was lost does not find its change below a later one',
    [
      inUserStore(
        'known.some(({ changeId }) => changeId === set.changeId?.S)',
        'known[0]?.changeId === set.changeId?.S',
      ),
    ],
    { rules: ['listedChange'] },
  ),

  // Links that register a user
  bug(
    'I10',
    'a ticket is used up after the user is registered',
    [
      inRegistration(
        /(?<use>if \(!\(await tickets\.use\([^\n]*)\n(?<space>\s+)return (?<register>users\.register\([^\n]*)/,
        'const user = await $<register>\n$<space>$<use>\n$<space>return user',
      ),
    ],
    { rules: ['consumeFirst'] },
  ),
  bug(
    'I8',
    'a registration that names a password needs no mailed link',
    [inRegister("if (registration === 'mail') {", "if (registration === 'mail' && !password) {")],
    { rules: ['passwordAtCompletion'] },
  ),
  bug(
    'I10',
    'a ticket is used up by two requests',
    [inOneTimeItem(USED_ONCE, "kind === 'ticket' ? 'attribute_exists(#key)' : $&")],
    { rules: ['consumeOnce'] },
  ),
  bug(
    'I10',
    'a repeated use of a ticket does not recognize its own success',
    [inOneTimeItem(USED_ONCE, "kind === 'ticket' ? 'attribute_exists(#key) AND attribute_not_exists(used)' : $&")],
    { rules: ['ownMark'] },
  ),
  bug(
    'I10',
    'a ticket is used up by its deletion',
    [
      inOneTimeItem('PutItemCommand, UpdateItemCommand }', 'PutItemCommand, UpdateItemCommand, DeleteItemCommand }'),
      inOneTimeItem(
        'const update = new UpdateItemCommand({',
        `if (kind === 'ticket') {
        const remove = new DeleteItemCommand({ ...table, Key: keyOf(secret), ConditionExpression: 'attribute_exists(#key)', ExpressionAttributeNames: { '#key': 'key' } })
        return !((await send(client, remove, deadline)) instanceof ConditionFailed)
      }
      $&`,
      ),
    ],
    { rules: ['markNotDelete'] },
  ),
  bug(
    'I10',
    'a put of a ticket that takes effect late makes a used one good again',
    [inOneTimeItem(NOT_REPLACED, "kind === 'ticket' ? 'attribute_not_exists(#key) OR attribute_exists(#key)' : $&")],
    { rules: ['ticketFreshPut'] },
  ),
  bug(
    'I4',
    'creating a user lets the SDK repeat the write',
    [inUserStore('send(client, put, deadline, { singleAttempt: true })', 'send(client, put, deadline)')],
    { rules: ['userPutOnce'] },
  ),
]
