import type { Config } from '../../lib/config.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { type DynamoDBClient, dynamodbAttemptStore } from '../../lib/dynamodb/index.ts'
import { secretReader } from '../../lib/dynamodb/secret-reader.ts'
import { createProviderClient, type ProviderClient } from '../../lib/identity/provider-client.ts'
import { createProviderSecrets, type ReadSecrets, secretsFile } from '../../lib/identity/provider-secrets.ts'
import { createProviderBudget, type ProviderBudget } from '../../lib/throttling/provider-budget.ts'
import type { App } from './app.ts'
import { pepperOf } from './attempts-of.ts'

/** The budget of an app's routes about providers. @throws ConfigError as `pepperOf` */
export function providerBudgetOf(app: App): ProviderBudget {
  const { config, client, log } = app
  const store = dynamodbAttemptStore({ client, tableName: config.tables.attempts })
  return createProviderBudget({ store, limits: config.attempts, pepper: pepperOf(app), log })
}

/** The client of an app's providers. */
export function providerClientOf({ config, client }: App): ProviderClient {
  const secretOf = createProviderSecrets(readSecretsOf(config, client))
  return createProviderClient({
    redirectUri: ({ id }) => `${config.origin}/auth/oidc/${id}/callback`,
    secretOf: (provider) => secretOf(provider, startDeadline()),
    local: !config.deployed,
  })
}

/** Locally `PROVIDER_SECRETS` names a file, deployed a secret of AWS Secrets Manager. */
function readSecretsOf({ identity: { secrets }, deployed }: Config, client: DynamoDBClient): ReadSecrets {
  return deployed && secrets !== undefined ? secretReader(client, secrets) : secretsFile(secrets)
}
