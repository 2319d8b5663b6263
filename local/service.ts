import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { catchAll, type Route } from './router.ts'

/** What the local front needs of a serverless.yml, read with the framework's own reader so that both agree. */
export type Service = {
  name: string
  folder: string
  stage: string
  region: string
  runtime: string
  functions: ServiceFunction[]
  /** The CloudFormation resources, merged. */
  resources: Record<string, unknown>
  /** `custom.esbuild`, as the plugin gets it. */
  esbuild: Record<string, unknown>
}

export type ServiceFunction = {
  name: string
  /** As Lambda knows it: service-stage-name. */
  lambdaName: string
  handler: string
  /** The provider's and the function's own. What only CloudFormation can resolve is left out. */
  environment: Record<string, string>
  memoryMB: number
  /** Has more memory than the provider's default, hence more processor in Lambda and a lane of its own here. */
  heavy: boolean
  timeoutSeconds: number
  routes: Route[]
}

export type ServiceOptions = {
  stage: string
  /** For `${param:…}`; wins over the file's own. */
  params?: Record<string, string>
  /** For `${env:…}`: the machine's environment is never looked at. */
  environment?: Record<string, string>
}

type Json = Record<string, unknown>
type Meta = Map<string, { error?: Error }>
type Source = { resolve(input: { address?: string }): { value: unknown } | Promise<{ value: unknown }> }

// The framework's internals: CommonJS, untyped, undocumented, hence its exact version in package.json.
const require = createRequire(import.meta.url)
const framework = <T>(path: string): T => require(`serverless/lib/${path}.js`)
const variables = 'configuration/variables'
const read = framework<(file: string) => Promise<Json>>('configuration/read')
const merge = framework<(target: Json, ...sources: Json[]) => Json>('utils/merge-plain-objects')
const findVariables = framework<(configuration: Json) => Meta>(`${variables}/resolve-meta`)
const resolveVariables = framework<(input: Json) => Promise<void>>(`${variables}/resolve`)
const ofOtherStages = framework<(configuration: Json, input: Json) => (property: string) => boolean>(
  `${variables}/defer-irrelevant-stage-params`,
)
const sourcesLeft = framework<(meta: Meta) => Map<string, unknown>>(`${variables}/resolve-unresolved-source-types`)
const paramSource = framework<(instance: Json) => Source>(`${variables}/sources/instance-dependent/param`)
const slsSource = framework<(instance: Json) => Source>(`${variables}/sources/instance-dependent/get-sls`)

export async function readService(path: string, options: ServiceOptions): Promise<Service> {
  const folder = resolve(path)
  const file = resolve(folder, 'serverless.yml')
  const fail = (why: string) => new Error(`${file}: ${why}`)

  const configuration = await read(file).catch((error: Error) => {
    throw fail(error.message)
  })
  await resolveAll(configuration, folder, options, fail)

  const provider = object(configuration.provider)
  const runtime = text(provider.runtime)
  const memoryDefault = Number(provider.memorySize ?? 1024)
  if (typeof configuration.service !== 'string') throw fail('it has no service name.')
  if (provider.name !== 'aws') throw fail('only the provider aws is supported.')
  const httpApi = object(provider.httpApi)
  if (httpApi.cors) throw fail('provider.httpApi.cors is not supported locally.')
  if (httpApi.payload !== undefined && httpApi.payload !== '2.0') throw fail('only payload 2.0 is supported.')

  const service = configuration.service
  const readFunction = ([name, value]: [string, unknown]): ServiceFunction => {
    const definition = object(value)
    const failed = (why: string) => fail(`function ${name}: ${why}`)
    if (typeof definition.handler !== 'string') throw failed('it has no handler.')
    const ownRuntime = text(definition.runtime ?? runtime)
    if (!ownRuntime.startsWith('nodejs'))
      throw failed(`the runtime ${ownRuntime || '(none)'} is not supported locally.`)
    if (object(definition.httpApi).payload !== undefined) throw failed('only payload 2.0 is supported.')
    const memoryMB = Number(definition.memorySize ?? memoryDefault)
    return {
      name,
      lambdaName: typeof definition.name === 'string' ? definition.name : `${service}-${options.stage}-${name}`,
      handler: definition.handler,
      environment: literals({ ...object(provider.environment), ...object(definition.environment) }),
      memoryMB,
      heavy: memoryMB > memoryDefault,
      timeoutSeconds: Number(definition.timeout ?? provider.timeout ?? 6),
      routes: list(definition.events).flatMap((event) => readRoute(object(event), failed)),
    }
  }

  return {
    name: service,
    folder,
    stage: options.stage,
    region: text(provider.region) || 'us-east-1',
    runtime,
    functions: Object.entries(merged(configuration.functions)).map(readFunction),
    resources: object(merged(configuration.resources).Resources),
    esbuild: object(object(configuration.custom).esbuild),
  }
}

/** Replaces every variable in place, as scripts/serverless.js of the framework does, without the sources that ask AWS. */
async function resolveAll(configuration: Json, folder: string, options: ServiceOptions, fail: (why: string) => Error) {
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
  const deferred = ofOtherStages(configuration, input)
  await resolveVariables({ ...input, isPropertyDeferred: deferred })

  const errors = new Set([...meta.values()].flatMap(({ error }) => (error ? [error.message] : [])))
  if (errors.size > 0) throw fail([...errors].join('; '))
  for (const property of [...meta.keys()]) if (deferred(property)) meta.delete(property)
  if (meta.size > 0) {
    throw fail(`variables of the source ${[...sourcesLeft(meta).keys()].join(', ')} are not supported locally.`)
  }
}

function readRoute(event: Json, failed: (why: string) => Error): Route[] {
  if (event.http !== undefined) throw failed('REST events (http) are not supported locally, only httpApi.')
  if (event.httpApi === undefined) return []
  const declared = event.httpApi
  const [, verb, where] = typeof declared === 'string' ? (/^(\S+) (\/\S*)$/.exec(declared) ?? []) : []
  const { method = verb, path = where ?? declared, authorizer } = object(declared)
  // Serving such a route without its authorizer would let everybody in.
  if (authorizer) throw failed(`the authorizer of ${text(path)} is not supported locally.`)
  if (path === '*') return [catchAll]
  const name = method === '*' ? 'ANY' : text(method).toUpperCase()
  if (!/^(ANY|GET|POST|PUT|PATCH|OPTIONS|HEAD|DELETE)$/.test(name) || !text(path).startsWith('/')) {
    throw failed(`${JSON.stringify(declared)} is not an httpApi route.`)
  }
  return [{ method: name, path: text(path) }]
}

const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** `functions` and `resources` may be one object or a list of them. */
const merged = (value: unknown): Json => (Array.isArray(value) ? merge({}, ...value.map(object)) : object(value))

const literals = (environment: Json): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  )
