import type { Config } from '../../lib/config.ts'
import { ConfigError } from '../../lib/config-error.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { parseProviders } from '../../lib/identity/parse-providers.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import file from '../../providers.json' with { type: 'json' }

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
export function providerParam(
  providers: readonly Provider[],
  { provider: id }: Readonly<Record<string, string | undefined>>,
): Provider {
  const provider = providers.find((each) => each.id === id)
  if (!provider) throw new NotFoundError('This service has no such provider. The console lists the providers.')
  return provider
}
