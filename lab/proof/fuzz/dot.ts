import { hash } from 'node:crypto'
import { TOTP } from 'otpauth'
import type { InvitationId } from '../../../lib/accounts/invitation.ts'
import { numberAttribute } from '../../../lib/dynamodb/attribute.ts'
import { toInvitationItem } from '../../../lib/dynamodb/invitation-item.ts'
import type { Item } from '../../../lib/dynamodb/item.ts'
import { hashRecoveryCode, newRecoveryCodes } from '../../../lib/factors/recovery-codes.ts'
import { seal } from '../../../lib/factors/sealed-secret.ts'
import { sealedFor } from '../../../lib/factors/second-factors.ts'
import { newTotpSecret } from '../../../lib/factors/totp.ts'
import { hashOneTimeSecret } from '../../../lib/one-time-secret.ts'
import { Secret } from '../../../lib/secret.ts'
import { ID_LENGTH, type RandomText, systemClock } from '../../../lib/system.ts'
import type { Email, Passkey, User } from '../../../lib/user.ts'
import { createAuthenticator } from '../../../tests/support/authenticator.ts'
import { ORIGIN } from './origins.ts'

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
  const [ticket, challenge, invitation] = [makeSecret(), makeSecret(), makeSecret()]
  const [toAdd, toSign] = [44, 44].map((length) => new Secret(randomText(length))) as [Secret, Secret]
  const invitationId = randomText(ID_LENGTH) as InvitationId
  const authenticator = createAuthenticator({ origin: ORIGIN })
  const passkeyId = randomText(ID_LENGTH)
  const passkey: Passkey = {
    ...{ credentialId: authenticator.id, publicKey: authenticator.publicKey, algorithm: -7, firstCount: 0 },
    ...{ name: 'phone', transports: ['internal'], createdAt: now, since: user.epoch },
  }
  const linkOf = (secret: Secret) => ({ hash: hashOneTimeSecret(secret), epoch: user.epoch, expiresAt: now + 3600 })
  const oneTime = (kind: string, secret: Secret, attributes: Item): Item => ({
    key: { S: `${kind}#${hash('sha256', secret.reveal(), 'base64url')}` },
    ...attributes,
    expiresAt: numberAttribute(now + 3600),
  })
  const made: Partial<User> = {
    totp: app.totp,
    totpPending: pending.totp,
    recoveryCodes: recoveryCodes.map(hashRecoveryCode),
    ...{ passkeys: { [passkeyId]: passkey }, passkeyCounts: {}, passkeyUsedAt: {} },
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
      invitation: `${invitationId}${invitation.reveal()}`,
      challenge: challenge.reveal(),
    },
    credentialId: authenticator.id,
    ids: { passkey: passkeyId, invitation: invitationId },
    /** The answer of Dot's authenticator. */
    assertion: () => authenticator.sign({ challenge: toSign.reveal() }, user.id),
    /** The answer of another authenticator. */
    registration: () => createAuthenticator({ origin: ORIGIN }).register({ challenge: toAdd.reveal() }),
    /** The code of the app that is shown and not yet activated. */
    pendingCode: () => new TOTP({ secret: pending.secret.reveal() }).generate(),
    /** In the attempts table. */
    items: [
      oneTime('ticket', ticket, { email: { S: 'ticket@example.com' } }),
      oneTime('challenge', challenge, { userId: { S: user.id }, epoch: numberAttribute(user.epoch) }),
      oneTime('passkey', toAdd, { purpose: { S: 'add' }, userId: { S: user.id } }),
      oneTime('passkey', toSign, { purpose: { S: 'sign_in' } }),
    ],
    /** In the outbox. */
    invitation: {
      ...toInvitationItem({
        ...{
          id: invitationId,
          email: 'invited@example.com' as Email,
          scopes: [],
          createdAt: now,
          expiresAt: now + 3600,
        },
      }),
      secretHash: { S: hashOneTimeSecret(invitation) },
    },
    secrets: [app, pending]
      .map(({ secret }) => secret.reveal())
      .concat(
        recoveryCodes,
        [reset, verification, change, undo, ticket, challenge, invitation].map((secret) => secret.reveal()),
        FACTOR_KEY,
      ),
  }
}
