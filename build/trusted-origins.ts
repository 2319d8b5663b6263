import { getPublicSuffix } from 'tldts'
import { isOriginPattern } from '../lib/origin.ts'

// Patterns of trusted origins are compared with the Public Suffix List when a service is packaged or started locally, so
// that the list is not part of the functions.

/**
 * Finds patterns that would trust the sites of strangers: `https://*.vercel.app` matches every customer of the provider.
 * @param trustedOrigins as in `TRUSTED_ORIGINS`
 * @returns one sentence for each pattern directly under a public suffix
 */
export function findPublicPatterns(trustedOrigins: string): string[] {
  return trustedOrigins
    .split(/[\s,]+/)
    .filter(isOriginPattern)
    .flatMap((pattern) => {
      const { hostname } = new URL(pattern.replace('*', 'label'))
      const parent = hostname.slice('label.'.length)
      if (getPublicSuffix(parent, { allowPrivateDomains: true }) !== parent) return []
      return [
        `\`TRUSTED_ORIGINS\`: ${pattern} would trust the sites of others, since anybody can register a name under ${parent}. Use a domain of your own, such as https://*.preview.example.com, or list each origin.`,
      ]
    })
}

interface Serverless {
  readonly service: {
    readonly provider: { readonly environment?: Readonly<Record<string, unknown>> }
    readonly functions?: Readonly<Record<string, { readonly environment?: Readonly<Record<string, unknown>> }>>
  }
}

/** The plugin of the Serverless Framework that refuses to package such a pattern. */
export default class TrustedOrigins {
  readonly hooks: Readonly<Record<string, () => void>>
  constructor(serverless: Serverless) {
    this.hooks = {
      'before:package:initialize': () => {
        const { provider, functions = {} } = serverless.service
        const environments = [provider.environment, ...Object.values(functions).map(({ environment }) => environment)]
        const problems = environments.flatMap((environment) => {
          const origins = environment?.TRUSTED_ORIGINS
          return typeof origins === 'string' ? findPublicPatterns(origins) : []
        })
        if (problems.length > 0) throw new Error([...new Set(problems)].join('\n'))
      },
    }
  }
}
