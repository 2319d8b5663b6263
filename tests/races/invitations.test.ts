import { nanoid } from 'nanoid'
import { expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import type { Scope } from '../../lib/scope.ts'
import type { Email } from '../../lib/user.ts'
import { type Account, accountRace, memoryAccountStores, openAccount } from '../support/account-race.ts'
import { hash, passwordIn } from '../support/observed-scene.ts'

// Invitations beside each other and beside their mail, in every order of their datastore calls (I10).

const soon = () => startDeadline(30)

async function prepare() {
  const stores = memoryAccountStores()
  const account = openAccount(stores)
  const email = `${nanoid(8).toLowerCase()}@example.com` as Email
  const { id } = await account.invitations.invite({ email, scopes: ['notes:read' as Scope] }, soon())
  const token = (await account.invitations.arm(id, soon()))?.token.reveal() ?? ''
  return { stores, email, id, token }
}
type World = Awaited<ReturnType<typeof prepare>>

const accept = ({ invitations }: Account, token: string, password: string) =>
  invitations.accept(token, async () => ({ passwordHash: hash(password) }), soon())
const outcomeOf = async ({ stores, id }: World) => (await stores.invitations.get(id, soon()))?.outcome
const passwordOf = async ({ stores, email }: World) =>
  passwordIn((await openAccount(stores).users.findByEmail(email, soon()))?.passwordHash)

test('an invitation opens the account of exactly one of two parallel acceptances', async () => {
  const counts = await accountRace({
    prepare,
    actors: ['one', 'two'].map(
      (password) =>
        (account: Account, { token }: World) =>
          accept(account, token, password),
    ),
    async check(world, errors, count) {
      expect(errors.toSorted()).toEqual(['invalid_link', 'none'])
      const password = await passwordOf(world)
      expect([password, await outcomeOf(world)]).toEqual([errors[0] === 'none' ? 'one' : 'two', 'accepted'])
      count(password ?? '')
    },
  })
  expect([counts.one ?? 0, counts.two ?? 0].every((times) => times > 0)).toBe(true)
})

test('an invitation is accepted or revoked, never both', async () => {
  const counts = await accountRace({
    prepare,
    actors: [
      (account, { token }) => accept(account, token, 'new'),
      ({ invitations }, { id }) => invitations.revoke(id, soon()),
    ],
    async check(world, [accepted, revoked], count) {
      const outcome = await outcomeOf(world)
      const expected = outcome === 'accepted' ? ['none', 'conflict', 'new'] : ['invalid_link', 'none', undefined]
      expect([accepted, revoked, await passwordOf(world)]).toEqual(expected)
      count(outcome ?? '')
    },
  })
  expect(Object.keys(counts).sort()).toEqual(['accepted', 'revoked'])
})

test('a mail that is delivered again never opens an invitation that was used', async () => {
  const tokens: string[] = []
  const counts = await accountRace({
    prepare: async () => {
      tokens.length = 0
      return prepare()
    },
    actors: [
      (account, { token }) => accept(account, token, 'new'),
      async ({ invitations }, { id }) => {
        tokens.push((await invitations.arm(id, soon()))?.token.reveal() ?? '')
      },
    ],
    async check(world, [accepted = ''], count) {
      const [later = ''] = tokens
      if (accepted === 'none') expect(later).toBe('')
      const again = await accept(openAccount(world.stores), later, 'later').then(
        () => 'none',
        ({ code }) => code,
      )
      expect([accepted, again].toSorted()).toEqual(['invalid_link', 'none'])
      count(accepted)
    },
  })
  expect(Object.keys(counts).sort()).toEqual(['invalid_link', 'none'])
})

test('of two invitations to one address, one opens the account', async () => {
  await accountRace({
    prepare: async () => {
      const world = await prepare()
      const { invitations } = openAccount(world.stores)
      const { id } = await invitations.invite({ email: world.email, scopes: [] }, soon())
      return { ...world, other: (await invitations.arm(id, soon()))?.token.reveal() ?? '' }
    },
    drawn: 300,
    actors: [
      (account, { token }) => accept(account, token, 'one'),
      (account, { other }) => accept(account, other, 'two'),
    ],
    async check(world, errors) {
      expect(errors.toSorted()).toEqual(['email_taken', 'none'])
      expect(await passwordOf(world)).toBe(errors[0] === 'none' ? 'one' : 'two')
    },
  })
})
