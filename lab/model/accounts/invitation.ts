import { get, step, update } from './call.ts'
import { equal, none, PRESENT } from './item.ts'
import { createAccount } from './new-account.ts'
import { type OneTimeRow, useUp } from './one-time.ts'
import type { Operation } from './play.ts'
import { mail } from './reset.ts'
import { refuse, use } from './seen.ts'

// POST /admin/invitations, DELETE /admin/invitations/{invitationId} and POST /auth/invitations/accept. The row is the order
// of its mail; the stream function gives it the hash of the secret, which the newest mail has.

type Invitation = OneTimeRow & { readonly email: string; readonly scopes: readonly string[]; readonly hash?: string }

const KEY = 'invitation#I'

/** The stream function: at least once, and it may run after the invitation is used or revoked. */
export const mailInvitation = (name: string): Operation => ({
  name,
  *run(context) {
    const invitation = yield* get<Invitation>(KEY)
    if (!invitation || invitation.used) return 'nothing to do'
    const secret = context.fresh('W')
    const { applied, repeated, old } = yield* update(KEY, { set: { hash: secret } }, [PRESENT, none('used')])
    if (!applied && !(repeated && old?.hash === secret)) return 'void'
    yield* mail(secret, 'invitation', 0)
    return 'mailed'
  },
})

/** @param which the link: `W0`, or the newest that was mailed */
export const acceptInvitation = (name: string, which: 'W0' | 'newest', password: string): Operation => ({
  name,
  *run(context) {
    const { rules, tell } = context
    const picked = yield* step('opens the link', ({ seen }) => ({
      secret: which === 'W0' ? which : (seen.mails.findLast((sent) => sent.for === 'invitation')?.secret ?? ''),
    }))
    const secret = picked?.secret ?? ''
    const invitation = yield* get<Invitation>(KEY)
    if (!invitation || invitation.used || invitation.hash !== secret) return '410'
    const mark = context.fresh('mark')
    const only = [PRESENT, ...(rules('consumeOnce') ? [none('used')] : []), equal('hash', secret)]
    const { applied, repeated, old } = yield* update(KEY, { set: { used: mark } }, only, {
      landed: (seen) => use(seen, 'invitation', name),
    })
    if (!applied && !(repeated && rules('ownMark') && old?.used === mark)) {
      tell((seen) => refuse(seen, 'invitation', name))
      return '410'
    }
    const account = { email: invitation.email, password, verified: true, secret: 'invitation' }
    const answer = yield* createAccount(context, account)
    if (answer === '201')
      tell((seen) => {
        if (seen.revoked.I) seen.wrong ??= 'I10: an invitation makes an account after its revocation was answered'
      })
    return answer
  },
})

/** Marks the invitation as used, by the administrator. */
export const revokeInvitation = (): Operation => ({
  name: 'revoke invitation',
  *run(context) {
    if (!(yield* useUp(context, KEY, 'invitation'))) return '409'
    context.tell((seen) => {
      seen.revoked.I = true
      if (seen.made.invitation) seen.wrong ??= 'I10: an invitation that made an account is answered as revoked'
    })
    return '204'
  },
})
