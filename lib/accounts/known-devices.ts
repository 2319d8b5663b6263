import type { Deadline } from '../deadline.ts'
import { deviceName } from '../mail/device-name.ts'
import type { AttemptKey, AttemptStore } from '../ports.ts'
import { type Clock, systemClock } from '../system.ts'
import type { AttemptKeys } from '../throttling/attempt-keys.ts'
import { sourcesOf } from '../throttling/sources.ts'
import type { UserId } from '../user.ts'

/** How long a device and a network are known after a sign-in: 90 days. */
const KNOWN_SECONDS = 90 * 86_400

/** A sign-in as its notice needs it. */
export interface NoticedSignIn {
  readonly userId: UserId
  readonly ip: string
  readonly userAgent: string
}

/** The operations on the devices and networks of users; see `createKnownDevices`. */
export type KnownDevices = ReturnType<typeof createKnownDevices>

/**
 * Creates the operations that tell whether a user has signed in on a device or in a network before. A device is a browser
 * and a system without versions, a network an address or an IPv6 /64. Marks are HMACs under the pepper, so that the table
 * lists no device and no address.
 */
export function createKnownDevices({
  store,
  keys,
  clock = systemClock,
}: {
  store: Pick<AttemptStore, 'getMark' | 'setMark'>
  keys: Pick<AttemptKeys, 'keyOf'>
  clock?: Clock
}) {
  // Stryker disable StringLiteral: any text works if no two kinds of key share it
  const keysOf = ({ userId, ip, userAgent }: NoticedSignIn): Record<'user' | 'device' | 'network', AttemptKey> => ({
    user: keys.keyOf('signed-in', userId),
    device: keys.keyOf('signed-in-device', userId, deviceName(userAgent)),
    network: keys.keyOf('signed-in-network', userId, sourcesOf(ip)[0].name),
  })
  // Stryker restore StringLiteral
  return {
    /**
     * Whether device and network are both new to a user who has signed in before. Three reads. The first sign-in is not
     * new, nor the first one after the notices were turned on.
     */
    async isNew(signIn: NoticedSignIn, deadline: Deadline): Promise<boolean> {
      const { user, device, network } = keysOf(signIn)
      const isKnown = async (key: AttemptKey) => (await store.getMark(key, deadline)) > clock()
      const [before, known, near] = await Promise.all([user, device, network].map(isKnown))
      return before === true && !known && !near
    },

    /** Remembers device and network for 90 days. Three writes. */
    async remember(signIn: NoticedSignIn, deadline: Deadline): Promise<void> {
      const until = clock() + KNOWN_SECONDS
      await Promise.all(Object.values(keysOf(signIn)).map((key) => store.setMark(key, until, deadline)))
    },
  }
}
