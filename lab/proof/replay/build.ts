import { readFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import type * as Actors from './actors.ts'
import { type Mutation, mutated } from './mutation.ts'

/** The actors, and all of the service that they use, without a rule. @throws Error where the source has changed. */
export async function performWithout(mutation: Mutation): Promise<typeof Actors.perform> {
  const used = new Set<string>()
  const { outputFiles } = await build({
    entryPoints: [resolve('lab/proof/replay/actors.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    plugins: [edited(mutation, used), INSTALLED],
  })
  for (const { file } of mutation.edits) if (!used.has(file)) throw new Error(`No actor uses ${file}.`)
  const text = outputFiles?.[0]?.text ?? ''
  const actors: typeof Actors = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)
  return actors.perform
}

const edited = (mutation: Mutation, used: Set<string>): Plugin => ({
  name: 'edited',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const file = relative(resolve('.'), path)
      if (!mutation.edits.some((edit) => edit.file === file)) return undefined
      used.add(file)
      return { contents: mutated(mutation, file, await readFile(path, 'utf8')), loader: 'ts' }
    })
  },
})

/** Packages stay where they are: a module that has no place of its own is told by URL. */
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
