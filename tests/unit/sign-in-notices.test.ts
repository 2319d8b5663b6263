import { memoryAttemptStore } from 'coatcheck/testing'
import { expect, test } from 'vitest'
import { createKnownDevices } from '../../lib/accounts/known-devices.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { deviceName } from '../../lib/mail/device-name.ts'
import { Secret } from '../../lib/secret.ts'
import { createAttemptKeys } from '../../lib/throttling/attempt-keys.ts'
import { NOW, newUserId } from '../support/samples.ts'

// cspell:ignore unter Unbekanntes Gerät
const FIREFOX = (version: number) =>
  `Mozilla/5.0 (X11; Linux x86_64; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`
const SAFARI = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Mobile Safari/604'

test('a device is a browser and a system, without their versions', () => {
  expect([FIREFOX(140), FIREFOX(141), SAFARI, 'curl/8.5.0', 'Chrome/140', ''].map((each) => deviceName(each))).toEqual([
    ...['Firefox on Linux', 'Firefox on Linux', 'Safari on iOS', 'curl', 'Chrome', 'Unknown device'],
  ])
  expect([FIREFOX(140), SAFARI, 'curl/8.5.0', ''].map((userAgent) => deviceName(userAgent, 'de'))).toEqual([
    ...['Firefox unter Linux', 'Safari unter iOS', 'curl', 'Unbekanntes Gerät'],
  ])
})

test('a sign-in is new on a device and in a network that are both unknown, to a user who has signed in before', async () => {
  let now = NOW
  const keys = createAttemptKeys(new Secret('p'.repeat(32)))
  const devices = createKnownDevices({ store: memoryAttemptStore(), keys, clock: () => now })
  const userId = newUserId()
  const isNew = (ip: string, userAgent: string, of = userId) =>
    devices.isNew({ userId: of, ip, userAgent }, startDeadline(10))
  expect(await isNew('192.0.2.1', FIREFOX(140))).toBe(false) // the first
  await devices.remember({ userId, ip: '192.0.2.1', userAgent: FIREFOX(140) }, startDeadline(10))
  expect(await isNew('192.0.2.1', SAFARI)).toBe(false)
  expect(await isNew('198.51.100.7', FIREFOX(141))).toBe(false)
  expect(await isNew('198.51.100.7', SAFARI)).toBe(true)
  expect(await isNew('198.51.100.7', SAFARI, newUserId())).toBe(false)
  now += 90 * 86_400
  expect(await isNew('198.51.100.7', SAFARI)).toBe(false) // nothing is known any more
})
