import { defined } from '../lib/defined.ts'
import { UnavailableError } from '../lib/errors.ts'
import type { PointerTarget, UserStore } from '../lib/ports.ts'
import type { Email, User, UserId } from '../lib/user.ts'
import { changedUser } from '../lib/user-change.ts'

/**
 * Creates a user store in memory, with the same contract as the DynamoDB store. It ignores deadlines.
 * @example
 * ```ts
 * import { memoryUserStore } from 'coatcheck/testing'
 *
 * const users = memoryUserStore()
 * ```
 */
export function memoryUserStore(): UserStore {
  const users = new Map<UserId, User>()
  const pointers = new Map<Email, PointerTarget>()

  return {
    async get(userId) {
      return structuredClone(users.get(userId))
    },

    async getPointer(email) {
      return pointers.get(email)?.userId
    },

    async create(user) {
      if (users.has(user.id)) throw new UnavailableError('A user with this id already exists')
      users.set(user.id, structuredClone(user))
    },

    async claimEmail(email, pointer, dead) {
      const present = pointers.get(email)
      if (present && !isSame(present, pointer) && !(dead && isSame(present, dead))) return { ...present }
      pointers.set(email, { ...pointer })
      return pointer
    },

    async delete(userId, changeId) {
      const present = users.get(userId)
      if (present && present.changeId !== changeId) return false
      users.delete(userId)
      return true
    },

    async advanceEpoch({ id, epoch, changeId: from }, changeId, change) {
      const user = users.get(id)
      if (user?.changeId !== from)
        return user?.changeId === changeId || (user?.lastChanges ?? []).some((each) => each.changeId === changeId)
      const after = changedUser(user, structuredClone(change))
      users.set(id, { ...after, epoch: epoch + 1, changeId, sweepPending: true })
      return true
    },

    async clearSweep(userId, epoch) {
      const user = users.get(userId)
      if (user?.epoch === epoch) users.set(userId, { ...user, sweepPending: false })
    },

    async update(userId, from, to, change) {
      const user = users.get(userId)
      if (user?.changeId !== from) return user?.changeId === to
      users.set(userId, { ...changedUser(user, structuredClone(change)), changeId: to })
      return true
    },

    async replacePasswordHash(userId, from, to) {
      const user = users.get(userId)
      if (user?.passwordHash !== from) return user?.passwordHash === to
      users.set(userId, { ...user, passwordHash: to })
      return true
    },

    async useTotpStep(userId, totp, step) {
      const user = users.get(userId)
      if (user?.totp?.id !== totp.id || (user.totpStep ?? -1) >= step) return false
      users.set(userId, { ...user, totp: { ...user.totp, sealed: totp.sealed }, totpStep: step })
      return true
    },

    async useRecoveryCode(userId, codeHash) {
      const user = users.get(userId)
      if (!user?.recoveryCodes?.includes(codeHash)) return false
      const recoveryCodes = user.recoveryCodes.filter((each) => each !== codeHash)
      users.set(userId, recoveryCodes.length > 0 ? { ...user, recoveryCodes } : withoutCodes(user))
      return true
    },

    async usePasskey(userId, passkeyId, { count, at }) {
      const user = users.get(userId)
      const { passkeys = {}, passkeyCounts = {}, passkeyUsedAt } = user ?? {}
      if (!user || !Object.hasOwn(passkeys, passkeyId)) return false
      if (count > 0 && (passkeyCounts[passkeyId] ?? 0) >= count) return false
      const counted = count > 0 ? { passkeyCounts: { ...passkeyCounts, [passkeyId]: count } } : {}
      users.set(userId, { ...user, ...counted, passkeyUsedAt: { ...passkeyUsedAt, [passkeyId]: at } })
      return true
    },

    async releaseEmail(email, pointer) {
      const present = pointers.get(email)
      if (present && isSame(present, pointer)) pointers.delete(email)
    },

    async list({ limit, after }) {
      const listed = [...pointers]
        .filter(([email]) => after === undefined || email > after)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([email, { userId }]) => ({ email, user: users.get(userId) }))
        .flatMap(({ email, user }) => (user?.email === email ? [user] : []))
      const page = listed.slice(0, limit)
      const next = listed.length > limit ? page.at(-1)?.email : undefined
      return { users: structuredClone(page), ...defined({ next }) }
    },
  }
}

const isSame = (one: PointerTarget, other: PointerTarget) => one.userId === other.userId && one.claim === other.claim

function withoutCodes({ recoveryCodes: _, ...user }: User): User {
  return user
}
