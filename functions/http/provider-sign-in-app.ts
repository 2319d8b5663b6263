import type { Challenges } from '../../lib/factors/challenges.ts'
import { createIdentities, type Identities } from '../../lib/identity/identities.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import type { ProviderClient } from '../../lib/identity/provider-client.ts'
import type { ProviderBudget } from '../../lib/throttling/provider-budget.ts'
import { type IdentityStores, openApp } from './app.ts'
import { challengesOf } from './factor-app.ts'
import { providerBudgetOf, providerClientOf } from './identity-app.ts'
import { openIdentityStores } from './identity-stores.ts'
import { type MailApp, withMail } from './mail-app.ts'
import { providersOf } from './providers.ts'
import { recordActivity } from './record-activity.ts'

/** The parts of a function that signs users in by identities. */
export interface ProviderSignInApp extends MailApp, IdentityStores {
  readonly providers: readonly Provider[]
  readonly providerClient: ProviderClient
  readonly providerBudget: ProviderBudget
  readonly identities: Identities
  readonly challenges: Challenges
}

/** Opens the parts of a function that signs users in by identities. @throws ConfigError as `openApp` and `pepperOf` */
export function openProviderSignIn(): ProviderSignInApp {
  const app = withMail(recordActivity(openApp({ pepper: true, factors: true, identities: openIdentityStores })))
  const stores = openIdentityStores(app.config, app.client)
  return {
    ...app,
    ...stores,
    providers: providersOf(app.config),
    providerClient: providerClientOf(app),
    providerBudget: providerBudgetOf(app),
    identities: createIdentities({ ...app, ...stores, store: app.userStore }),
    challenges: challengesOf(app),
  }
}
