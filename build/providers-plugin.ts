import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'esbuild'
import { parseProviders } from '../lib/identity/parse-providers.ts'

/** Beside serverless.yml. */
const FILE = fileURLToPath(new URL('../providers.json', import.meta.url))

/**
 * Reads the providers' file; without one there are no providers.
 * @throws ConfigError for a file that no stage accepts, so that it is not deployed
 */
async function readProvidersFile(): Promise<unknown> {
  if (!existsSync(FILE)) return { providers: [] }
  const file: unknown = JSON.parse(await readFile(FILE, 'utf8'))
  parseProviders(file, false)
  return file
}

/** Bundles the providers' file: Lambda's environment is too small for it (docs/identity.md). */
export const providersPlugin: Plugin = {
  name: 'providers',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^coatcheck:providers$/ }, ({ path }) => ({ path, namespace: 'providers' }))
    onLoad({ filter: /./, namespace: 'providers' }, async () => ({
      contents: JSON.stringify(await readProvidersFile()),
      loader: 'json',
      watchFiles: existsSync(FILE) ? [FILE] : [],
    }))
  },
}
