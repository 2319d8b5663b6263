import { createLoginCodes, type LoginCodes } from '../../lib/accounts/login-codes.ts'
import { dynamodbCodeChallengeStore } from '../../lib/dynamodb/code-challenge-store.ts'
import { NotFoundError } from '../../lib/errors.ts'
import type { App, BareApp } from './app.ts'
import { pepperOf } from './attempts-of.ts'

/** The mailed codes of an app. @throws ConfigError as `pepperOf` */
export function loginCodesOf(app: App): LoginCodes {
  const { client, config, users } = app
  const store = dynamodbCodeChallengeStore({ client, tableName: config.tables.attempts })
  return createLoginCodes({ store, users, pepper: pepperOf(app) })
}

/** @throws NotFoundError unless `LOGIN_CODE` is on: then the routes of mailed codes do not exist */
export function assertLoginCode({ config }: BareApp): void {
  if (!config.loginCode)
    throw new NotFoundError('This service has no sign-in by mailed codes (`LOGIN_CODE`). Sign in with the password.')
}
