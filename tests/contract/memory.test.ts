import { memoryAttemptStore, memorySessionStore, memoryUserStore } from 'coatcheck/testing'
import { attemptStoreContract } from './attempt-store.ts'
import { sessionStoreContract } from './session-store.ts'
import { userStoreContract } from './user-store.ts'

// What others test with keeps the promises of what they deploy.

const sessions = memorySessionStore()
const users = memoryUserStore()
const attempts = memoryAttemptStore()
sessionStoreContract('memory', () => sessions)
userStoreContract('memory', () => users)
attemptStoreContract('memory', () => attempts)
