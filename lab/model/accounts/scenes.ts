import type { Item, Store } from './item.ts'
import { nothingSeen, type Seen } from './seen.ts'
import { FIRST } from './session.ts'
import { type Claim, type UserItem, userKey } from './user-item.ts'

// Where the operations begin.

interface Start {
  readonly store: Store
  readonly seen: Seen
}

const CLAIM_OF_B: Claim = { email: 'b', claim: 'claim.b', hash: 'E0', epoch: 0, until: 1 }

/** A proven account with everything: second factor, passkeys (k0 never counts), a mailed reset and change of address. */
const USER: UserItem = {
  ...{
    id: 'U',
    email: 'a',
    claim: 'claim.a',
    verified: true,
    status: 'active',
    epoch: 0,
    changeId: 'c0',
    sweep: false,
  },
  ...{ last: [], password: { hash: 'p0', since: 0 } },
  passkeys: { k0: { handle: 'h.k0', since: 0 }, k1: { handle: 'h.k1', since: 0 } },
  counts: { k0: 0, k1: 5 },
  ...{ totp: { id: 't0', since: 0 }, totpStep: 0, recovery: { codes: ['r1'], since: 0 } },
  reset: { hash: 'L0', epoch: 0 },
  claiming: CLAIM_OF_B,
}
const POINTER_OF_A: Item = { userId: 'U', claim: 'claim.a' }
const CODES: Store = { 'challenge#C0': { email: 'a', tries: 0 }, 'challenge#C1': { email: 'a', tries: 0 } }
const ORDERS: Store = {
  'outbox#reset': { email: 'a' },
  'outbox#address': { email: 'b', userId: 'U', epoch: 0 },
}
const SECOND_FACTORS: Store = { 'challenge#X0': { userId: 'U', epoch: 0 }, 'challenge#X1': { userId: 'U', epoch: 0 } }

function start(user: UserItem, more: Store, mails: Seen['mails'], assurance: 1 | 2 = 2, by = 'p0'): Start {
  const held = { by, assurance }
  const store = {
    ...{ [userKey('U')]: user, 'email#a': POINTER_OF_A },
    ...{ [FIRST]: { epoch: user.epoch, ...held }, ...more },
  }
  return { store, seen: { ...nothingSeen(), held: { [FIRST]: held }, told: { U: user.email }, mails } }
}

const MAILS: Seen['mails'] = [
  { secret: 'L0', for: 'reset', epoch: 0 },
  { secret: 'E0', for: 'address', epoch: 0 },
  { secret: 'code/C0/U/0', for: 'code C0', epoch: 0 },
]

const { totp: _, totpStep: __, recovery: ___, ...WITHOUT_FACTOR } = USER

function unproven(): Start {
  const user = { ...USER, verified: false, verification: { hash: 'N0', epoch: 0 } }
  const more = { ...CODES, ...ORDERS, ...SECOND_FACTORS }
  return start(user, more, [...MAILS, { secret: 'N0', for: 'verification', epoch: 0 }])
}

const IDENTITIES = { i: { claim: 'k.i', since: 0 }, j: { claim: 'k.j', since: 0 } }
const OF_K = { by: 'oidc#i', assurance: 1, sid: 'K', subject: 'i', issuedAt: 1 } as const
const OF_PROVIDER: Store = {
  'oidc#i': { userId: 'U', claim: 'k.i' },
  'oidc#j': { userId: 'U', claim: 'k.j' },
  'sid#K': { users: ['U'] },
  ...{ [FIRST]: { epoch: 0, ...OF_K } },
}
const withIdentities = ({ store, seen }: Start): Start => ({
  store,
  seen: { ...seen, held: { [FIRST]: OF_K }, linked: { i: 'U', j: 'U' } },
})

