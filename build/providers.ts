import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseProviders } from '../lib/identity/parse-providers.ts'

/** Beside serverless.yml; the functions have it in their bundles, since Lambda's environment is too small for it. */
const FILE = fileURLToPath(new URL('../providers.json', import.meta.url))

interface Serverless {
  readonly service: { readonly provider: { readonly stage?: unknown } }
}

/** The plugin of the Serverless Framework that refuses to package a providers' file that is not valid (docs/identity.md). */
export default class Providers {
  readonly hooks: Readonly<Record<string, () => void>>
  constructor({ service }: Serverless, file = FILE) {
    this.hooks = {
      'before:package:initialize': () => {
        const stage = String(service.provider.stage)
        parseProviders(JSON.parse(readFileSync(file, 'utf8')), stage !== 'local', stage)
      },
    }
  }
}
