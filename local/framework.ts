import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { type Fail, type Json, object } from './json.ts'

type Meta = Map<string, { error?: Error }>
type Source = { resolve(input: { address?: string }): { value: unknown } | Promise<{ value: unknown }> }

// Undocumented internals of the framework; package.json pins its exact version.
const require = createRequire(import.meta.url)
const framework = <T>(path: string): T => require(`serverless/lib/${path}.js`)
const variables = 'configuration/variables'
const read = framework<(file: string) => Promise<Json>>('configuration/read')
const merge = framework<(target: Json, ...sources: Json[]) => Json>('utils/merge-plain-objects')
const naming = framework<{ getLambdaLogicalId(functionName: string): string }>('plugins/aws/lib/naming')
const findVariables = framework<(configuration: Json) => Meta>(`${variables}/resolve-meta`)
const resolveVariables = framework<(input: Json) => Promise<void>>(`${variables}/resolve`)
const deferOtherStages = framework<(configuration: Json, input: Json) => (property: string) => boolean>(
  `${variables}/defer-irrelevant-stage-params`,
)
const findUnresolvedSources = framework<(meta: Meta) => Map<string, unknown>>(
  `${variables}/resolve-unresolved-source-types`,
)
const paramSource = framework<(instance: Json) => Source>(`${variables}/sources/instance-dependent/param`)
const slsSource = framework<(instance: Json) => Source>(`${variables}/sources/instance-dependent/get-sls`)

export type ConfigurationOptions = {
  stage: string
  /** For `${param:…}`; overrides the file's params. */
  params?: Record<string, string>
  /** For `${env:…}`; the environment of the process is never read. */
  environment?: Record<string, string>
}

/** Reads a folder's serverless.yml as the framework does, with every variable resolved. */
export async function readConfiguration(folder: string, options: ConfigurationOptions, fail: Fail): Promise<Json> {
  const configuration = await read(resolve(folder, 'serverless.yml')).catch((error: Error) => {
    throw fail(error.message)
  })
  await resolveAll(configuration, folder, options, fail)
  return configuration
}

/** Merges `functions` or `resources`, which are an object or a list of objects. */
export const merged = (value: unknown): Json => (Array.isArray(value) ? merge({}, ...value.map(object)) : object(value))

/** The logical id of a function in the CloudFormation template. */
export const logicalId = (functionName: string): string => naming.getLambdaLogicalId(functionName)

/** Resolves every variable in place, as scripts/serverless.js of the framework does, without sources that call AWS. */
async function resolveAll(configuration: Json, folder: string, options: ConfigurationOptions, fail: Fail) {
  const meta = findVariables(configuration)
  const params = object(configuration.params)
  const instance = {
    configurationInput: {
      params: { ...params, [options.stage]: { ...object(params[options.stage]), ...options.params } },
    },
    processedInput: { options: {} },
  }
  const sources: Record<string, Source> = {
    env: { resolve: ({ address }) => ({ value: options.environment?.[address ?? ''] ?? null }) },
    file: framework(`${variables}/sources/file`),
    opt: framework(`${variables}/sources/opt`),
    self: framework(`${variables}/sources/self`),
    strToBool: framework(`${variables}/sources/str-to-bool`),
    sls: slsSource(instance),
    param: paramSource(instance),
  }
  const input: Json = {
    serviceDir: folder,
    configuration,
    variablesMeta: meta,
    sources,
    options: { stage: options.stage },
    fulfilledSources: new Set(Object.keys(sources)),
  }
  const deferred = deferOtherStages(configuration, input)
  await resolveVariables({ ...input, isPropertyDeferred: deferred })

  const errors = new Set([...meta.values()].flatMap(({ error }) => (error ? [error.message] : [])))
  if (errors.size > 0) throw fail([...errors].join('; '))
  for (const property of [...meta.keys()]) if (deferred(property)) meta.delete(property)
  if (meta.size > 0) {
    throw fail(
      `variables of the source ${[...findUnresolvedSources(meta).keys()].join(', ')} are not supported locally.`,
    )
  }
}
