import { memorySessionStore, memoryUserStore } from 'coatcheck/testing'
import { sessionStoreContract } from './session-store.ts'
import { userStoreContract } from './user-store.ts'

// What others test with keeps the promises of what they deploy.

const sessions = memorySessionStore()
const users = memoryUserStore()
sessionStoreContract('memory', () => sessions)
userStoreContract('memory', () => users)
