import type { InvitationStore, SentInvitation } from '../../lib/accounts/invitation.ts'
import type { Clock } from '../../lib/system.ts'

/** Invitations in memory, with the same contract as those of the outbox. */
export function memoryInvitationStore(clock: Clock): InvitationStore {
  const items = new Map<string, SentInvitation & { used?: string }>()
  const listed = ({
    hash: _hash,
    isSettled: _isSettled,
    used: _used,
    ...invitation
  }: SentInvitation & { used?: string }) => invitation
  const live = (id: string) => {
    const item = items.get(id)
    return item && item.expiresAt > clock() ? item : undefined
  }
  return {
    async put(invitation) {
      if (!items.has(invitation.id)) items.set(invitation.id, { ...structuredClone(invitation), isSettled: false })
    },
    async get(id) {
      const { used: _, ...invitation } = live(id) ?? {}
      return 'id' in invitation ? structuredClone(invitation as SentInvitation) : undefined
    },
    async arm(id, hash) {
      const item = items.get(id)
      if (!item || item.used) return false
      items.set(id, { ...item, hash })
      return true
    },
    async settle(id) {
      const item = items.get(id)
      if (item) items.set(id, { ...item, isSettled: true })
    },
    async accept(id, hash, mark) {
      const item = items.get(id)
      if (!item || (item.used ?? mark) !== mark || item.hash !== hash) return false
      items.set(id, { ...item, used: mark, outcome: 'accepted' })
      return true
    },
    async revoke(id, mark) {
      const item = items.get(id)
      if (item && (item.used ?? mark) === mark) items.set(id, { ...item, used: mark, outcome: 'revoked' })
      return items.get(id)?.outcome
    },
    async list({ limit, after }) {
      const ids = [...items.keys()].filter(live)
      const begin = after === undefined ? 0 : ids.indexOf(after) + 1
      const page = ids.slice(begin, begin + limit).flatMap((id) => items.get(id) ?? [])
      const last = page.at(-1)
      return { invitations: page.map(listed), ...(begin + limit < ids.length && last && { next: last.id }) }
    },
  }
}
