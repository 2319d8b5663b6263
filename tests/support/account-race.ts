import { memoryAttemptStore, memorySessionStore, memoryUserStore } from 'coatcheck/testing'
import { expect } from 'vitest'
import { createAccounts } from '../../lib/accounts/accounts.ts'
import { createEmailChange } from '../../lib/accounts/email-change.ts'
import { createEmailUndo } from '../../lib/accounts/email-undo.ts'
import { createEmailVerification } from '../../lib/accounts/email-verification.ts'
import type { InvitationStore } from '../../lib/accounts/invitation.ts'
import { createInvitations } from '../../lib/accounts/invitations.ts'
import type { CodeChallengeStore } from '../../lib/accounts/login-code.ts'
import { createLoginCodes } from '../../lib/accounts/login-codes.ts'
import { createMailedRegistration } from '../../lib/accounts/mailed-registration.ts'
import { createPasswordReset } from '../../lib/accounts/password-reset.ts'
import type { TicketStore } from '../../lib/accounts/tickets.ts'
import { type ChallengeStore, createChallenges } from '../../lib/factors/challenges.ts'
import { createEnrolment } from '../../lib/factors/enrolment.ts'
import { createSecondFactors } from '../../lib/factors/second-factors.ts'
import { createIdentities } from '../../lib/identity/identities.ts'
import type { IdentityStore } from '../../lib/identity/identity.ts'
import { identityPointers } from '../../lib/identity/identity-pointers.ts'
import { createLinking } from '../../lib/identity/linking.ts'
import type { UsedTokenStore } from '../../lib/identity/used-tokens.ts'
import { createPasskeyChallenges, type PasskeyChallengeStore } from '../../lib/passkeys/passkey-challenges.ts'
import { createPasskeys } from '../../lib/passkeys/passkeys.ts'
import type { AttemptStore, SessionStore, UserStore } from '../../lib/ports.ts'
import type { ProviderSessionStore } from '../../lib/provider-session.ts'
import { Secret } from '../../lib/secret.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { createAttempts } from '../../lib/throttling/attempts.ts'
import { createPasskeyBudget } from '../../lib/throttling/passkey-budget.ts'
import { everyInterleaving, someInterleavings, type Turn } from './interleavings.ts'
import { memoryIdentityStore, memoryProviderSessionStore, memoryUsedTokenStore } from './memory-identity-stores.ts'
import { memoryInvitationStore } from './memory-invitation-store.ts'
import {
  memoryChallengeStore,
  memoryCodeChallengeStore,
  memoryPasskeyChallengeStore,
  memoryTicketStore,
} from './memory-one-time.ts'
import { hasher } from './observed-scene.ts'
import { LIMITS } from './parts.ts'
import { NOW } from './samples.ts'

// Races of mailed links and second factors, on stores in memory.

export interface AccountStores {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly attempts: AttemptStore
  readonly tickets: TicketStore
  readonly challenges: ChallengeStore
  readonly invitations: InvitationStore
  readonly codes: CodeChallengeStore
  readonly passkeyChallenges: PasskeyChallengeStore
  readonly identities: IdentityStore
  readonly providerSessions: ProviderSessionStore
  readonly usedTokens: UsedTokenStore
}

export const memoryAccountStores = (): AccountStores => ({
  users: memoryUserStore(),
  sessions: memorySessionStore(),
  attempts: memoryAttemptStore(),
  tickets: memoryTicketStore(),
  challenges: memoryChallengeStore(),
  invitations: memoryInvitationStore(() => NOW),
  codes: memoryCodeChallengeStore(),
  passkeyChallenges: memoryPasskeyChallengeStore(),
  identities: memoryIdentityStore(),
  providerSessions: memoryProviderSessionStore(),
  usedTokens: memoryUsedTokenStore(),
})

export const KEYS = { version: 1, current: new Secret('k'.repeat(32)) }
/** How many attempts a user has at the second factor. */
export const TRIES = 2

export type Account = ReturnType<typeof openAccount>

