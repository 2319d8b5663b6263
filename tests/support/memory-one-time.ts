import type { CodeChallenge, CodeChallengeStore } from '../../lib/accounts/login-code.ts'
import type { Ticket, TicketStore } from '../../lib/accounts/tickets.ts'
import type { Challenge, ChallengeStore } from '../../lib/factors/challenges.ts'
import { hashOneTimeSecret } from '../../lib/one-time-secret.ts'
import type { PasskeyChallenge, PasskeyChallengeStore } from '../../lib/passkeys/passkey-challenges.ts'
import type { Secret } from '../../lib/secret.ts'
import type { EpochSeconds } from '../../lib/system.ts'

interface OneTimeItem {
  readonly expiresAt: EpochSeconds
}

/** Items that take effect once, in memory, with the same contract as those of the attempts table. */
function memoryOneTimeStore<Item extends OneTimeItem>() {
  const items = new Map<string, Item>()
  const marks = new Map<string, string>()
  return {
    async put(secret: Secret, item: Item) {
      const key = hashOneTimeSecret(secret)
      if (!items.has(key)) items.set(key, structuredClone(item))
    },

    async get(secret: Secret, now: EpochSeconds) {
      const key = hashOneTimeSecret(secret)
      const item = items.get(key)
      return item && !marks.has(key) && item.expiresAt > now ? structuredClone(item) : undefined
    },

    async use(secret: Secret, mark: string) {
      const key = hashOneTimeSecret(secret)
      if (!items.has(key)) return false
      if (!marks.has(key)) marks.set(key, mark)
      return marks.get(key) === mark
    },
  }
}

export const memoryTicketStore = (): TicketStore => memoryOneTimeStore<Ticket>()
export const memoryChallengeStore = (): ChallengeStore => memoryOneTimeStore<Challenge>()
export const memoryPasskeyChallengeStore = (): PasskeyChallengeStore => memoryOneTimeStore<PasskeyChallenge>()

/** Challenges of mailed codes in memory, with the same contract as those of the attempts table. */
export function memoryCodeChallengeStore(): CodeChallengeStore {
  const items = new Map<string, CodeChallenge & { tries: number; used?: string }>()
  const shown = ({ email, salt, expiresAt }: CodeChallenge) => ({ email, salt, expiresAt })
  return {
    async put(secret, challenge) {
      const key = hashOneTimeSecret(secret)
      if (!items.has(key)) items.set(key, { ...challenge, tries: 0 })
    },
    async get(hash, now) {
      const item = items.get(hash)
      return item && item.used === undefined && item.expiresAt > now ? shown(item) : undefined
    },
    async takeTry(secret, limit, now) {
      const item = items.get(hashOneTimeSecret(secret))
      if (!item || item.used !== undefined || item.expiresAt <= now || item.tries >= limit) return undefined
      item.tries++
      return shown(item)
    },
    async use(secret, mark) {
      const item = items.get(hashOneTimeSecret(secret))
      if (!item) return false
      item.used ??= mark
      return item.used === mark
    },
  }
}
