import type { Value } from './item.ts'
import type { Context } from './play.ts'
import type { UserItem } from './user-item.ts'

/** What a user item has about second factors. */
export const FACTORS = ['totp', 'totpStep', 'totpBy', 'pending', 'recovery', 'recoveryBy']
const CREDENTIALS = ['password', 'reset', 'verification', 'claiming', ...FACTORS]

/**
 * What the write that records the proof of an address takes with it: on an account that never proved it, every
 * credential that was set before, because it may be a squatter's.
 * @param but what the same write sets anew
 */
export function purgeParts({ rules }: Context, { verified }: UserItem, but: readonly string[] = []) {
  const isFirst = !verified && rules('purgeUnproven')
  const isPurged = isFirst || !rules('purgeOnlyUnproven')
  const set: Record<string, Value> = {
    verified: true,
    ...(isPurged ? { passkeys: {}, counts: {}, identities: {} } : {}),
  }
  return { set, remove: isPurged ? CREDENTIALS.filter((name) => !but.includes(name)) : [] }
}
