import { ConfigError } from '../../lib/config-error.ts'
import { dynamodbAttemptStore } from '../../lib/dynamodb/index.ts'
import { configuredHasher } from '../../lib/passwords/password-hasher.ts'
import type { PasswordHasher } from '../../lib/ports.ts'
import { type Attempts, createAttempts } from '../../lib/throttling/attempts.ts'
import { type App, openApp } from './app.ts'

/** The parts of a function that hashes or verifies passwords; only these have bcrypt and the pepper. */
export interface PasswordApp extends App {
  readonly hasher: PasswordHasher
  readonly attempts: Attempts
}

/**
 * Opens the parts of a function that hashes or verifies passwords.
 * @param verifies `false` for a function that only hashes: it cannot read stored hashes.
 * @throws ConfigError for an invalid configuration or without a pepper; the function then fails to start
 */
export function openPasswordApp({ verifies = true } = {}): PasswordApp {
  const app = openApp({ pepper: true, passwordHash: verifies })
  const { config, client, log } = app
  const { pepper } = config.password
  if (!pepper)
    throw new ConfigError([
      '`PASSWORD_PEPPER`: required; expected at least 32 random characters, kept outside the tables',
    ])
  const store = dynamodbAttemptStore({ client, tableName: config.tables.attempts })
  return {
    ...app,
    hasher: configuredHasher(config.password),
    attempts: createAttempts({ store, limits: config.attempts, pepper, log }),
  }
}
