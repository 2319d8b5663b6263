import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { EsbuildPlugin, PluginBuild } from './plugin-types.ts'

/** The file with the AWS SDK, beside the functions that may need it. */
const FILE = 'sdk.mjs'
const BANNER = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"

/**
 * Leaves the AWS SDK that `lib/dynamodb/lazy-connection.ts` imports on demand out of the functions, and writes it into a
 * file of its own beside each: inlined, esbuild would have every cold start parse it, and its code splitting would write
 * shared files that belong to all functions.
 * @param standIns creates the plugin of that file
 */
export function placeSdk(build: PluginBuild, standIns: () => EsbuildPlugin): void {
  const { initialOptions: options } = build
  let leaf: string | undefined
  let text: Promise<Uint8Array> | undefined
  build.onResolve({ filter: /[\\/]sdk\.[jt]s$/ }, ({ path, importer, resolveDir, kind }) => {
    if (kind !== 'dynamic-import' || !/[\\/]lazy-connection\.[jt]s$/.test(importer)) return undefined
    leaf = join(resolveDir, path)
    return { path: `./${FILE}`, external: true }
  })
  options.metafile = true // names the outputs below

  build.onEnd(async ({ metafile, outputFiles }) => {
    const outputs = Object.entries(metafile?.outputs ?? {}).filter(([, { imports }]) =>
      imports.some(({ path, external }) => external && path === `./${FILE}`),
    )
    const folders = new Set(outputs.map(([path]) => dirname(resolve(options.absWorkingDir ?? '.', path))))
    for (const folder of folders) {
      text ??= buildLeaf()
      const [path, contents] = [join(folder, FILE), await text]
      if (options.write !== false) await writeFile(path, contents)
      else outputFiles?.push(outputFile(path, contents))
    }
  })

  async function buildLeaf(): Promise<Uint8Array> {
    const { outputFiles } = await build.esbuild.build({
      entryPoints: [leaf],
      ...{ bundle: true, write: false, format: 'esm', platform: 'node', mainFields: ['module', 'main'] },
      ...{ minify: options.minify ?? false, target: options.target, external: options.external },
      banner: { js: BANNER },
      plugins: [standIns()],
    })
    return outputFiles?.[0]?.contents ?? new Uint8Array()
  }
}

const outputFile = (path: string, contents: Uint8Array) => ({
  ...{ path, contents },
  hash: createHash('sha256').update(contents).digest('base64'),
  text: Buffer.from(contents).toString(),
})
