import { createHmac } from 'node:crypto'
import type { AttemptKey } from '../ports.ts'
import type { Secret } from '../secret.ts'
import type { Email, UserId } from '../user.ts'
import { type Source, sourcesOf } from './sources.ts'

/** A counter of one account's attempts: its logins from unknown or known sources, its reauthentications, or its second factors. */
export interface AccountCounter {
  readonly kind: 'login' | 'reauthentication' | 'second_factor'
  /** The address whose source is known to the account; absent for unknown sources together. */
  readonly ip?: string
  readonly key: AttemptKey
}

/** The keys of counters and marks; see `createAttemptKeys`. */
export type AttemptKeys = ReturnType<typeof createAttemptKeys>

/** The keys of counters and marks: HMACs under the pepper, because people type passwords into email fields. */
export function createAttemptKeys(pepper: Secret) {
  function keyOf(kind: string, ...subject: string[]): AttemptKey {
    const text = JSON.stringify([kind, ...subject])
    return createHmac('sha256', pepper.reveal()).update(text).digest('base64url') as AttemptKey
  }
  // Stryker disable StringLiteral: any text works if no two kinds of key share it
  const accountKey = (email: Email) => keyOf('account', email)
  const knownSourceKey = (email: Email, source: Source) => keyOf('known', email, source.name)
  const reauthenticationKey = (userId: UserId) => keyOf('reauthentication', userId)
  const secondFactorKey = (userId: UserId) => keyOf('second-factor', userId)
  /** A keyed hash that stands for an email in the log and in the activity; it is not a key of the attempts table. */
  const accountTag = (email: Email): string => keyOf('log', email).slice(0, 22)
  // Stryker restore StringLiteral

  /** The counters of an account, with those of these known sources, for an administrator to read. No call. */
  function countersOf(user: { email: Email; id: UserId }, ips: readonly string[]): AccountCounter[] {
    const known = ips.map((ip) => ({ kind: 'login' as const, ip, key: knownSourceKey(user.email, sourcesOf(ip)[0]) }))
    const counters: AccountCounter[] = [
      { kind: 'login', key: accountKey(user.email) },
      { kind: 'reauthentication', key: reauthenticationKey(user.id) },
      { kind: 'second_factor', key: secondFactorKey(user.id) },
      ...known,
    ]
    return [...new Map(counters.map((counter) => [counter.key, counter])).values()]
  }

  return { keyOf, accountTag, accountKey, knownSourceKey, reauthenticationKey, secondFactorKey, countersOf }
}
