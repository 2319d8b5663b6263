import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'
import { type Bundle, bundleService } from '../../../local/bundle.ts'
import type { Service } from '../../../local/service.ts'

/** API Gateway's own: in one process all functions share a processor, and none has a time limit of its own. */
const TIMEOUT_SECONDS = 30

/** CommonJS has no top-level `await`; the one of the authorizer only warms it up. */
const WITHOUT_WARM_UP: Plugin = {
  name: 'without-warm-up',
  setup({ onLoad }) {
    onLoad({ filter: /\bfunctions\/authorizer\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/^await warmUp\(\)$/m, ''),
      loader: 'ts',
    }))
  },
}

/** Bundles a service for `handlers.ts` beside this: CommonJS, and the SDK and bcrypt stay outside to be loaded only once. */
export function bundleForProcess(service: Service, outputFolder: string): Promise<Map<string, Bundle>> {
  for (const definition of service.functions) definition.timeoutSeconds = TIMEOUT_SECONDS
  const { banner: _, alias: __, ...esbuild } = service.esbuild
  const options = { minify: false, format: 'cjs', external: ['@aws-sdk/*', '@smithy/*', 'bcryptjs'] }
  return bundleService({ ...service, esbuild: { ...esbuild, ...options } }, outputFolder, [WITHOUT_WARM_UP])
}
