import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import type { Invitation, InvitationId, InvitationStore } from '../../lib/accounts/invitation.ts'
import { startDeadline } from '../../lib/deadline.ts'
import type { Scope } from '../../lib/scope.ts'
import type { Clock } from '../../lib/system.ts'
import type { Email } from '../../lib/user.ts'
import { NOW, newUserId } from '../support/samples.ts'

const soon = () => startDeadline(60)
const newInvitation = (): Invitation => ({
  id: nanoid(21) as InvitationId,
  email: 'ada@example.com' as Email,
  scopes: ['notes:read' as Scope],
  createdAt: NOW,
  expiresAt: NOW + 3600,
})

/** The contract of `InvitationStore`. */
export function invitationStoreContract(name: string, open: (clock: Clock) => InvitationStore): void {
  describe(`invitation store: ${name}`, () => {
    let now = NOW
    const opened = () => open(() => now)

    test('returns exactly what was put, until it expires', async () => {
      const store = opened()
      for (const more of [{}, { name: 'Ada ♥', invitedBy: newUserId(), scopes: [] }]) {
        const invitation = { ...newInvitation(), ...more }
        expect(await store.get(invitation.id, soon())).toBeUndefined()
        await store.put(invitation, soon())
        expect(await store.get(invitation.id, soon())).toEqual({ ...invitation, isSettled: false })
        now = NOW + 3600
        expect(await store.get(invitation.id, soon())).toBeUndefined()
        now = NOW
      }
    })

    test('is armed with the hash of the latest mail until it is used', async () => {
      const [store, invitation] = [opened(), newInvitation()]
      expect(await store.arm(invitation.id, 'a', soon())).toBe(false)
      await store.settle(invitation.id, soon())
      expect(await store.get(invitation.id, soon())).toBeUndefined()
      await store.put(invitation, soon())
      expect(await store.accept(invitation.id, 'a', 'mark', soon())).toBe(false)
      for (const hash of ['a', 'b']) expect(await store.arm(invitation.id, hash, soon())).toBe(true)
      await store.settle(invitation.id, soon())
      expect(await store.get(invitation.id, soon())).toMatchObject({ hash: 'b', isSettled: true })
      expect(await store.accept(invitation.id, 'a', 'mark', soon())).toBe(false)
      expect(await store.accept(invitation.id, 'b', 'mark', soon())).toBe(true)
      expect(await store.accept(invitation.id, 'b', 'mark', soon())).toBe(true)
      expect(await store.accept(invitation.id, 'b', 'other', soon())).toBe(false)
      expect(await store.arm(invitation.id, 'c', soon())).toBe(false)
      expect(await store.revoke(invitation.id, 'other', soon())).toBe('accepted')
      await store.put(invitation, soon()) // a first attempt that takes effect late
      expect(await store.get(invitation.id, soon())).toMatchObject({ outcome: 'accepted', hash: 'b' })
    })

    test('is revoked once, also before its mail', async () => {
      const [store, invitation] = [opened(), newInvitation()]
      expect(await store.revoke(invitation.id, 'mark', soon())).toBeUndefined()
      await store.put(invitation, soon())
      for (const mark of ['mark', 'mark', 'other'])
        expect(await store.revoke(invitation.id, mark, soon())).toBe('revoked')
      expect(await store.arm(invitation.id, 'a', soon())).toBe(false)
      expect(await store.accept(invitation.id, 'a', 'other', soon())).toBe(false)
    })

    test('is used up by exactly one of 16 parallel requests', async () => {
      const [store, invitation] = [opened(), newInvitation()]
      await store.put(invitation, soon())
      await store.arm(invitation.id, 'a', soon())
      const uses = await Promise.all(
        Array.from({ length: 16 }, (_, i) =>
          i % 2
            ? store.accept(invitation.id, 'a', `${i}`, soon())
            : store
                .revoke(invitation.id, `${i}`, soon())
                .then((outcome) => (outcome === 'revoked' ? 'revoked' : false)),
        ),
      )
      const outcome = (await store.get(invitation.id, soon()))?.outcome
      expect(uses.filter((use) => use === true)).toHaveLength(outcome === 'accepted' ? 1 : 0)
      expect(uses.includes('revoked')).toBe(outcome === 'revoked')
    })

    test('is listed in pages without the hash of its secret', async () => {
      const store = opened()
      const invitations = Array.from({ length: 5 }, newInvitation)
      for (const each of invitations) await store.put(each, soon())
      const [first] = invitations as [Invitation]
      await store.arm(first.id, 'a', soon())
      await store.settle(first.id, soon())
      const found: Invitation[] = []
      let after: InvitationId | undefined
      do {
        const page = await store.list({ limit: 2, after }, soon())
        expect(page.invitations.length).toBeLessThanOrEqual(2)
        found.push(...page.invitations)
        after = page.next
      } while (after)
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
      for (const each of invitations) expect(found.find(({ id }) => id === each.id)).toEqual(each)
      expect(JSON.stringify(found)).not.toMatch(/hash|isSettled|used/)
      now = NOW + 3600
      expect((await store.list({ limit: 100 }, soon())).invitations).toEqual([])
      now = NOW
    })
  })
}
