import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { logEntry } from '../audit.ts'
import { UnavailableError } from '../errors.ts'
import { FACTOR_FIELDS } from '../factors/methods.ts'
import type { Log, UserStore } from '../ports.ts'
import type { ItemReader } from './get-item.ts'
import { type Projection, projectionOf } from './projection.ts'
import { fromUserItem, PUBLIC_USER_ATTRIBUTES, userKey } from './user-item.ts'

/** Options of `dynamodbUserStore`. */
export interface UserStoreOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
  /** Receives `corrupt_item` events. Default: no log. */
  readonly log?: Log
  /**
   * `true`: no call returns a password hash, for functions whose IAM role cannot read it; users that the store returns
   * have no `passwordHash`. A failed condition of a change then costs one read more. Default: `false`.
   */
  readonly omitPasswordHash?: boolean
  /** With `omitPasswordHash`: the users that the store returns have their second factors and identities. Default: `false`. */
  readonly withFactors?: boolean
  /** With `omitPasswordHash`: the users that the store returns have their identities. Default: as `withFactors`. */
  readonly withIdentities?: boolean
}

/** Options of `dynamodbUserReader`, whose module does not load the SDK. */
export interface UserReaderOptions extends Omit<UserStoreOptions, 'client'> {
  readonly read: ItemReader
}

/** The attributes that a store reads; `undefined`: all. */
export function userProjection({
  omitPasswordHash = false,
  withFactors = false,
  withIdentities = withFactors,
}: Pick<UserStoreOptions, 'omitPasswordHash' | 'withFactors' | 'withIdentities'>): Projection | undefined {
  if (!omitPasswordHash) return undefined
  return projectionOf([
    ...PUBLIC_USER_ATTRIBUTES,
    ...(withFactors ? FACTOR_FIELDS : []),
    ...(withIdentities ? ['identities'] : []),
  ])
}

/** The `get` of a user store, apart, so that a bundle that only reads users has no code that changes them. */
export function dynamodbUserReader({
  read,
  tableName,
  log = () => {},
  ...options
}: UserReaderOptions): Pick<UserStore, 'get'> {
  const projection = userProjection(options)
  return {
    async get(userId, deadline) {
      const item = await read(userKey(userId), deadline, 'strong', projection)
      if (!item) return undefined
      const user = fromUserItem(item)
      if (user) return user
      // If a malformed user counted as absent, its email could be registered again.
      log(logEntry('corrupt_item', { table: tableName, userId }))
      throw new UnavailableError('DynamoDB returned a malformed user item')
    },
  }
}
