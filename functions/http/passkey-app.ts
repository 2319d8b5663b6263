import { dynamodbAttemptStore } from '../../lib/dynamodb/index.ts'
import { dynamodbPasskeyChallengeStore } from '../../lib/dynamodb/passkey-challenge-store.ts'
import { createPasskeyChallenges, type PasskeyChallenges } from '../../lib/passkeys/passkey-challenges.ts'
import { createPasskeyBudget, type PasskeyBudget } from '../../lib/throttling/passkey-budget.ts'
import type { App } from './app.ts'
import { pepperOf } from './attempts-of.ts'

/** What an app asks authenticators to sign. */
export function passkeyChallengesOf({ config, client }: App): PasskeyChallenges {
  return createPasskeyChallenges({
    store: dynamodbPasskeyChallengeStore({ client, tableName: config.tables.attempts }),
  })
}

/** The budget of an app's sign-ins with a passkey. @throws ConfigError as `pepperOf` */
export function passkeyBudgetOf(app: App): PasskeyBudget {
  const { config, client, log } = app
  const store = dynamodbAttemptStore({ client, tableName: config.tables.attempts })
  return createPasskeyBudget({ store, limits: config.attempts, pepper: pepperOf(app), log })
}
