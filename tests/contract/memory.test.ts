import { memoryAttemptStore, memorySessionStore, memoryUserStore } from 'coatcheck/testing'
import { memoryActivityStore } from '../support/memory-activity-store.ts'
import {
  memoryIdentityStore,
  memoryProviderSessionStore,
  memoryUsedTokenStore,
} from '../support/memory-identity-stores.ts'
import { memoryInvitationStore } from '../support/memory-invitation-store.ts'
import {
  memoryChallengeStore,
  memoryCodeChallengeStore,
  memoryPasskeyChallengeStore,
  memoryTicketStore,
} from '../support/memory-one-time.ts'
import { activityStoreContract } from './activity-store.ts'
import { attemptStoreContract } from './attempt-store.ts'
import { identityStoreContract, providerSessionStoreContract, usedTokenStoreContract } from './identity-stores.ts'
import { invitationStoreContract } from './invitation-store.ts'
import { codeChallengeContract, oneTimeContract } from './one-time-stores.ts'
import { sessionStoreContract } from './session-store.ts'
import { userFactorsContract } from './user-factors.ts'
import { userStoreContract } from './user-store.ts'

// The stores of coatcheck/testing keep the contract of the deployed ones.

const sessions = memorySessionStore()
const users = memoryUserStore()
const attempts = memoryAttemptStore()
sessionStoreContract('memory', () => sessions)
userStoreContract('memory', () => users)
userFactorsContract('memory', () => users)
attemptStoreContract('memory', () => attempts)

const oneTime = {
  tickets: memoryTicketStore(),
  challenges: memoryChallengeStore(),
  passkeys: memoryPasskeyChallengeStore(),
}
oneTimeContract('memory', () => oneTime)

const codes = memoryCodeChallengeStore()
codeChallengeContract('memory', () => codes)
invitationStoreContract('memory', memoryInvitationStore)

const activity = memoryActivityStore()
activityStoreContract('memory', () => activity)

const identities = memoryIdentityStore()
identityStoreContract('memory', () => identities)

const providerSessions = memoryProviderSessionStore()
providerSessionStoreContract('memory', () => providerSessions)

const usedTokens = memoryUsedTokenStore()
usedTokenStoreContract('memory', () => usedTokens)
