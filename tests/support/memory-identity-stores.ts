import type { IdentityPointer, IdentityStore } from '../../lib/identity/identity.ts'
import type { UsedTokenStore } from '../../lib/identity/used-tokens.ts'
import type { ProviderSessionStore } from '../../lib/provider-session.ts'
import type { UserId } from '../../lib/user.ts'

// The stores of identities and provider sessions in memory, with the contracts of the deployed ones.

export function memoryIdentityStore(): IdentityStore {
  const pointers = new Map<string, IdentityPointer>()
  return {
    async getIdentity(key) {
      return pointers.get(key)
    },
    async claimIdentity(key, pointer, instead) {
      const present = pointers.get(key)
      if (present && present.claim !== pointer.claim && present.claim !== instead) return present
      pointers.set(key, { ...pointer })
      return pointer
    },
    async releaseIdentity(key, claim) {
      if (pointers.get(key)?.claim === claim) pointers.delete(key)
    },
  }
}

export function memoryUsedTokenStore(): UsedTokenStore {
  const used = new Map<string, string>()
  return {
    async use(kind, name, mark) {
      const key = `${kind} ${name}`
      const present = used.get(key) ?? mark
      used.set(key, present)
      return present === mark
    },
    isUsed: async (kind, name) => used.has(`${kind} ${name}`),
  }
}

export function memoryProviderSessionStore(): ProviderSessionStore {
  const users = new Map<string, Set<UserId>>()
  const ended = new Set<string>()
  const endedAt = new Map<string, number>()
  return {
    async tie({ issuer, subject, sid, issuedAt }, userId) {
      const key = `${issuer}#${sid}`
      if (sid !== undefined) {
        if (ended.has(key)) return false
        users.set(key, new Set([...(users.get(key) ?? []), userId]))
      }
      return (endedAt.get(`${issuer}#${subject}`) ?? -1) < issuedAt
    },
    async endSession(issuer, sid) {
      ended.add(`${issuer}#${sid}`)
      return [...(users.get(`${issuer}#${sid}`) ?? [])]
    },
    async endSubject(issuer, subject, until) {
      const key = `${issuer}#${subject}`
      endedAt.set(key, Math.max(until, endedAt.get(key) ?? until))
    },
  }
}