const SCENES = {
  owner: () => start(USER, { ...CODES, ...ORDERS, ...SECOND_FACTORS }, MAILS),
  /** Without a second factor; a secret is shown. */
  bare: () => start({ ...WITHOUT_FACTOR, pending: 't1' }, { ...CODES, ...ORDERS }, MAILS, 1),
  /** An administrator has set a password, which must be changed. The session is of a passkey. */
  given: () => {
    const user: UserItem = { ...WITHOUT_FACTOR, password: { hash: 'g1', since: 0 }, mustChange: true }
    return start(user, CODES, MAILS, 1, 'k0')
  },
  /** Somebody has registered the address of another person, and never proved it. */
  squatted: unproven,
  /** The same of an honest person. */
  fresh: unproven,
  /** Of before there were claims: neither the user item nor the pointer has one. */
  legacy: () => {
    const { claim: _, ...user } = USER
    const { store, seen } = start(user, ORDERS, MAILS)
    return { store: { ...store, 'email#a': { userId: 'U' } }, seen }
  },
  /** A thief has changed the address from a to b, the password, and added a passkey. The owner has the undo. */
  moved: () => {
    const user: UserItem = {
      ...USER,
      ...{
        email: 'b',
        claim: 'claim.b',
        epoch: 2,
        password: { hash: 'p9', since: 2 },
        reset: { hash: 'L0', epoch: 2 },
      },
      identities: { t: { claim: 'k.t', since: 2 } },
      passkeys: { ...USER.passkeys, k9: { handle: 'h.k9', since: 2 } },
      claiming: { email: 'c', claim: 'claim.c', hash: 'E0', epoch: 2, until: 1 },
      undo: { email: 'a', claim: 'claim.a', hash: 'U0', epoch: 1, until: 1 },
    }
    const mails: Seen['mails'] = [
      { secret: 'L0', for: 'reset', epoch: 2 },
      { secret: 'E0', for: 'address', epoch: 2 },
      { secret: 'U0', for: 'undo a', epoch: 1, until: 1 },
    ]
    const moved = start(user, { 'email#b': { userId: 'U', claim: 'claim.b' } }, mails)
    return { ...moved, seen: { ...moved.seen, left: 'a' } }
  },
  /** A proven account with a password and two identities. Its session is the provider's session K. */
  linked: () => {
    const user = { ...WITHOUT_FACTOR, passkeys: {}, counts: {}, identities: IDENTITIES }
    return withIdentities(start(user, OF_PROVIDER, MAILS, 1))
  },
  /** The same without a password. */
  federated: () => {
    const { password: __, ...user } = { ...WITHOUT_FACTOR, passkeys: {}, counts: {}, identities: IDENTITIES }
    return withIdentities(start(user, OF_PROVIDER, MAILS, 1))
  },
  /** No account has the address that the provider verified; W has another. A registration link is mailed. */
  newcomer: (): Start => ({
    store: {
      'user#W': { ...WITHOUT_FACTOR, id: 'W', email: 'w', claim: 'claim.w', passkeys: {}, counts: {} },
      'email#w': { userId: 'W', claim: 'claim.w' },
      'ticket#T0': { email: 'a' },
    },
    seen: { ...nothingSeen(), told: { W: 'w' }, mails: [{ secret: 'T0', for: 'registration', epoch: 0 }] },
  }),
  /** No account has the address. A link and an invitation have been mailed; two more are ordered. */
  vacant: (): Start => ({
    store: {
      'outbox#m1': { email: 'a', password: 'owner' },
      'outbox#m2': { email: 'a', password: 'squatter' },
      'ticket#T0': { email: 'a' },
      'invitation#I': { email: 'a', scopes: ['notes:write'], hash: 'W0' },
    },
    seen: {
      ...nothingSeen(),
      mails: [
        { secret: 'T0', for: 'registration', epoch: 0 },
        { secret: 'W0', for: 'invitation', epoch: 0 },
      ],
    },
  }),
} as const

export type SceneName = keyof typeof SCENES
export const sceneOf = (name: SceneName): Start => SCENES[name]()
