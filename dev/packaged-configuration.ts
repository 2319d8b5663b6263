import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

type Json = Record<string, unknown>

/** js-yaml and the schema of CloudFormation's short forms, as the framework reads its files. */
const frameworkFile = createRequire(import.meta.url).resolve('serverless/lib/configuration/read.js')
const framework = createRequire(frameworkFile)
const { load, dump } = framework('js-yaml') as {
  load(text: string, options: object): unknown
  dump(value: unknown, options: object): string
}
const schema: unknown = framework('../utils/serverless-utils/cloudformation-schema')

const FILE = /^\$\{file\(([\w./-]+)\)\}$/

/** serverless.yml as the package has it: in one file, with the zips of the functions, and without what bundles them. */
export function packagedConfiguration(root: string): { yaml: string; functions: string[] } {
  const configuration = read(join(root, 'serverless.yml'))
  const { esbuild: _, ...custom } = configuration.custom as Json
  const resources = merge(configuration.resources as Json[])
  const functions = Object.fromEntries(
    Object.entries(configuration.functions as Record<string, Json>).map(([name, definition]) => {
      const artifact = `node_modules/coatcheck-dev/service/functions/${name}.zip`
      return [name, { ...definition, package: { artifact } }]
    }),
  )
  const { service, frameworkVersion, provider } = configuration
  const packaged = {
    service,
    frameworkVersion,
    provider,
    functions,
    resources,
    package: { individually: true },
    custom,
  }
  return { yaml: dump(packaged, { schema, noRefs: true, lineWidth: 120 }), functions: Object.keys(functions) }
}

function read(path: string): Json {
  return withFiles(load(readFileSync(path, 'utf8'), { schema, filename: path }), dirname(path)) as Json
}

/** Replaces each reference to a whole file by its contents; its variables are resolved when the service is read. */
function withFiles(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withFiles(item, folder))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withFiles(item, folder)]))
  const [, file] = (typeof value === 'string' && FILE.exec(value)) || []
  return file === undefined ? value : withFiles(load(readFileSync(join(folder, file), 'utf8'), { schema }), folder)
}

/** Merges the sections of files with resources: each section is in one file, or its entries differ. */
function merge(files: readonly Json[]): Json {
  const merged: Record<string, Json> = {}
  for (const file of files)
    for (const [section, entries] of Object.entries(file))
      merged[section] = { ...merged[section], ...(entries as Json) }
  return merged
}
