import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BuildFailure, type BuildOptions, build, type Plugin, stop } from 'esbuild'
import type { Service, ServiceFunction } from './service.ts'

export type Bundle = { file: string; exportName: string }

/** Keys of `custom.esbuild` that are serverless-esbuild's own: its dist/bundle.js takes the same ones out. */
const pluginKeys = new Set(
  `concurrency zipConcurrency exclude nativeZip packager packagePath watch keepOutputDirectory packagerOptions
  installExtraArgs outputFileExtension outputBuildFolder outputWorkFolder nodeExternals skipBuild skipRebuild
  skipBuildExcludeFns stripEntryResolveExtensions disposeContext`.split(/\s+/),
)

/**
 * Bundles every function of a service as serverless-esbuild would for Lambda, in one run of esbuild. A function
 * gets a file of its own, all its dependencies in it: like in Lambda, two functions share no module.
 * @param besides plugins of the caller's own
 */
export async function bundleService(
  service: Service,
  outputFolder: string,
  besides: readonly Plugin[] = [],
): Promise<Map<string, Bundle>> {
  const { external, exclude = ['aws-sdk'], outputFileExtension = '.js', ...options } = service.esbuild
  if (options.config !== undefined) throw new Error(`${service.name}: custom.esbuild.config is not supported locally.`)
  const excluded = strings(exclude)
  const extensions = strings(options.resolveExtensions ?? ['.ts', '.js', '.jsx', '.tsx'])
  const entries = new Map(
    service.functions.map((definition) => [definition, findEntry(service, definition, extensions)]),
  )

  const configuration: BuildOptions = {
    bundle: true,
    platform: 'node',
    target: service.runtime.replace(/^nodejs(\d+)\.x$/, 'node$1'),
    ...Object.fromEntries(Object.entries(options).filter(([key]) => !pluginKeys.has(key))),
    plugins: [...(await readPlugins(service)), ...besides],
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
    await alone(() => build(configuration))
  } catch (failure) {
    throw explain(service, entries, failure as BuildFailure)
  }

  return new Map(
    [...entries].map(([{ name, handler }, entry]) => {
      const file = join(outputFolder, entry.slice(0, -extname(entry).length) + outputFileExtension)
      return [name, { file, exportName: extname(handler).slice(1) }]
    }),
  )
}

let last: Promise<unknown> = Promise.resolve()

/** One build at a time, so that esbuild's own process can be stopped after each: it would stay beside the service. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const done = last.then(() => work().finally(stop))
  last = done.catch(() => {})
  return done
}

/** `custom.esbuild.plugins` is a file that exports them, as serverless-esbuild reads it. */
export async function readPlugins({ name, folder, esbuild }: Service): Promise<Plugin[]> {
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
    throw new Error(`Function ${name}: no file for the handler ${handler} in ${service.folder}.`)
  }
  return entry
}

/** The first error in one sentence; the function is named when the fault is in its own file. */
function explain(service: Service, entries: Map<ServiceFunction, string>, failure: BuildFailure): Error {
  const first = failure.errors?.[0]
  if (!first) return failure
  const at = first.location && `${first.location.file}:${first.location.line}:${first.location.column}`
  const owner = [...entries].find(([, entry]) => entry === first.location?.file)?.[0]
  const who = owner ? `Function ${owner.name}` : `Service ${service.name}`
  return new Error(`${who} cannot be bundled: ${at ? `${at}: ` : ''}${first.text}`)
}
