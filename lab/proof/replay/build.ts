import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { patchPlugin } from '../patch.ts'
import type * as Actors from './actors.ts'
import type { Mutation } from './mutations.ts'

/** The actors with a mutation in the service's code. @throws Error if a patch has no place, or no actor uses its file */
export async function performWith({ patches }: Pick<Mutation, 'patches'>): Promise<typeof Actors.perform> {
  const used = new Set<string>()
  const { outputFiles } = await build({
    entryPoints: [resolve('lab/proof/replay/actors.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    plugins: [patchPlugin(patches, used), INSTALLED],
  })
  for (const { file } of patches) if (!used.has(file)) throw new Error(`No actor uses ${file}.`)
  const text = outputFiles?.[0]?.text ?? ''
  const actors: typeof Actors = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)
  return actors.perform
}

/** Packages are imported by URL: a module imported from a data URL cannot resolve their names. */
const INSTALLED: Plugin = {
  name: 'installed',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || pluginData === INSTALLED || path.startsWith('node:')) return undefined
      const { path: found } = await resolve(path, { kind, resolveDir, pluginData: INSTALLED })
      if (found.endsWith('.ts')) return undefined
      return { path: pathToFileURL(found).href, external: true }
    })
  },
}
