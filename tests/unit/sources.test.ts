import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sourcesOf } from '../../lib/throttling/sources.ts'
import { anyCharacter } from '../support/any-character.ts'

const names = (ip: string) => sourcesOf(ip).map(({ name }) => name)

describe('sourcesOf', () => {
  test('returns an IPv4 address itself', () => {
    expect(sourcesOf('192.0.2.1')).toEqual([{ name: '192.0.2.1', limitFactor: 1 }])
  })

  test('returns the /64 of an IPv6 address and, with ten times the limit, its /48', () => {
    expect(sourcesOf('2001:db8:1:2:3:4:5:6')).toEqual([
      { name: '2001:db8:1:2::/64', limitFactor: 1 },
      { name: '2001:db8:1::/48', limitFactor: 10 },
    ])
  })

  test('returns one /48 for all /64 networks of an IPv6 line [TH-08]', () => {
    const lines = Array.from({ length: 300 }, (_, i) => sourcesOf(`2001:db8:1:${i.toString(16)}::${i.toString(16)}`))
    expect(new Set(lines.map(([network]) => network.name)).size).toBe(300)
    expect(new Set(lines.map(([, site]) => site?.name))).toEqual(new Set(['2001:db8:1::/48']))
  })

  test.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1%eth0', '192.0.2.1'],
    ['2001:DB8::1', '2001:db8::/64'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::/64'],
    ['2001:db8:0:0:ffff::', '2001:db8::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['fe80::1%en1', 'fe80::/64'],
    ['::1', '::/64'],
  ])('returns the same network for every notation of an address: %s', (ip, name) => {
    expect(names(ip)[0]).toBe(name)
  })

  test('returns the same networks for every notation of any address', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), (groups) => {
        const long = groups.map((group) => group.toString(16).padStart(4, '0')).join(':')
        const upper = long.toUpperCase()
        const short = new URL(`http://[${long}]`).hostname.slice(1, -1)
        expect([upper, short, `${short}%1`].map(names)).toEqual([names(long), names(long), names(long)])
      }),
    )
  })

  test.each(['', ' ', 'unknown', '127.1', '0x7f.1', '010.0.0.1', '192.0.2.1:443', '[::1]', '::1/64', '1.2.3.4.5', '%'])(
    'returns one shared source for an invalid address: %j',
    (ip) => {
      expect(sourcesOf(ip)).toEqual([{ name: 'unknown', limitFactor: 1 }])
    },
  )

  test('returns a source for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => sourcesOf(text).every(({ name }) => name !== '')),
    )
  })
})
