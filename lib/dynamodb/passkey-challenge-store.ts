import type { PasskeyChallengeStore } from '../passkeys/passkey-challenges.ts'
import { isUserId } from '../user.ts'
import { parseWholeNumber } from './attribute.ts'
import { type OneTimeTable, oneTimeItems } from './one-time-item.ts'

/** Without it an item is no challenge: functions that may mark sources can write items of a key and a time alone. */
const PURPOSE = { add: 'add', signIn: 'sign_in' } as const

/** Creates a `PasskeyChallengeStore` on the attempts table. */
export function dynamodbPasskeyChallengeStore(table: OneTimeTable): PasskeyChallengeStore {
  const items = oneTimeItems(table, 'passkey')
  return {
    put(challenge, { userId, expiresAt }, deadline) {
      const purpose = { S: userId === undefined ? PURPOSE.signIn : PURPOSE.add }
      const user = userId === undefined ? {} : { userId: { S: userId } }
      return items.put(challenge, { purpose, ...user }, expiresAt, deadline)
    },

    async get(challenge, now, deadline) {
      const item = await items.get(challenge, now, deadline)
      const expiresAt = parseWholeNumber(item?.expiresAt)
      const userId = item?.userId?.S
      if (expiresAt === undefined) return undefined
      if (item?.purpose?.S === PURPOSE.signIn && userId === undefined) return { expiresAt }
      const isOfUser = item?.purpose?.S === PURPOSE.add && userId !== undefined && isUserId(userId)
      return isOfUser ? { userId, expiresAt } : undefined
    },

    use: items.use,
  }
}
