import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { type BuildOptions, build, type OutputFile, type Plugin } from 'esbuild'
import { renderPage } from '../openapi/page/page.ts'

/** The module `coatcheck:console` that `functions/console.ts` imports: the page, and each asset by its hashed name. */
export interface ConsoleFiles {
  page: string
  /** The name of each language's catalogue, by its code. */
  catalogues: Record<string, string>
  assets: Record<string, { type: string; brotli: string }>
  /** The description of the API. */
  openapi: TaggedFile
  /** The same as a page. */
  docs: TaggedFile
}

/** A file that keeps its name, with an ETag of its content. */
interface TaggedFile {
  type: string
  etag: string
  brotli: string
}

interface Built {
  files: ConsoleFiles
  /** The source files of the assets. */
  inputs: string[]
}

const FOLDER = fileURLToPath(new URL('../console', import.meta.url))
/** Named as in index.html. */
const SOURCES = ['main.tsx', 'console.css', 'icon.svg']
/** Named as in the page of the API's description. */
const DOCS_SOURCES = ['docs.ts', 'docs.css', 'icon.svg']
const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const OPTIONS: BuildOptions = {
  absWorkingDir: FOLDER,
  entryPoints: [...new Set([...SOURCES, ...DOCS_SOURCES])],
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  splitting: true,
  outdir: 'out', // required for names; nothing is written
  write: false,
  bundle: true,
  minify: true,
  metafile: true,
  format: 'esm',
  platform: 'browser',
  target: ['es2023', 'chrome123', 'firefox120', 'safari17.5'], // the first versions with light-dark()
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.svg': 'copy' },
  legalComments: 'none',
  logLevel: 'silent',
}

/** Builds and compresses the files of the console, which a function serves unchanged. */
export async function buildConsole(): Promise<Built> {
  const { outputFiles = [], metafile } = await build(OPTIONS)
  const contents = new Map(outputFiles.map((file): [string, OutputFile] => [basename(file.path), file]))
  const document = JSON.parse(await readFile(new URL('../openapi.json', import.meta.url), 'utf8'))
  let page = await readFile(new URL('../console/index.html', import.meta.url), 'utf8')
  let docs = renderPage(document)
  const assets: ConsoleFiles['assets'] = {}
  const catalogues: ConsoleFiles['catalogues'] = {}
  const preloaded: string[] = []
  for (const [path, { entryPoint, inputs, imports }] of Object.entries(metafile?.outputs ?? {})) {
    const source = entryPoint ?? Object.keys(inputs)[0] ?? ''
    const name = basename(path)
    page = page.replace(`"${source}"`, `"/assets/${name}"`)
    docs = docs.replace(`"${source}"`, `"assets/${name}"`) // relative, since the service may be below a path
    const [, language] = /^catalogue\/([a-z]+)\.ts$/.exec(source) ?? []
    if (language) catalogues[language] = name
    if (source === 'main.tsx')
      for (const { path, kind } of imports) if (kind === 'import-statement') preloaded.push(basename(path))
    const brotli = brotliCompressSync(contents.get(name)?.contents ?? '').toString('base64')
    assets[name] = { type: TYPES[extname(name)] ?? 'application/octet-stream', brotli }
  }
  page = page.replace('<script', `${preloaded.map((name) => `${preload(name)}\n    `).join('')}<script`)
  const missing = [...SOURCES, ...DOCS_SOURCES].filter((source) => `${page}${docs}`.includes(`"${source}"`))
  if (missing.length > 0)
    throw new Error(`A page of the console refers to ${missing.join(', ')}, for which esbuild wrote no file.`)
  const files = {
    page,
    catalogues,
    assets,
    openapi: taggedFile('application/json', JSON.stringify(document)),
    docs: taggedFile('text/html; charset=utf-8', docs),
  }
  return { files, inputs: Object.keys(metafile?.inputs ?? {}) }
}

/** Loads a file of the script at once, instead of after the file that imports it. */
const preload = (name: string) => `<link rel="modulepreload" href="/assets/${name}">`

function taggedFile(type: string, text: string): TaggedFile {
  const etag = createHash('sha256').update(text).digest('base64url').slice(0, 16)
  return { type, etag, brotli: brotliCompressSync(text).toString('base64') }
}

/** Builds the console while its function is bundled, so that the files are never missing or stale. */
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
