import { bug, inFile, type SeededBug } from './seeded-bug.ts'

const inInvitations = inFile('lib/accounts/invitations.ts')
const inStore = inFile('lib/dynamodb/invitation-store.ts')

const OPEN = "'attribute_exists(id) AND (attribute_not_exists(used) OR used = :mark)'"

export const INVITATIONS: readonly SeededBug[] = [
  bug(
    'I10',
    'an invitation that was used is used again',
    [inStore(OPEN, "'attribute_exists(id) AND (attribute_not_exists(used) OR used <> :mark)'")],
    { rules: ['consumeOnce'] },
  ),
  bug(
    'I10',
    'a repeated use of an invitation does not recognize its own success',
    [inStore(OPEN, "'attribute_exists(id) AND attribute_not_exists(used)'")],
    { rules: ['ownMark'] },
  ),
  bug(
    'I10',
    'an invitation is used up after its user is registered',
    [
      inInvitations(
        /(?<use>if \(!\(await store\.accept\([^\n]*)\n(?<space>\s+)(?<email>const \{ email, scopes[^\n]*)\n\s+return (?<register>users\.register\([^\n]*)/,
        '$<email>\n$<space>const user = await $<register>\n$<space>$<use>\n$<space>return user',
      ),
    ],
    { rules: ['consumeFirst'] },
  ),
  bug('I10', 'an invitation is accepted by the secret of an earlier mail', [
    inInvitations('!isHashOf(invitation.hash, secret)', '(!invitation.isSettled && $&)'),
    inStore('secretHash = :hash`', '(isSettled = :settled OR secretHash = :hash)`'),
    inStore("':outcome': { S: 'accepted' } }", "':outcome': { S: 'accepted' }, ':settled': { BOOL: true } }"),
  ]),
  bug('I10', 'an invitation that was used gets the secret of another mail', [
    inStore("'attribute_exists(id) AND attribute_not_exists(used)'", "'attribute_exists(id)'"),
  ]),
  bug(
    'I10',
    'a put of an invitation that takes effect late makes a used one good again',
    [inStore("'attribute_not_exists(id)'", "'attribute_not_exists(id) OR attribute_exists(used)'")],
    { rules: ['ticketFreshPut'] },
  ),
]
