export { type ClientOptions, createClient } from './client.ts'
export { dynamodbSessionStore, type SessionStoreOptions } from './session-store.ts'
export { dynamodbUserStore, type UserStoreOptions } from './user-store.ts'
