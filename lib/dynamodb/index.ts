export { type AttemptStoreOptions, dynamodbAttemptStore } from './attempt-store.ts'
export { type ClientOptions, createClient, type DynamoDBClient } from './client.ts'
export { dynamodbSessionStore, type SessionStoreOptions } from './session-store.ts'
export { dynamodbUserStore, type UserStoreOptions } from './user-store.ts'
