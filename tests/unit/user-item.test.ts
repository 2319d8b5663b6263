import { describe, expect, test } from 'vitest'
import { emailPointerKey, fromPointerItem, fromUserItem, toUserItem, userKey } from '../../lib/dynamodb/user-item.ts'
import type { Email } from '../../lib/user.ts'
import { scopes } from '../support/parts.ts'
import { newUserId, sampleUser } from '../support/samples.ts'

describe('a user item', () => {
  test.each([
    { emailVerified: true, sweepPending: true, name: 'Someone', scopes: scopes('a', 'b'), epoch: 7 },
    { status: 'disabled' as const },
    { scopes: [] },
  ])('with %o is decoded as it was encoded', (changes) => {
    const user = sampleUser(changes)
    expect(fromUserItem(toUserItem(user))).toEqual(user)
  })

  const item = toUserItem(sampleUser())
  const wrong: [name: string, value: object | undefined][] = [
    ['pk', undefined],
    ['pk', userKey(newUserId()).pk],
    ['pk', { N: '1' }],
    ['email', undefined],
    ['email', { N: '1' }],
    ['scopes', { S: 'a' }],
    ['scopes', { L: [{ N: '1' }] }],
    ['status', undefined],
    ['status', { S: 'other' }],
    ['epoch', undefined],
    ['epoch', { N: '-1' }],
    ['changeId', undefined],
    ['changeId', { N: '1' }],
    ['createdAt', undefined],
    ['createdAt', { S: 'x' }],
  ]
  test.each(wrong)('whose %s is %o is not decoded', (name, value) => {
    const { [name]: _, ...rest } = item
    expect(fromUserItem(value === undefined ? rest : { ...rest, [name]: value as never })).toBeUndefined()
  })

  test('is not decoded with an invalid id, even if its key agrees', () => {
    const pk = { S: 'user#short' }
    expect(fromUserItem({ ...item, pk, id: { S: 'short' } })).toBeUndefined()
    const { id: _, ...nameless } = item
    expect(fromUserItem(nameless)).toBeUndefined()
    expect(fromUserItem({ ...nameless, pk: { S: 'user#undefined' } })).toBeUndefined()
  })

  test('is decoded as unverified, without scopes and without a pending sweep if these attributes are absent', () => {
    const { emailVerified: _, sweepPending: __, scopes: ___, ...rest } = item
    expect(fromUserItem(rest)).toMatchObject({ emailVerified: false, sweepPending: false, scopes: [] })
  })

  test('of a new user has no attribute that makes the email verified or grants a scope [AZ-09]', () => {
    const registered = toUserItem(sampleUser({ scopes: [], emailVerified: false }))
    expect(Object.keys(registered)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(scopes|emailVerified)$/)]),
    )
  })
})

test('user keys and pointer keys have different prefixes', () => {
  const id = newUserId()
  expect(userKey(id)).toEqual({ pk: { S: `user#${id}` } })
  expect(emailPointerKey('a@example.com' as Email)).toEqual({ pk: { S: 'email#a@example.com' } })
})

test('a pointer item without a valid user id or email is not decoded', () => {
  const userId = newUserId()
  const email = 'a@example.com' as Email
  const pointer = { ...emailPointerKey(email), userId: { S: userId } }
  expect(fromPointerItem(pointer)).toEqual({ email, userId })
  expect(fromPointerItem({ ...pointer, ...emailPointerKey(' A@example.com' as Email) })).toBeUndefined()
  expect(fromPointerItem(emailPointerKey(email))).toBeUndefined()
  expect(fromPointerItem({ ...pointer, userId: { S: 'short' } })).toBeUndefined()
  for (const none of [{}, { pk: { N: '1' } }])
    expect(fromPointerItem({ ...none, userId: { S: userId } })).toBeUndefined()
})
