import { ConfigError } from '../../lib/config-error.ts'
import { dynamodbAttemptStore } from '../../lib/dynamodb/index.ts'
import { type Attempts, createAttempts } from '../../lib/throttling/attempts.ts'
import type { App } from './app.ts'

/**
 * The rate limits of an app with the pepper.
 * @throws ConfigError without a pepper; the function then fails to start
 */
export function attemptsOf({ config, client, log }: App): Attempts {
  const { pepper } = config.password
  if (!pepper)
    throw new ConfigError([
      '`PASSWORD_PEPPER`: required; expected at least 32 random characters, kept outside the tables',
    ])
  const store = dynamodbAttemptStore({ client, tableName: config.tables.attempts })
  return createAttempts({ store, limits: config.attempts, pepper, log })
}
