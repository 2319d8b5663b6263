import type { Deadline } from '../deadline.ts'
import type { PointerTarget, UserStore } from '../ports.ts'
import { type Clock, type EpochSeconds, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { Email, EmailClaim, User } from '../user.ts'

/** A further try is needed only if the email's pointer or its user changed in between. */
const MAX_CLAIM_TRIES = 3

/** What a pointer is to its user: the email, a change that was asked for, or the address that an undo brings back. */
export type Standing = 'own' | 'claiming' | 'undo'

/**
 * All that a pointer is to its user. Nothing, if the user does not know its claim: then it leads to nobody, and its email is
 * free. A change counts in the epoch in which it was asked for: one that was interrupted blocks no address for ever. The way
 * back to a former address has the claim of its undo, and each holds the address as long as itself.
 */
export function standingsOf(email: Email, pointer: PointerTarget, user: User | undefined): Standing[] {
  if (!user || user.id !== pointer.userId) return []
  const { claiming, undo, epoch } = user
  const isOf = (held: Pick<User, 'email' | 'claim'> | undefined) =>
    held?.email === email && held.claim === pointer.claim
  const standings: Standing[] = isOf(user) ? ['own'] : []
  if (isOf(claiming) && claiming?.epoch === epoch) standings.push('claiming')
  if (isOf(undo)) standings.push('undo')
  return standings
}

/** The change of address that a user can complete now. */
export function pendingChangeOf({ claiming, epoch }: User, now: EpochSeconds): EmailClaim | undefined {
  return claiming?.epoch === epoch && claiming.expiresAt > now ? claiming : undefined
}

/**
 * Creates the operations on the pointers that make an email unique. Whatever gives an address to a user goes through them:
 * registration, administrators, invitations, and a change of address (docs/decisions/030).
 */
export function createEmailPointers({
  store,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: Pick<UserStore, 'get' | 'claimEmail' | 'releaseEmail' | 'update'>
  clock?: Clock
  randomText?: RandomText
}) {
  return {
    /** A new claim. It never comes back, so that a late write of an earlier one cannot be taken for it. */
    newClaim: (): string => randomText(ID_LENGTH),

    /**
     * Points an email at a user, if the email is free. One write; two reads and a write more if a pointer is there, and a
     * write more if what holds it has expired: it gives way by a write to its user and not by this clock, since its own
     * use may be under way.
     * @param pointer whose claim the user item knows already
     * @param onUnreadHolder called if the holder of the email cannot be read; the email was not claimed then
     * @returns `busy` if others kept changing the pointer
     */
    async claim(
      email: Email,
      pointer: PointerTarget,
      deadline: Deadline,
      onUnreadHolder: () => Promise<unknown> = async () => {},
    ): Promise<'mine' | 'taken' | 'busy'> {
      let dead: PointerTarget | undefined
      for (let tries = 0; tries < MAX_CLAIM_TRIES; tries++) {
        const present = await store.claimEmail(email, pointer, dead, deadline)
        if (present?.userId === pointer.userId && present.claim === pointer.claim) return 'mine'
        if (!present) continue
        const holder = await store.get(present.userId, deadline).catch(async (error) => {
          await onUnreadHolder().catch(() => {})
          throw error
        })
        const standings = standingsOf(email, present, holder)
        if (holder && standings.length > 0) {
          const now = clock()
          if (!standings.every((standing) => hasExpired(holder, standing, now))) return 'taken'
          const lapse = { lapsedAt: now }
          if (!(await store.update(holder.id, holder.changeId, randomText(ID_LENGTH), lapse, deadline))) continue
        }
        dead = present
      }
      return 'busy'
    },

    /** Frees an email if its pointer is still this one. One write. */
    release: (email: Email, pointer: PointerTarget, deadline: Deadline): Promise<void> =>
      store.releaseEmail(email, pointer, deadline),

    /** Frees every email of a user who is about to be deleted, each by its claim. One write, and one for each claim. */
    async releaseAll({ id: userId, email, claim, claiming, undo }: User, deadline: Deadline): Promise<void> {
      await store.releaseEmail(email, { userId, claim }, deadline)
      for (const held of [claiming, undo])
        if (held) await store.releaseEmail(held.email, { userId, claim: held.claim }, deadline)
    },
  }
}

function hasExpired(holder: User, standing: Standing, now: EpochSeconds): boolean {
  return standing !== 'own' && (holder[standing]?.expiresAt ?? 0) <= now
}
