import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { type BuildOptions, build, type OutputFile, type Plugin } from 'esbuild'

/** What `functions/console.ts` imports as `coatcheck:console`: the page, and each asset by its hashed name. */
export interface ConsoleFiles {
  page: string
  assets: Record<string, { type: string; brotli: string }>
}

interface Built {
  files: ConsoleFiles
  /** The sources that something of is in the assets. */
  inputs: string[]
}

const FOLDER = fileURLToPath(new URL('../console', import.meta.url))
/** By the names that index.html knows them by. */
const SOURCES = ['main.tsx', 'console.css', 'icon.svg']
const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const OPTIONS: BuildOptions = {
  absWorkingDir: FOLDER,
  entryPoints: SOURCES,
  entryNames: '[name]-[hash]',
  outdir: 'out', // nothing is written there
  write: false,
  bundle: true,
  minify: true,
  metafile: true,
  format: 'esm',
  platform: 'browser',
  target: ['es2023', 'chrome123', 'firefox120', 'safari17.5'], // what knows light-dark()
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.svg': 'copy' },
  legalComments: 'none',
  logLevel: 'silent',
}

/** Builds the console's files, compressed: a function answers with them as they are. */
export async function buildConsole(): Promise<Built> {
  const { outputFiles = [], metafile } = await build(OPTIONS)
  const contents = new Map(outputFiles.map((file): [string, OutputFile] => [basename(file.path), file]))
  let page = await readFile(new URL('../console/index.html', import.meta.url), 'utf8')
  const assets: ConsoleFiles['assets'] = {}
  for (const [path, { entryPoint, inputs }] of Object.entries(metafile?.outputs ?? {})) {
    const source = entryPoint ?? Object.keys(inputs)[0] ?? ''
    const name = basename(path)
    page = page.replace(`"${source}"`, `"/assets/${name}"`)
    const brotli = brotliCompressSync(contents.get(name)?.contents ?? '').toString('base64')
    assets[name] = { type: TYPES[extname(name)] ?? 'application/octet-stream', brotli }
  }
  const missing = SOURCES.filter((source) => page.includes(`"${source}"`))
  if (missing.length > 0) throw new Error(`The console's page has no file for ${missing.join(', ')}.`)
  return { files: { page, assets }, inputs: Object.keys(metafile?.inputs ?? {}) }
}

/** Makes the console while the function that serves it is bundled, so that none is ever missing or stale. */
export default [
  {
    name: 'console',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^coatcheck:console$/ }, ({ path }) => ({ path, namespace: 'console' }))
      onLoad({ filter: /./, namespace: 'console' }, async () => ({
        contents: JSON.stringify((await buildConsole()).files),
        loader: 'json',
      }))
    },
  } satisfies Plugin,
]
