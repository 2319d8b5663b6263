import { expect, test } from 'vitest'
import { reauthenticatedSession } from '../../lib/accounts/reauthenticated-session.ts'
import { BY_PASSWORD } from '../../lib/factor.ts'
import { FROM, scopes } from '../support/parts.ts'
import { sampleRow, sampleUser } from '../support/samples.ts'

const user = sampleUser({ scopes: scopes('b') })
const before = sampleRow({ scopes: scopes('a'), label: 'laptop' })

test('a reauthenticated session has the label of the replaced session and all scopes its user holds now', () => {
  expect(reauthenticatedSession(before, user, FROM, { proof: BY_PASSWORD })).toEqual({
    user,
    scopes: ['account', 'b'],
    narrowed: undefined,
    label: 'laptop',
    proof: BY_PASSWORD,
    ...FROM,
  })
})

test('a reauthenticated session keeps its scopes if the login asked for fewer than the user held', () => {
  expect(reauthenticatedSession({ ...before, narrowed: true }, user, FROM, { proof: BY_PASSWORD }).scopes).toEqual([
    'a',
  ])
})
