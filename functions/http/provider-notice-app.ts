import { createIdentities, type Identities } from '../../lib/identity/identities.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import { createProviderTokens, type ProviderTokens } from '../../lib/identity/provider-tokens.ts'
import type { ProviderBudget } from '../../lib/throttling/provider-budget.ts'
import { type App, type IdentityStores, openApp } from './app.ts'
import { providerBudgetOf, providerClientOf } from './identity-app.ts'
import { openIdentityStores } from './identity-stores.ts'
import { providersOf } from './providers.ts'
import { recordActivity } from './record-activity.ts'

/** The parts of a function that providers call, which signs nobody in and reads no second factors. */
export interface ProviderNoticeApp extends App, IdentityStores {
  readonly providers: readonly Provider[]
  readonly providerTokens: ProviderTokens
  readonly providerBudget: ProviderBudget
  readonly identities: Identities
}

/** Opens the parts of a function that providers call. @throws ConfigError as `openApp` and `pepperOf` */
export function openProviderNotices(): ProviderNoticeApp {
  const app = recordActivity(openApp({ pepper: true, identities: openIdentityStores }))
  const stores = openIdentityStores(app.config, app.client)
  return {
    ...app,
    ...stores,
    providers: providersOf(app.config),
    providerTokens: createProviderTokens(providerClientOf(app)),
    providerBudget: providerBudgetOf(app),
    identities: createIdentities({ ...app, ...stores, store: app.userStore }),
  }
}
