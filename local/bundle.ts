import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BuildFailure, type BuildOptions, build, type Plugin, stop } from 'esbuild'
import type { Service, ServiceFunction } from './service.ts'
import { unpackArtifacts } from './unpack-artifacts.ts'

export type Bundle = { file: string; exportName: string }

/** Keys of `custom.esbuild` for serverless-esbuild itself, which its dist/bundle.js removes as well. */
const PLUGIN_KEYS = new Set(
  `concurrency zipConcurrency exclude nativeZip packager packagePath watch keepOutputDirectory packagerOptions
  installExtraArgs outputFileExtension outputBuildFolder outputWorkFolder nodeExternals skipBuild skipRebuild
  skipBuildExcludeFns stripEntryResolveExtensions disposeContext`.split(/\s+/),
)

/** The extensions that serverless-esbuild looks for. */
const PLUGIN_EXTENSIONS = ['.ts', '.js', '.jsx', '.tsx']
/** What Node.js in Lambda runs, and TypeScript. */
const EXTENSIONS = ['.mjs', '.cjs', '.js', '.mts', '.cts', '.ts', '.jsx', '.tsx']

/** Bundles of ES modules, with what CommonJS modules among them expect. */
const MODULE_OPTIONS: BuildOptions = {
  format: 'esm',
  mainFields: ['module', 'main'],
  banner: {
    js: "import{createRequire as createRequireOfBanner}from'node:module';const require=createRequireOfBanner(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;",
  },
}

/**
 * Bundles every function of a service as serverless-esbuild does for Lambda, in one run of esbuild. Each function gets
 * one file with all its dependencies: as in Lambda, two functions share no module.
 */
export async function bundleService(
  service: Service,
  outputFolder: string,
  extraPlugins: readonly Plugin[] = [],
): Promise<Map<string, Bundle>> {
  const { config, external, exclude = ['aws-sdk'], resolveExtensions } = service.esbuild
  if (config !== undefined) throw new Error(`${service.name}: custom.esbuild.config is not supported locally.`)
  const excluded = strings(exclude)
  const extensions = strings(resolveExtensions ?? (service.hasBundler ? PLUGIN_EXTENSIONS : EXTENSIONS))
  const own = service.functions.filter(({ artifact }) => artifact === undefined)
  const entries = new Map(own.map((definition) => [definition, findEntry(service, definition, extensions)]))
  const asModules = !service.hasBundler && (await hasModule(service, [...entries.values()]))
  const { outputFileExtension = asModules ? '.mjs' : '.js' } = service.esbuild
  const bundles = await unpackArtifacts(service, outputFolder)
  if (entries.size === 0) return bundles

  const options = await esbuildOptions(service)
  const configuration: BuildOptions = {
    bundle: true,
    platform: 'node',
    target: service.runtime.replace(/^nodejs(\d+)\.x$/, 'node$1'),
    ...(asModules && MODULE_OPTIONS),
    ...options,
    plugins: [...options.plugins, ...extraPlugins],
    external: [...strings(external), ...(excluded.includes('*') ? [] : excluded)],
    outExtension: { '.js': String(outputFileExtension) },
    entryPoints: [...new Set(entries.values())],
    absWorkingDir: service.folder, // aliases are relative to it
    outbase: service.folder,
    outdir: outputFolder,
    splitting: false,
    write: true,
    logLevel: 'silent',
  }
  try {
    await inTurn(() => build(configuration))
  } catch (failure) {
    throw toError(service, entries, failure as BuildFailure)
  }

  for (const [{ name, handler }, entry] of entries) {
    const file = join(outputFolder, entry.slice(0, -extname(entry).length) + outputFileExtension)
    bundles.set(name, { file, exportName: extname(handler).slice(1) })
  }
  return bundles
}

/** Whether Node.js would take one of the files for an ES module. */
async function hasModule({ folder }: Service, files: readonly string[]): Promise<boolean> {
  if (files.some((file) => /\.m[jt]s$/.test(file))) return true
  const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}')
  return JSON.parse(manifest).type === 'module' && files.some((file) => !/\.c[jt]s$/.test(file))
}

let previous: Promise<unknown> = Promise.resolve()

/** Runs one build at a time and stops esbuild's process after each, which would otherwise stay. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = previous.then(() => work().finally(stop))
  previous = done.catch(() => {})
  return done
}

/** The options in `custom.esbuild` that serverless-esbuild passes on to esbuild, with the plugins imported. */
export async function esbuildOptions(service: Service): Promise<BuildOptions & { plugins: Plugin[] }> {
  const options = Object.fromEntries(Object.entries(service.esbuild).filter(([key]) => !PLUGIN_KEYS.has(key)))
  return { ...options, plugins: await readPlugins(service) }
}

/** Imports the plugins from the file `custom.esbuild.plugins`, as serverless-esbuild does. */
async function readPlugins({ name, folder, esbuild }: Service): Promise<Plugin[]> {
  const { plugins } = esbuild
  if (plugins === undefined) return []
  const file = pathToFileURL(join(folder, String(plugins))).href
  const exported = await import(file).catch((error: Error) => error)
  if (Array.isArray(exported.default)) return exported.default
  throw new Error(
    `${name}: custom.esbuild.plugins must name a file whose default export is a list of plugins${exported instanceof Error ? `: ${exported.message}` : '.'}`,
  )
}

const strings = (value: unknown): string[] => [value].flat().filter((item) => typeof item === 'string')

function findEntry(service: Service, { name, handler }: ServiceFunction, extensions: string[]): string {
  const base = handler.slice(0, handler.length - extname(handler).length)
  const candidates = extensions.flatMap((extension) => [base + extension, join(base, `index${extension}`)])
  const entry = candidates.find((file) => existsSync(join(service.folder, file)))
  if (entry === undefined || extname(handler) === '') {
    throw new Error(`Function ${name}: the handler ${handler} has no file in ${service.folder}.`)
  }
  return entry
}

/** The first error in one sentence, with the function if the error is in its entry file. */
function toError(service: Service, entries: Map<ServiceFunction, string>, failure: BuildFailure): Error {
  const first = failure.errors?.[0]
  if (!first) return failure
  const location = first.location && `${first.location.file}:${first.location.line}:${first.location.column}`
  const owner = [...entries].find(([, entry]) => entry === first.location?.file)?.[0]
  const subject = owner ? `Function ${owner.name}` : `Service ${service.name}`
  return new Error(`${subject} cannot be bundled: ${location ? `${location}: ` : ''}${first.text}`)
}
