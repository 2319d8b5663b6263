import { resolve } from 'node:path'
import read from 'serverless/lib/configuration/read.js'
import deferOtherStages from 'serverless/lib/configuration/variables/defer-irrelevant-stage-params.js'
import resolveVariables from 'serverless/lib/configuration/variables/resolve.js'
import findVariables from 'serverless/lib/configuration/variables/resolve-meta.js'
import findUnresolvedSources from 'serverless/lib/configuration/variables/resolve-unresolved-source-types.js'
import fileSource from 'serverless/lib/configuration/variables/sources/file.js'
import slsSource from 'serverless/lib/configuration/variables/sources/instance-dependent/get-sls.js'
import paramSource from 'serverless/lib/configuration/variables/sources/instance-dependent/param.js'
import optSource from 'serverless/lib/configuration/variables/sources/opt.js'
import selfSource from 'serverless/lib/configuration/variables/sources/self.js'
import strToBoolSource from 'serverless/lib/configuration/variables/sources/str-to-bool.js'
import naming from 'serverless/lib/plugins/aws/lib/naming.js'
import merge from 'serverless/lib/utils/merge-plain-objects.js'
import { type Fail, type Json, object } from './json.ts'

// Undocumented internals of the framework; package.json pins its exact version.

type Source = { resolve(input: { address?: string }): { value: unknown } | Promise<{ value: unknown }> }

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
    file: fileSource,
    opt: optSource,
    self: selfSource,
    strToBool: strToBoolSource,
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
