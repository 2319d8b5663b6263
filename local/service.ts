import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Authorizer, chooseAuthorizer, readAuthorizers } from './authorizers.ts'
import { type EventRule, readEventRule } from './events/event-rule.ts'
import { type ConfigurationOptions, logicalId, merged, readConfiguration } from './framework.ts'
import { type GatewayCors, readGatewayCors } from './gateway-cors.ts'
import { type Fail, type Json, list, object, text } from './json.ts'
import { CATCH_ALL, type Route } from './router.ts'
import { readStreamMapping, type StreamMapping } from './streams/mapping.ts'

/** The part of a serverless.yml that the local front uses, read with the framework's own reader. */
export type Service = {
  name: string
  folder: string
  stage: string
  region: string
  runtime: string
  functions: ServiceFunction[]
  /** The CloudFormation resources, merged. */
  resources: Record<string, unknown>
  /** The CloudFormation outputs, merged; other services import them. */
  outputs: Record<string, unknown>
  /** `custom.esbuild`. */
  esbuild: Record<string, unknown>
  /** Whether serverless-esbuild bundles the service; without it, the files are deployed as they are. */
  hasBundler: boolean
  /** `provider.httpApi.cors`. */
  cors?: GatewayCors
  /** What the front does not emulate, one sentence each. */
  notices: string[]
}

export type ServiceFunction = {
  name: string
  /** The name in Lambda: service-stage-name. */
  lambdaName: string
  /** The id in the CloudFormation template. */
  logicalId: string
  handler: string
  /** The zip that is deployed, if it is made already. */
  artifact?: string
  /** The format of its events and results; default: 2.0. */
  payload?: '1.0'
  /** The variables of provider and function, without those that only CloudFormation can resolve. */
  environment: Record<string, string>
  memoryMB: number
  /** Has more memory than the provider's default, thus more processor in Lambda and the heavy lane here. */
  heavy: boolean
  timeoutSeconds: number
  routes: ServiceRoute[]
  streams: StreamMapping[]
  eventRules: EventRule[]
}

export type ServiceRoute = Route & { authorizer?: Authorizer }

export async function readService(path: string, options: ConfigurationOptions): Promise<Service> {
  const folder = resolve(path)
  const file = resolve(folder, 'serverless.yml')
  const fail: Fail = (reason) => new Error(`${file}: ${reason}`)
  const configuration = await readConfiguration(folder, options, fail)

  const provider = object(configuration.provider)
  const runtime = text(provider.runtime)
  const memoryDefault = Number(provider.memorySize ?? 1024)
  if (typeof configuration.service !== 'string') throw fail('the service name is missing.')
  if (provider.name !== 'aws') throw fail('only the provider aws is supported.')
  const httpApi = object(provider.httpApi)
  const authorizers = readAuthorizers(httpApi.authorizers, fail)

  const service = configuration.service
  const notices: string[] = []
  const readFunction = ([name, value]: [string, unknown]): ServiceFunction => {
    const definition = object(value)
    const failed: Fail = (reason) => fail(`function ${name}: ${reason}`)
    if (typeof definition.handler !== 'string') throw failed('the handler is missing.')
    const ownRuntime = text(definition.runtime ?? runtime)
    if (!ownRuntime.startsWith('nodejs'))
      throw failed(`the runtime ${ownRuntime || '(none)'} is not supported locally.`)
    const payload = object(definition.httpApi).payload ?? httpApi.payload ?? '2.0'
    if (payload !== '1.0' && payload !== '2.0')
      throw failed(`invalid payload ${JSON.stringify(payload)}; expected '1.0' or '2.0'.`)
    const { artifact } = object(definition.package)
    const memoryMB = Number(definition.memorySize ?? memoryDefault)
    const events = list(definition.events).map((event) => (typeof event === 'string' ? { [event]: {} } : object(event)))
    for (const kind of new Set(events.flatMap(Object.keys)))
      if (!['httpApi', 'stream', 'eventBridge'].includes(kind))
        notices.push(`${service}: ${name} is not called for ${kind} events locally.`)
    return {
      name,
      lambdaName: typeof definition.name === 'string' ? definition.name : `${service}-${options.stage}-${name}`,
      logicalId: logicalId(name),
      handler: definition.handler,
      ...(payload === '1.0' && { payload }),
      ...(typeof artifact === 'string' && { artifact: resolve(folder, artifact) }),
      environment: literals({ ...object(provider.environment), ...object(definition.environment) }),
      memoryMB,
      heavy: memoryMB > memoryDefault,
      timeoutSeconds: Number(definition.timeout ?? provider.timeout ?? 6),
      routes: events.flatMap((event) => readRoute(event, authorizers, failed)),
      streams: events.flatMap((event) => (event.stream ? (readStreamMapping(event, failed) ?? []) : [])),
      eventRules: events.flatMap((event) => (event.eventBridge ? [readEventRule(event, failed)] : [])),
    }
  }

  const { Resources: resources, Outputs: outputs } = merged(configuration.resources)
  const functions = Object.entries(merged(configuration.functions)).map(readFunction)
  const cors = readGatewayCors(
    httpApi.cors,
    functions.flatMap(({ routes }) => routes),
    fail,
  )
  return {
    name: service,
    folder: await realpath(folder), // esbuild derives output paths from it
    stage: options.stage,
    region: text(provider.region) || 'us-east-1',
    runtime,
    functions,
    resources: object(resources),
    outputs: object(outputs),
    esbuild: object(object(configuration.custom).esbuild),
    hasBundler: pluginsOf(configuration.plugins).includes('serverless-esbuild'),
    ...(cors && { cors }),
    notices,
  }
}

/** `plugins` is a list, or an object with a list of modules. */
const pluginsOf = (declared: unknown): unknown[] => list(Array.isArray(declared) ? declared : object(declared).modules)

const ROUTE_KEYS = new Set(['method', 'path', 'authorizer', 'timeout'])

function readRoute(event: Json, authorizers: Map<string, Authorizer>, failed: Fail): ServiceRoute[] {
  if (event.http !== undefined) throw failed('REST events (http) are not supported locally, only httpApi.')
  if (event.httpApi === undefined) return []
  const declared = event.httpApi
  // A misspelt or misplaced key may be the authorizer: without it the route would be public.
  const unknown = [
    ...Object.keys(event).filter((key) => key !== 'httpApi'),
    ...Object.keys(object(declared)).filter((key) => !ROUTE_KEYS.has(key)),
  ]
  if (unknown.length > 0)
    throw failed(`unknown key ${unknown.join(', ')} of an httpApi event; accepted are ${[...ROUTE_KEYS].join(', ')}.`)
  const [, verb, pathname] = typeof declared === 'string' ? (/^(\S+) (\/\S*)$/.exec(declared) ?? []) : []
  const { method = verb, path = pathname ?? declared, authorizer: chosen } = object(declared)
  const authorizer = chooseAuthorizer(chosen, authorizers, failed)
  const guarded = (route: Route): ServiceRoute[] => [{ ...route, ...(authorizer && { authorizer }) }]
  if (path === '*') return guarded(CATCH_ALL)
  const name = method === '*' ? 'ANY' : text(method).toUpperCase()
  if (!/^(ANY|GET|POST|PUT|PATCH|OPTIONS|HEAD|DELETE)$/.test(name) || !text(path).startsWith('/')) {
    throw failed(`invalid httpApi route ${JSON.stringify(declared)}; a route looks like GET /path.`)
  }
  return guarded({ method: name, path: text(path) })
}

const literals = (environment: Json): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  )
