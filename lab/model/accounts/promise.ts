import type { Rules } from '../rules.ts'
import { allRules } from '../rules.ts'
import { UNDO_ORDER } from './address-change.ts'
import type { Play } from './call.ts'
import type { Judge } from './play.ts'
import { type Pointer, pointerKey, standingsOf } from './pointer.ts'
import { isGiven } from './required-password.ts'
import type { SceneName } from './scenes.ts'
import { clockOf, type UserItem, userKey } from './user-item.ts'

// The promise of the account protocols. I3, I7 and I10 are those of `docs/invariants.md`; the observer finds most breaks
// of I10 at the write (`seen.ts`). A1: an account that was answered has one address that signs in. A2: one mailbox, one
// account, and no address that nobody has is taken. A3: whoever proves an address first has the account alone. O1: an
// identity signs in to one user. O3: an address alone never signs in to a proven account. O5: an account keeps a way in.
// A7: a password that an administrator has given makes no session, and is replaced once, by one that nobody must change.
// L1: no session lives after a later logout at its provider was answered.

const userAt = ({ store }: Play, id: string) => store[userKey(id)] as UserItem | undefined

/** The addresses by which a user signs in. */
function addressesOf({ store }: Play, id: string): string[] {
  const user = store[userKey(id)]
  return Object.keys(store)
    .filter((key) => key.startsWith('email#') && store[key]?.userId === id)
    .map((key) => key.slice('email#'.length))
    .filter((email) => email === user?.email)
}

/** Credentials of before the first proof: in the scene `squatted`, these are the squatter's. */
function squattersOf(play: Play): string | undefined {
  const user = userAt(play, 'U')
  if (!user) return undefined
  if (user.password?.hash.startsWith('p0') || user.password?.hash === 'p2') return 'the password'
  if (Object.keys(user.passkeys).length > 0) return 'a passkey'
  if (user.identities?.j) return 'an identity'
  if (user.totp || user.pending) return 'a second factor'
  if (user.claiming && user.claiming.epoch === user.epoch) return 'a change of address'
  for (const [key, { by }] of Object.entries(play.seen.held))
    if (play.store[key] && by !== 'code' && by !== 'oidc#i') return `a session by ${by}`
  return undefined
}

/** An identity leads to the user whom it was answered for, until it is removed. */
function identities({ store, seen }: Play, scene: SceneName): string | undefined {
  for (const [key, id] of Object.entries(seen.linked)) {
    const pointer = store[`oidc#${key}`]
    const user = store[userKey(id)] as UserItem | undefined
    if (seen.leaving[id] || seen.unlinking[key] || (scene === 'squatted' && key !== 'i')) continue
    if (pointer?.userId !== id || user?.identities?.[key]?.claim !== pointer.claim)
      return `O1: the identity ${key} does not lead to the user whom it has signed in to`
  }
  return undefined
}

function sessions({ store, seen }: Play): string | undefined {
  for (const [key, { by, assurance, sid, subject, issuedAt = 0 }] of Object.entries(seen.held)) {
    const row = store[key]
    if (!row) continue
    const id = key.split('#')[1] ?? ''
    if (sid && seen.out[sid]) return `L1: ${key} lives though the provider ended its session`
    if (subject && (seen.out[`sub#${subject}`] ?? 0) >= issuedAt)
      return `L1: ${key} lives though the provider ended all of its subject`
    const user = store[userKey(id)] as UserItem | undefined
    if (Number(row.epoch) < (seen.ended[id] ?? 0)) return `I3: ${key} survives an end of all sessions that was answered`
    if (isGiven(by)) return `A7: ${key} is of a password that must be changed`
    if (seen.disabled[id]) return `I3: ${key} lives though its user is disabled`
    if (assurance === 1 && user?.totp && (user.totp.id === 't0' || seen.enrolled === user.totp.id))
      return `I3: ${key} has one factor, though the enrolment of a second one was answered`
  }
  return undefined
}

