import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { FACTORS_CHANGES } from '../../lib/mail/mail-message.ts'
import type { MailRequest, OutboxStore } from '../../lib/outbox/outbox.ts'
import type { Clock, RandomText } from '../../lib/system.ts'
import type { Email } from '../../lib/user.ts'
import { NOW, newUserId } from '../support/samples.ts'

/** The contract of `OutboxStore`. */
export function outboxStoreContract(
  name: string,
  open: (system: { clock: Clock; randomText: RandomText }) => OutboxStore,
): void {
  describe(`outbox store: ${name}`, () => {
    const soon = () => startDeadline(60)
    const [email, userId] = ['ada@example.com' as Email, newUserId()]
    const requests: MailRequest[] = [
      ...(['password_reset', 'registration'] as const).map((kind) => ({ kind, email })),
      ...(['verification', 'password_changed', 'email_change_undone'] as const).map((kind) => ({ kind, userId })),
      { kind: 'email_change', userId, email, epoch: 3 },
      { kind: 'email_change_requested', userId, email },
      { kind: 'email_changed', userId, email },
      { kind: 'email_changed', userId, email, claim: 'c' },
      { kind: 'new_sign_in', userId, ip: '192.0.2.1', userAgent: 'Mozilla/5.0', at: NOW },
      { kind: 'login_code', challenge: nanoid(43) },
      ...FACTORS_CHANGES.map((change) => ({ kind: 'factors_changed', userId, change }) as const),
    ]

    test('returns each kind of request for a day, until it is deleted', async () => {
      const check = async (request: MailRequest) => {
        const id = nanoid(21)
        const at = (now: number) => open({ clock: () => now, randomText: () => id })
        expect(await at(NOW).get(id, soon())).toBeUndefined()
        await at(NOW).put(request, soon())
        const item = { ...request, id, expiresAt: NOW + 86_400 }
        expect(await at(NOW + 86_399).get(id, soon())).toEqual(item)
        expect(await at(NOW + 86_400).get(id, soon())).toBeUndefined()
        for (let times = 0; times < 2; times++) await at(NOW).delete(id, soon())
        expect(await at(NOW).get(id, soon())).toBeUndefined()
      }
      await Promise.all(requests.map(check))
    })
  })
}
