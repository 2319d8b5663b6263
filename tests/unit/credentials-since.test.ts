import { expect, test } from 'vitest'
import { withoutCredentialsSince } from '../../lib/accounts/credentials-since.ts'
import type { Passkey } from '../../lib/user.ts'

const passkey = (since: number) => ({ name: `of epoch ${since}`, since }) as Passkey

test('an undo removes what was set in the epoch of the change or later, each passkey with its counter and last use', () => {
  const since = { passwordHash: 3, totp: 2 }
  expect(withoutCredentialsSince({ since }, 3)).toEqual({ removes: ['passwordHash'] })
  expect(withoutCredentialsSince({}, 1)).toEqual({ removes: [] })
  const passkeys = { old: passkey(2), new: passkey(3), newer: passkey(4) }
  expect(withoutCredentialsSince({ since, passkeys }, 3)).toEqual({
    passkeys: { old: passkey(2) },
    removes: [
      'passwordHash',
      ...['passkeyCounts.new', 'passkeyUsedAt.new', 'passkeyCounts.newer', 'passkeyUsedAt.newer'],
    ],
  })
  expect(withoutCredentialsSince({ passkeys: { new: passkey(3) } }, 3)).toEqual({
    removes: ['passkeys', 'passkeyCounts', 'passkeyUsedAt'],
  })
  expect(withoutCredentialsSince({ passkeys: { old: passkey(2) } }, 3)).toEqual({ removes: [] })
})

test('an undo removes the identities that were linked in the epoch of the change or later', () => {
  const identity = (since: number) => ({ claim: `of epoch ${since}`, provider: 'idp', linkedAt: 0, since })
  const identities = { old: identity(2), new: identity(3) }
  expect(withoutCredentialsSince({ identities }, 3)).toEqual({ identities: { old: identity(2) }, removes: [] })
  expect(withoutCredentialsSince({ identities }, 2)).toEqual({ removes: ['identities'] })
  expect(withoutCredentialsSince({ identities }, 4)).toEqual({ removes: [] })
  const both = { identities, passkeys: { new: passkey(4) } }
  expect(withoutCredentialsSince(both, 3)).toEqual({
    identities: { old: identity(2) },
    removes: ['passkeys', 'passkeyCounts', 'passkeyUsedAt'],
  })
})
