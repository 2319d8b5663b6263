import { ConfigError } from '../../lib/config.ts'
import { dynamodbAttemptStore } from '../../lib/dynamodb/index.ts'
import { configuredHasher } from '../../lib/passwords/password-hasher.ts'
import type { PasswordHasher } from '../../lib/ports.ts'
import { type Attempts, createAttempts } from '../../lib/throttling/attempts.ts'
import { type App, openApp } from './app.ts'

/** What the functions that see passwords have besides: only their bundles carry bcrypt, only they are given the pepper. */
export interface PasswordApp extends App {
  readonly hasher: PasswordHasher
  readonly attempts: Attempts
}

/** @throws ConfigError, which fails the function's start, where the pepper is missing too. */
export function openPasswordApp(): PasswordApp {
  const app = openApp({ pepper: true })
  const { config, client, log } = app
  const { pepper } = config.password
  if (!pepper) throw new ConfigError(['`PASSWORD_PEPPER`: required where passwords are hashed'])
  const store = dynamodbAttemptStore({ client, tableName: config.tables.attempts })
  return {
    ...app,
    hasher: configuredHasher(config.password),
    attempts: createAttempts({ store, limits: config.attempts, pepper, log }),
  }
}
