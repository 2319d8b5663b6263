import { ConfigError } from '../../lib/config-error.ts'
import { dynamodbChallengeStore } from '../../lib/dynamodb/challenge-store.ts'
import { type Challenges, createChallenges } from '../../lib/factors/challenges.ts'
import { createEnrolment, type Enrolment } from '../../lib/factors/enrolment.ts'
import type { FactorKeys } from '../../lib/factors/sealed-secret.ts'
import { createSecondFactors, type SecondFactors } from '../../lib/factors/second-factors.ts'
import type { App } from './app.ts'

/** The challenges of an app. */
export function challengesOf({ config, client }: App): Challenges {
  return createChallenges({ store: dynamodbChallengeStore({ client, tableName: config.tables.attempts }) })
}

/**
 * The verification of second factors of an app.
 * @throws ConfigError without a factor key; the function then fails to start
 */
export function secondFactorsOf(app: App): SecondFactors {
  return createSecondFactors({ store: app.userStore, keys: keysOf(app) })
}

/** The operations of an app that set up second factors. @throws ConfigError as `secondFactorsOf` */
export function enrolmentOf(app: App): Enrolment {
  return createEnrolment({ store: app.userStore, keys: keysOf(app), issuer: new URL(app.config.origin).host })
}

function keysOf({ config }: App): FactorKeys {
  if (config.factorKeys) return config.factorKeys
  throw new ConfigError(['`FACTOR_KEY`: required; expected at least 32 random characters, kept outside the tables'])
}
