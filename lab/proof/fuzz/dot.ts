import { hash } from 'node:crypto'
import { TOTP } from 'otpauth'
import { hashOfLink } from '../../../lib/accounts/mailed-link.ts'
import { numberAttribute } from '../../../lib/dynamodb/attribute.ts'
import type { Item } from '../../../lib/dynamodb/item.ts'
import { hashRecoveryCode, newRecoveryCodes } from '../../../lib/factors/recovery-codes.ts'
import { seal } from '../../../lib/factors/sealed-secret.ts'
import { sealedFor } from '../../../lib/factors/second-factors.ts'
import { newTotpSecret } from '../../../lib/factors/totp.ts'
import { Secret } from '../../../lib/secret.ts'
import { ID_LENGTH, type RandomText, systemClock } from '../../../lib/system.ts'
import type { Email, User } from '../../../lib/user.ts'

export const FACTOR_KEY = 'the factor key of the fuzz, planted and never to be seen'

/** What Dot has besides a session: second factors, one of them not yet activated, mailed links, and a sign-in half done. */
export function makeDot(user: User, randomText: RandomText) {
  const now = systemClock()
  const keys = { version: 1, current: new Secret(FACTOR_KEY) }
  const makeApp = () => {
    const secret = newTotpSecret(randomText)
    const id = randomText(ID_LENGTH)
    return { secret, totp: { id, sealed: seal(secret, sealedFor(user.id, id), keys, randomText), createdAt: now } }
  }
  const [app, pending] = [makeApp(), makeApp()]
  const recoveryCodes = newRecoveryCodes(randomText).map((code) => code.reveal())
  const makeSecret = () => new Secret(randomText(43))
  const [reset, verification, change, undo] = [makeSecret(), makeSecret(), makeSecret(), makeSecret()]
  const [ticket, challenge] = [makeSecret(), makeSecret()]
  const linkOf = (secret: Secret) => ({ hash: hashOfLink(secret), epoch: user.epoch, expiresAt: now + 3600 })
  const oneTime = (kind: string, secret: Secret, attributes: Item): Item => ({
    key: { S: `${kind}#${hash('sha256', secret.reveal(), 'base64url')}` },
    ...attributes,
    expiresAt: numberAttribute(now + 3600),
  })
  const made: Partial<User> = {
    totp: app.totp,
    totpPending: pending.totp,
    recoveryCodes: recoveryCodes.map(hashRecoveryCode),
    reset: linkOf(reset),
    verification: linkOf(verification),
    claiming: { email: `next-${user.email}` as Email, claim: randomText(ID_LENGTH), ...linkOf(change) },
    undo: { email: `former-${user.email}` as Email, claim: randomText(ID_LENGTH), ...linkOf(undo) },
  }
  return {
    user: { ...user, ...made },
    recoveryCodes,
    tokens: {
      reset: `${user.id}${reset.reveal()}`,
      verification: `${user.id}${verification.reveal()}`,
      change: `${user.id}${change.reveal()}`,
      undo: `${user.id}${undo.reveal()}`,
      ticket: ticket.reveal(),
      challenge: challenge.reveal(),
    },
    /** The code of the app that is shown and not yet activated. */
    pendingCode: () => new TOTP({ secret: pending.secret.reveal() }).generate(),
    /** In the attempts table. */
    items: [
      oneTime('ticket', ticket, { email: { S: 'ticket@example.com' } }),
      oneTime('challenge', challenge, { userId: { S: user.id }, epoch: numberAttribute(user.epoch) }),
    ],
    secrets: [app, pending]
      .map(({ secret }) => secret.reveal())
      .concat(
        recoveryCodes,
        [reset, verification, change, undo, ticket, challenge].map((secret) => secret.reveal()),
        FACTOR_KEY,
      ),
  }
}
