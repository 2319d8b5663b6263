import { ConfigError } from '../../lib/config-error.ts'
import { dynamodbAttemptStore } from '../../lib/dynamodb/index.ts'
import type { Secret } from '../../lib/secret.ts'
import { type Attempts, createAttempts } from '../../lib/throttling/attempts.ts'
import type { App } from './app.ts'

/** The pepper of an app. @throws ConfigError without a pepper; the function then fails to start */
export function pepperOf({ config }: Pick<App, 'config'>): Secret {
  const { pepper } = config.password
  if (pepper) return pepper
  throw new ConfigError([
    '`PASSWORD_PEPPER`: required; expected at least 32 random characters, kept outside the tables',
  ])
}

/** The rate limits of an app with the pepper. @throws ConfigError as `pepperOf` */
export function attemptsOf(app: App): Attempts {
  const { config, client, log } = app
  const pepper = pepperOf(app)
  const store = dynamodbAttemptStore({ client, tableName: config.tables.attempts })
  return createAttempts({ store, limits: config.attempts, pepper, log })
}
