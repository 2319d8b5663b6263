import type { Config } from '../../lib/config.ts'
import { ConfigError } from '../../lib/config-error.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbIdentityStore } from '../../lib/dynamodb/identity-store.ts'
import { type DynamoDBClient, dynamodbAttemptStore } from '../../lib/dynamodb/index.ts'
import { dynamodbProviderSessionStore } from '../../lib/dynamodb/provider-session-store.ts'
import { secretReader } from '../../lib/dynamodb/secret-reader.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { parseProviders } from '../../lib/identity/parse-providers.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import { createProviderClient, type ProviderClient } from '../../lib/identity/provider-client.ts'
import { createProviderSecrets, type ReadSecrets, secretsFile } from '../../lib/identity/provider-secrets.ts'
import { createProviderBudget, type ProviderBudget } from '../../lib/throttling/provider-budget.ts'
import file from '../../providers.json' with { type: 'json' }
import type { App, IdentityStores } from './app.ts'
import { pepperOf } from './attempts-of.ts'

/** The providers of a stage: those of the file that was bundled, or locally of the text in `PROVIDERS`. */
export function providersOf({ identity, deployed, stage }: Config): Provider[] {
  return parseProviders(identity.providers === undefined ? file : parseText(identity.providers), deployed, stage)
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ConfigError(['`PROVIDERS`: expected the text of a providers’ file, which is JSON'])
  }
}

/**
 * The provider of a path parameter.
 * @throws NotFoundError if the service has none of this id
 */
export function providerParam(providers: readonly Provider[], { provider: id = '' }: Params): Provider {
  const provider = providers.find((each) => each.id === id)
  if (!provider) throw new NotFoundError('This service has no such provider. The console lists the providers.')
  return provider
}

type Params = Readonly<Record<string, string | undefined>>

/** Opens the stores of identities, for `openApp`. */
export function openIdentityStores({ tables }: Config, client: DynamoDBClient): IdentityStores {
  return {
    identityStore: dynamodbIdentityStore({ client, tableName: tables.users }),
    providerSessions: dynamodbProviderSessionStore({ client, tableName: tables.attempts }),
  }
}

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