/** The operations of one request; with `turn`, each of its datastore calls waits for a turn. */
export function openAccount(shared: AccountStores, turn?: Turn, now = NOW) {
  const stores = turn ? heldUp(shared, turn) : shared
  const { users: store, tickets } = stores
  const clock = () => now
  const log = () => {}
  const { providerSessions } = stores
  const sessions = createSessions({ store: stores.sessions, providerSessions, clock })
  const { users, revocations, administration } = createAccounts({
    ...{ store, sessions, identityStore: stores.identities, clock, log },
  })
  const limits = { ...LIMITS, perAccount: TRIES }
  const throttling = { store: stores.attempts, limits, pepper: new Secret('p'.repeat(32)), clock }
  const attempts = createAttempts(throttling)
  return {
    ...{ store, users, sessions, revocations, administration, attempts, hasher, log },
    providerSessions,
    usedTokens: stores.usedTokens,
    pointers: identityPointers({
      ...{ store: stores.identities, getUser: store.get, finishPendingSweep: revocations.finishPendingSweep },
    }),
    identities: createIdentities({
      ...{ store, identityStore: stores.identities, users, sessions, revocations, clock },
    }),
    linking: createLinking({ store, identityStore: stores.identities, revocations, clock }),
    reset: createPasswordReset({ store, users, sessions, clock }),
    verification: createEmailVerification({ store, users, clock }),
    emailChange: createEmailChange({ store, users, revocations, clock }),
    emailUndo: createEmailUndo({ store, users, sessions, clock }),
    registration: createMailedRegistration({ tickets, users, clock }),
    invitations: createInvitations({ store: stores.invitations, users, clock }),
    codes: createLoginCodes({ store: stores.codes, users, pepper: new Secret('p'.repeat(32)), clock }),
    challenges: createChallenges({ store: stores.challenges, clock }),
    secondFactors: createSecondFactors({ store, keys: KEYS, clock }),
    passkeys: createPasskeys({ store, clock }),
    passkeyChallenges: createPasskeyChallenges({ store: stores.passkeyChallenges, clock }),
    passkeyBudget: createPasskeyBudget(throttling),
    enrolment: createEnrolment({ store, keys: KEYS, issuer: 'auth.example.com', clock }),
  }
}

interface Race<World extends { readonly stores: AccountStores }> {
  /** Makes what every order begins with. */
  readonly prepare: () => Promise<World>
  readonly actors: readonly ((account: Account, world: NoInfer<World>) => Promise<unknown>)[]
  /** The clock of each actor. Default: `NOW`. */
  readonly clocks?: readonly number[]
  /** The number of random orders, if all orders would take too long. */
  readonly drawn?: number
  /** @param errors the code of each actor's problem; `none` if it succeeded */
  readonly check: (world: NoInfer<World>, errors: readonly string[], count: (what: string) => void) => Promise<void>
}

/**
 * Runs actors in every order of their datastore calls, or in some, and checks what each order leaves.
 * @returns how often each outcome was counted
 */
export async function accountRace<World extends { readonly stores: AccountStores }>({
  prepare,
  actors,
  clocks = [],
  drawn,
  check,
}: Race<World>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1
  }
  let world = await prepare()
  let errors: string[] = []
  const play = (turns: Turn[]) => {
    errors = []
    return turns.map(async (turn, index) => {
      await Promise.resolve() // all start together
      const account = openAccount(world.stores, oneByOne(turn), clocks[index])
      errors[index] = await (actors[index]?.(account, world) ?? Promise.resolve()).then(() => 'none', codeOf)
    })
  }
  const checkOrder = async (order: string) => {
    await check(world, errors, count).catch((cause) => {
      throw new Error(`In the order ${order}, after ${errors.join(' and ')}: ${cause.message}`, { cause })
    })
    world = await prepare()
  }
  if (drawn === undefined) await everyInterleaving(actors.length, play, checkOrder)
  else await someInterleavings({ orders: drawn, seed: 1 }, actors.length, play, checkOrder)
  return counts
}

function codeOf(error: { code?: unknown }): string {
  expect(error.code, `${error}`).toMatch(/^[a-z_]+$/)
  return `${error.code}`
}

/** The parallel calls of one actor wait one after the other. */
function oneByOne(turn: Turn): Turn {
  let last: Promise<void> = Promise.resolve()
  return () => {
    last = last.then(turn)
    return last
  }
}

function heldUp(stores: AccountStores, turn: Turn): AccountStores {
  const held = Object.entries(stores).map(([name, store]) => [
    name,
    new Proxy(store, {
      get:
        (target, method) =>
        async (...args: unknown[]) => {
          await turn()
          return (Reflect.get(target, method) as (...args: unknown[]) => unknown)(...args)
        },
    }),
  ])
  return Object.fromEntries(held)
}
