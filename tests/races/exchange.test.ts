import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import { actOnSignal } from '../../lib/identity/signal-action.ts'
import { exchangeToken } from '../../lib/identity/token-exchange.ts'
import type { VerifiedIdentity } from '../../lib/identity/verified-identity.ts'
import type { Email } from '../../lib/user.ts'
import { type Account, accountRace, memoryAccountStores, openAccount } from '../support/account-race.ts'
import { FROM } from '../support/parts.ts'
import { NOW } from '../support/samples.ts'

// Exchanges of a provider's tokens beside each other, beside what ends sessions, and beside the provider's events, in many
// orders of their datastore calls (I3, I10 and L1 of the model).

const soon = () => startDeadline(30)
const ISSUER = 'https://login.example.com'
const ORDERS = 150

function newcomer(): VerifiedIdentity {
  const email = `${nanoid(8).toLowerCase()}@example.com` as Email
  return { provider: 'idp', issuer: ISSUER, subject: nanoid(), issuedAt: NOW, email, assurance: 1 }
}
const exchange = (account: Account, identity: VerifiedIdentity, registration: Provider['registration'] = 'open') =>
  exchangeToken(
    { ...account, subjectTokens: { verify: async () => ({ identity, until: NOW + 420 }) } },
    { registration } as Provider,
    { token: `header.${identity.subject}.signature`, type: 'urn:ietf:params:oauth:token-type:id_token' },
    { ...FROM, presented: [] },
    soon(),
  ).catch((error) => {
    throw error.reason ? Object.assign(error, { code: error.reason }) : error
  })

async function known() {
  const stores = memoryAccountStores()
  const identity = newcomer()
  const { user } = await exchange(openAccount(stores), { ...identity, subject: identity.subject })
  const again = { ...identity, subject: identity.subject }
  return { stores: { ...stores, usedTokens: memoryAccountStores().usedTokens }, identity: again, user }
}

describe('an exchange', () => {
  test('of one token at once makes one session, and one user at most', async () => {
    const counts = await accountRace({
      prepare: async () => ({ stores: memoryAccountStores(), identity: newcomer() }),
      drawn: ORDERS,
      actors: [1, 2, 3].map(
        () =>
          (account: Account, { identity }: { identity: VerifiedIdentity }) =>
            exchange(account, identity),
      ),
      async check({ stores }, errors, count) {
        const { users } = await stores.users.list({ limit: 10 }, soon())
        expect(users).toHaveLength(1)
        expect(await stores.sessions.list(users[0]?.id as never, soon())).toHaveLength(1)
        expect(errors.toSorted()).toEqual(['none', 'token_used', 'token_used'])
        count(errors.join())
      },
    })
    expect(Object.keys(counts).length).toBeGreaterThan(1)
  })

  const ends: [what: string, end: (account: Account, world: Awaited<ReturnType<typeof known>>) => Promise<unknown>][] =
    [
      ['disabling', ({ administration }, { user }) => administration.change(user.id, { status: 'disabled' }, soon())],
      ['deletion', ({ administration }, { user }) => administration.delete(user.id, soon())],
      ...(['revoke', 'disable'] as const).map((action): (typeof ends)[number] => [
        `an event that does ${action}`,
        (account, { identity: { issuer, subject } }) =>
          actOnSignal(account, { issuer, subject, issuedAt: NOW + 1, signal: 'account-disabled' }, action, soon()),
      ]),
    ]
  test.each(ends)('beside %s leaves no session of before', async (_, end) => {
    const counts = await accountRace({
      prepare: known,
      drawn: ORDERS,
      actors: [(account, { identity }) => exchange(account, identity, 'closed'), end],
      async check({ stores, user }, [signed = '', ended], count) {
        expect(ended).toBe('none')
        expect(await stores.sessions.list(user.id, soon())).toEqual([])
        count(signed)
      },
    })
    expect(Object.keys(counts).length).toBeGreaterThan(1)
  })
})

describe('an event of a provider', () => {
  test('twice at once ends the sessions once', async () => {
    await accountRace({
      prepare: known,
      drawn: ORDERS,
      actors: [1, 2].map(
        () =>
          (account: Account, { identity: { issuer, subject } }: Awaited<ReturnType<typeof known>>) =>
            actOnSignal(account, { issuer, subject, issuedAt: NOW + 1, signal: 'session-revoked' }, 'revoke', soon()),
      ),
      async check({ stores, user }, errors, count) {
        expect(errors).toEqual(['none', 'none'])
        expect(await stores.sessions.list(user.id, soon())).toEqual([])
        expect((await stores.users.get(user.id, soon()))?.epoch).toBe(1)
        count('done')
      },
    })
  })

  test('about a subject without an account ends a sign-in that is under way', async () => {
    const counts = await accountRace({
      prepare: async () => ({ stores: memoryAccountStores(), identity: newcomer() }),
      drawn: ORDERS,
      actors: [
        (account, { identity }) => exchange(account, identity),
        (account, { identity: { issuer, subject } }) =>
          actOnSignal(account, { issuer, subject, issuedAt: NOW + 1, signal: 'account-disabled' }, 'disable', soon()),
      ],
      async check({ stores }, [signed = '', ended], count) {
        expect(ended).toBe('none')
        const { users } = await stores.users.list({ limit: 10 }, soon())
        for (const { id } of users) expect(await stores.sessions.list(id, soon())).toEqual([])
        count(signed)
      },
    })
    expect(Object.keys(counts).length).toBeGreaterThan(0)
  })
})