/** Whatever a thief has set since the change of the address is void after the undo. */
function undone(play: Play): string | undefined {
  const user = userAt(play, 'U')
  if (!play.seen.undone || !user) return undefined
  if (user.password?.hash === 'p9') return 'A5: the password of the thief works after the undo'
  if (user.identities?.t) return 'A5: an identity of the thief works after the undo'
  return user.passkeys.k9 ? 'A5: a passkey of the thief works after the undo' : undefined
}

export function judgeOf(scene: SceneName, rules: Rules = allRules): Judge {
  return {
    always(play) {
      const { store, seen } = play
      for (const [key, item] of Object.entries(store))
        if (key.startsWith('user#') && item.id === undefined) return 'I4: a write has made a user item of its own'
      for (const id of Object.keys(seen.deleted)) if (store[userKey(id)]) return `I4: a deleted user is back: ${id}`
      for (const [id, first] of Object.entries(seen.told)) {
        if (seen.leaving[id]) continue
        const addresses = addressesOf(play, id)
        if (addresses.length !== 1)
          return `A1: ${id}, of ${first}, signs in by ${addresses.join(' and ') || 'no address'}`
        const [email = ''] = addresses
        if (standingsOf(rules, email, store[pointerKey(email)] as Pointer, userAt(play, id)).length === 0)
          return `A2: the address ${email} signs in and counts as free`
        const { undo } = userAt(play, id) ?? {}
        if (undo && undo.until > clockOf(play) && store[pointerKey(undo.email)]?.claim !== undo.claim)
          return `A5: the pointer of the undo is not its user's any more: ${undo.email}`
      }
      if (scene === 'squatted' && seen.proven) {
        const left = squattersOf(play)
        if (left) return `A3: ${left} of a squatter outlives the first proof of the address`
      }
      const user = userAt(play, 'U')
      if (seen.reset && user?.password?.hash.startsWith('p0'))
        return 'I3: the old password is valid again after a reset'
      if (user?.mustChange && user.password && !isGiven(user.password.hash))
        return 'A7: a password that its user has chosen must be changed'
      for (const [id, handle] of Object.entries(seen.added))
        if (scene !== 'squatted' && !seen.undone && user && user.passkeys[id]?.handle !== handle)
          return `a passkey is gone that was added: ${id}`
      for (const [session, { by }] of Object.entries(seen.held))
        if (store[session] && seen.removed[by]) return `I3: a session of ${by} lives after its removal was answered`
      return undone(play) ?? sessions(play) ?? identities(play, scene)
    },
    atRest(play, underWay) {
      const { store } = play
      const now = clockOf(play)
      for (const [key, item] of Object.entries(store)) {
        if (!key.startsWith('email#')) continue
        const pointer = item as Pointer
        const user = store[userKey(pointer.userId)] as UserItem | undefined
        const standings = standingsOf(rules, key.slice('email#'.length), pointer, user)
        if (standings.length > 0 && !isWanted(user, key.slice('email#'.length), now))
          return `A2: ${key} is taken though nobody has it`
      }
      const undo = userAt(play, 'U')?.undo
      if (undo && !store[UNDO_ORDER] && !play.seen.mails.some(({ secret }) => secret === undo.hash))
        return 'A6: no link of an undo that was mailed works'
      return underWay === 0 && play.late.length === 0 ? newestLink(play) : undefined
    },
  }
}

/** An expired claim is lapsed by the next person who wants the address. */
function isWanted(user: UserItem | undefined, email: string, now: number): boolean {
  if (!user) return false
  const { claiming, undo, epoch } = user
  if (user.email === email || undo?.email === email) return true
  return claiming?.email === email && claiming.epoch === epoch && claiming.until >= now
}

/** R: while a link is armed, one that works was mailed. */
function newestLink(play: Play): string | undefined {
  const user = userAt(play, 'U')
  const { mails } = play.seen
  if (user?.status === 'active' && user.reset?.epoch === user.epoch)
    if (!mails.some(({ secret }) => secret === user.reset?.hash)) return 'A6: no link of a reset that was mailed works'
  const invitation = play.store['invitation#I']
  if (invitation && !invitation.used && !mails.some(({ secret }) => secret === invitation.hash))
    return 'A6: no link of an invitation that was mailed works'
  return undefined
}
