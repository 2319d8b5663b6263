import { bug, inFile, type SeededBug } from './seeded-bug.ts'

const inPointers = inFile('lib/accounts/email-pointers.ts')
const inChange = inFile('lib/accounts/email-change.ts')
const inUndo = inFile('lib/accounts/email-undo.ts')
const inSince = inFile('lib/accounts/credentials-since.ts')
const inPointerStore = inFile('lib/dynamodb/pointer-store.ts')

const IS_UNDO = "if (isOf(undo)) standings.push('undo')"
const IN_EPOCH = 'claiming?.epoch === epoch'

export const EMAIL_CHANGES: readonly SeededBug[] = [
  // What a pointer is to its user
  bug(
    'I2',
    'a pointer of an interrupted change holds its address for ever',
    [inPointers(IS_UNDO, "$&\n  if (standings.length === 0) standings.push('own')")],
    {
      rules: ['claimIsLive'],
    },
  ),
  bug(
    'I2',
    'a pending change of address holds it only for a user who can undo an earlier one',
    [inPointers(`if (isOf(claiming) && ${IN_EPOCH})`, `if (isOf(claiming) && ${IN_EPOCH} && undo)`)],
    { rules: ['pendingIsLive'] },
  ),
  bug(
    'I2',
    'a change of address that was asked for before a revoke-all still holds the address',
    [inPointers(`isOf(claiming) && ${IN_EPOCH}`, 'isOf(claiming)')],
    { rules: ['pendingInEpoch'] },
  ),
  bug(
    'I2',
    'an undo holds the old address only until its mail is sent',
    [inPointers(IS_UNDO, "if (isOf(undo) && undo?.hash === undefined) standings.push('undo')")],
    { rules: ['undoIsLive'] },
  ),
  bug(
    'I2',
    'an expired undo holds the old address for ever',
    [inPointers("return standing !== 'own' && ", "return standing === 'claiming' && ")],
    { rules: ['lapse'] },
  ),
  bug(
    'I2',
    'an expired undo gives the old address away without a write to its user',
    [inPointers('if (!(await store.update(holder.id', "if (standing === 'claiming' && !(await store.update(holder.id")],
    { rules: ['lapseIsWritten'] },
  ),
  bug(
    'I2',
    'a pointer is released by its user, whatever its claim',
    [
      inPointerStore(
        /(?<head>ConditionExpression: )condition,\n(?<space>\s+)ExpressionAttributeValues: values,/,
        "$<head>'userId = :mine',\n$<space>ExpressionAttributeValues: { ':mine': { S: pointer.userId } },",
      ),
    ],
    { rules: ['releaseByClaim'] },
  ),

  // The change
  bug(
    'I2',
    'a change of address is written although another user has the address',
    [inChange("if (outcome !== 'mine') throw", "if (outcome === 'busy') throw")],
    { rules: ['claimFirst'] },
  ),
  bug(
    'I2',
    'an old address that was never proven is released before the change is written',
    [
      inChange(
        'left = leftBy(user, email, undo)',
        '$&\n        for (const { email: old, ...pointer } of left) await pointers.release(old, pointer, deadline)',
      ),
    ],
    { rules: ['releaseLast'] },
  ),
  bug(
    'I4',
    'two changes to the same address have the same claim',
    [inChange('user.undo.claim : pointers.newClaim()', "user.undo.claim : email.padEnd(21, '-')")],
    { rules: ['freshClaim'] },
  ),
  bug(
    'I3',
    'a request to change the address is armed after one revoke-all',
    [inChange('user.epoch !== epoch', 'user.epoch > epoch + 1')],
    { rules: ['orderInEpoch'] },
  ),
  bug(
    'I8',
    'the mail of an undo is requested after the change, so that a lost answer loses it',
    [
      inChange('let isWritten = false', '$&\n      let order = async () => {}'),
      inChange(
        'await orderUndo({ userId: user.id, email: user.email, claim: user.claim })',
        'order = () => orderUndo({ userId: user.id, email: user.email, claim: user.claim })',
      ),
      inChange('// Last: before the change', 'if (isWritten) await order()\n        $&'),
    ],
    { rules: ['orderFirst'] },
  ),
  bug(
    'I2',
    'the way back to the old address needs another claim once the undo was mailed',
    [inChange('user.undo?.email === email ?', 'user.undo?.email === email && user.undo.hash === undefined ?')],
    { rules: ['backByUndoClaim'] },
  ),

  // The undo
  bug(
    'I8',
    'a second change of address replaces the undo of the first',
    [inChange('if (undo && undo.expiresAt > now)', 'if (undo && undo.expiresAt > now && undo.email === to)')],
    { rules: ['firstUndoWins'] },
  ),
  bug(
    'I8',
    'an undo is void after a revocation of all sessions',
    [inUndo('isOpenInAnyEpoch(undo, ', 'isOpenInAnyEpoch(undo?.epoch === user.epoch ? undo : undefined, ')],
    { rules: ['undoOutlives'] },
  ),
  bug(
    'I3',
    'an undo leaves the recovery codes that were made since the change',
    [
      inSince(
        '(since[credential] ?? 0) >= epoch',
        "credential !== 'recoveryCodes' && (since[credential] ?? 0) >= epoch",
      ),
    ],
    { rules: ['undoSince'] },
  ),
  bug(
    'I3',
    'an undo leaves the identities that were linked since the change',
    [inSince('before(epoch, identities)', 'before(Number.POSITIVE_INFINITY, identities)')],
    { rules: ['undoSince'] },
  ),
]
