import { hashOneTimeSecret, isHashOf, newOneTimeSecret, parseOneTimeToken } from '../one-time-secret.ts'
import { Secret } from '../secret.ts'
import type { EpochSeconds, RandomText } from '../system.ts'
import { isUserId, type MailedLink, type User, type UserId } from '../user.ts'

/** The token of a mailed link, a user id of 21 characters and a secret of 43: the user to read, and 258 random bits. */
export interface LinkToken {
  readonly userId: UserId
  readonly secret: Secret
}

/** Makes a link for a user: what the user item keeps, and the token for the mail. */
export function makeLink(user: User, expiresAt: EpochSeconds, randomText: RandomText) {
  const secret = newOneTimeSecret(randomText)
  const link: MailedLink = { hash: hashOneTimeSecret(secret), epoch: user.epoch, expiresAt }
  return { link, token: new Secret(`${user.id}${secret.reveal()}`) }
}

/** Parses a link's token; `undefined` for a text that Coatcheck cannot have mailed. */
export function parseLinkToken(text: string): LinkToken | undefined {
  const { id = '', secret } = parseOneTimeToken(text) ?? {}
  return secret && isUserId(id) ? { userId: id, secret } : undefined
}

/** A link whose secret may not be made yet. */
type Link = Omit<MailedLink, 'hash'> & { readonly hash?: string }

/** Whether a link is the latest of its kind, in time, and of an active user whose sessions were not all revoked since. */
export function isOpen<Kind extends Link>(
  link: Kind | undefined,
  secret: Secret,
  user: Pick<User, 'epoch' | 'status'>,
  now: EpochSeconds,
): link is Kind {
  return link?.epoch === user.epoch && isOpenInAnyEpoch(link, secret, user, now)
}

/** The same, whether or not all sessions were revoked since: a thief's change of the password must not void an undo. */
export function isOpenInAnyEpoch<Kind extends Link>(
  link: Kind | undefined,
  secret: Secret,
  { status }: Pick<User, 'status'>,
  now: EpochSeconds,
): link is Kind {
  return link !== undefined && status === 'active' && now < link.expiresAt && isHashOf(link.hash, secret)
}
