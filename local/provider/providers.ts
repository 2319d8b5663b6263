import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Config } from '../../lib/config.ts'
import { parseProviders } from '../../lib/identity/parse-providers.ts'
import { type StandInProvider, startStandInProvider } from './stand-in-provider.ts'

const FILE = fileURLToPath(new URL('../../providers.json', import.meta.url))

/** The providers' file of a local service, with the stand-in provider. */
export interface LocalProviders {
  /** For the environment of the functions. */
  readonly text: string
  close(): Promise<void>
}

/**
 * Starts the stand-in provider at the port after the service's, and adds it to the providers of `PROVIDERS`, or of
 * providers.json. If the port is taken, there is none.
 * @throws ConfigError for a file that is not valid
 */
export async function startProviders(
  { identity, port, origin }: Config,
  log: (line: string) => void,
): Promise<LocalProviders> {
  const file = JSON.parse(identity.providers ?? readFileSync(FILE, 'utf8')) as { providers: object[] }
  parseProviders(file, false, 'local')
  const standIn = await startStandInProvider(port + 1, origin).catch((error): StandInProvider | undefined => {
    log(`The stand-in provider did not start: ${(error as Error).message}`)
    return undefined
  })
  const providers = [...file.providers, ...(standIn ? [standIn.entry] : [])]
  return { text: JSON.stringify({ providers }), close: async () => standIn?.close() }
}
