import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleService } from './bundle.ts'
import { withoutTwins, withTwins } from './cookie-twins.ts'
import { type Destination, destinations } from './destinations.ts'
import { createEvent, parseTarget, withAuthorizer } from './event.ts'
import { deliverer } from './events/deliver-event.ts'
import type { DeliveredEvent } from './events/event-bridge.ts'
import { answerPreflight, withGatewayCors } from './gateway-cors.ts'
import { type BundledFunction, invokeFunction, toBundledFunction } from './invoke-function.ts'
import { HEADER_LIMIT_BYTES, listen, stop } from './listener.ts'
import { bracketed, isLocalHost } from './local-host.ts'
import { toPayload1 } from './payload-1.ts'
import { createPool, type Outcome, type Pool, type PoolOptions } from './pool.ts'
import { headerSize, readBody } from './request-bytes.ts'
import { gatewayError, type Response, readResult, readResult1, send } from './response.ts'
import { createRouter, type Route, type Router, routeKey } from './router.ts'
import type { Service, ServiceFunction } from './service.ts'
import { type PlayOptions, playStreams } from './streams/play.ts'
import { createWatch, type Watch } from './watch.ts'

export type FrontOptions = {
  services: Service[]
  /** Environment of every function, over that of serverless.yml. Functions see nothing else of the machine. */
  environment: Record<string, string>
  /** 0 for any free port. */
  port: number
  /** Host names that requests may name besides localhost, such as that of a proxy on this machine. */
  hosts?: readonly string[]
  /** Default: both addresses of localhost, since a browser may use ::1 and curl 127.0.0.1. */
  host?: string
  /** Replaces the bundling with esbuild. */
  bundle?: typeof bundleService
  /** Where the streams of tables are read. Without it, no function is called for them. */
  streams?: Pick<PlayOptions, 'openStream' | 'positions'>
  /** How functions are executed. */
  workers?: Pick<PoolOptions, 'workers' | 'heavy' | 'light' | 'nodeOptions'>
  /** Pages of the front itself, which are not logged; `undefined` for a request of another path. */
  pages?: ((request: IncomingMessage) => Response | undefined) | undefined
  /** Requests are accepted at once and wait for it: whoever gets an answer finds everything in place. */
  ready?: Promise<void>
  /** Whether clients that keep no `Secure` cookie of http://localhost get one that they keep. */
  cookieTwins?: boolean
  /** Whether to log what each request has done. */
  watch?: boolean
  /** Receives one line for each request, one for each failed function, and the output of functions. */
  log?: (line: string) => void
}

export type Front = {
  url: string
  port: number
  routes: string[]
  pids: Pool['pids']
  /**
   * Bundles a service again and runs its new code from the next event on; events that have begun finish with the old.
   * @throws Error if it cannot be bundled, and keeps the old code
   */
  reload(service: Service): Promise<void>
  /** Invokes every function with a rule that accepts the event. */
  deliver(event: DeliveredEvent): Promise<void>
  close(): Promise<void>
}

/** Emulates API Gateway and Lambda; resolves when it answers. All services share one HTTP API. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { services, environment, port, host, hosts = [], bundle = bundleService, log = console.log } = options
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-local-'))
  await writeFile(join(folder, 'package.json'), '{}') // or a package.json above would decide the module type of .js files
  const watch = options.watch ? createWatch(log) : undefined
  const started = createPool({ ...options.workers, log })
  const pool = watch?.around(started) ?? started
  const servers: Server[] = []
  let playing: ReturnType<typeof playStreams> | undefined
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= Promise.all([playing?.stop(), ...servers.map(stop), pool.close()]).then(() =>
      rm(folder, { recursive: true, force: true }),
    )
    return closing
  }

  try {
    const bundledFunctions = new Map<ServiceFunction, BundledFunction>()
    for (const [index, service] of services.entries()) {
      const bundles = await bundle(service, join(folder, String(index)))
      for (const definition of service.functions)
        bundledFunctions.set(
          definition,
          toBundledFunction(service, definition, bundles.get(definition.name), environment),
        )
    }
    const targets = services.flatMap((service) => destinations(service, services, bundledFunctions, pool, log))
    for (const notice of services.flatMap(({ notices }) => notices)) log(notice)
    const router = createRouter(targets)
    await pool.warm()
    servers.push(
      ...(await listen(
        createHandler({ ...options, hosts: host ? [...hosts, bracketed(host)] : hosts, log, router, pool, watch }),
        port,
        host,
      )),
    )
    let reloads = 0
    const reload = async (service: Service) => {
      const bundles = await bundle(service, join(folder, `${services.indexOf(service)}-${++reloads}`))
      for (const definition of service.functions) {
        const [order, made] = [bundledFunctions.get(definition)?.order, bundles.get(definition.name)]
        if (order && made) order.bundle = made
      }
      started.renew()
    }
    if (options.streams) playing = playStreams({ ...options.streams, services, bundledFunctions, pool, log })
    const { port: actual } = (servers[0] as Server).address() as AddressInfo
    return {
      url: `http://${bracketed(host ?? 'localhost')}:${actual}`,
      port: actual,
      routes: targets.map(([route]) => routeKey(route)),
      pids: pool.pids,
      reload,
      deliver: deliverer(bundledFunctions, pool, log),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

type Answered = { route?: Route; answer?: Response }

type Handling = Pick<FrontOptions, 'cookieTwins' | 'pages' | 'ready'> & {
  router: Router<Destination>
  pool: Pool
  hosts: readonly string[]
  log: (line: string) => void
  watch: Watch | undefined
}

function createHandler({ router, pool, hosts, log, watch, pages, ready, cookieTwins = false }: Handling) {
  async function respond(request: IncomingMessage, requestId: string): Promise<Answered> {
    if (!isLocalHost(request.headers.host, hosts)) return { answer: gatewayError(421) }
    if (headerSize(request) > HEADER_LIMIT_BYTES) return { answer: gatewayError(431) }
    const target = parseTarget(request.url ?? '')
    if (!target) return { answer: gatewayError(400) }
    const match = router.match(request.method ?? '', target.path)
    if (!match) return { answer: gatewayError(404) }
    const { route } = match
    const body = await readBody(request)
    if (body === 'aborted') return { route }
    if (body === 'too large') return { route, answer: gatewayError(413) }
    const { bundledFunction, isPayload1, invokeAuthorizer } = match.target
    const sent = createEvent(request, target, match, body, requestId)
    let event = cookieTwins ? withoutTwins(sent) : sent
    const preflight = answerPreflight(router, match, event)
    if (preflight) return { route, answer: preflight }
    const withCors = (answer: Response) => {
      const { cors } = match.target.service
      return cors ? withGatewayCors(answer, cors, event.headers.origin) : answer
    }
    if (invokeAuthorizer) {
      const decision = await invokeAuthorizer(event)
      if ('rejectedStatus' in decision) return { route, answer: withCors(gatewayError(decision.rejectedStatus)) }
      event = withAuthorizer(event, decision.context)
    }
    const received = isPayload1 ? toPayload1(event, request.rawHeaders) : event
    const outcome = await invokeFunction(bundledFunction, received, requestId, pool, log)
    return { route, answer: withCors(toResponse(outcome, isPayload1 ? readResult1 : readResult)) }
  }

  return async (request: IncomingMessage, response: ServerResponse) => {
    const started = performance.now()
    const requestId = randomBytes(11).toString('base64')
    await ready
    const page = pages?.(request)
    if (page) return send(response, page, requestId)
    const { route, answer } = await respond(request, requestId).catch((error: unknown): Answered => {
      log(`The local front failed: ${error}`)
      return { answer: gatewayError(500) }
    })
    if (answer) send(response, cookieTwins ? withTwins(answer) : answer, requestId)
    request.resume() // discards the rest of the body
    // The route instead of the path, which may contain a secret.
    const name = route ? routeKey(route).replace(/^\S+ /, '') : '-'
    log(`${request.method} ${name} ${answer?.status ?? 'aborted'} ${Math.round(performance.now() - started)} ms`)
    for (const line of watch?.linesOf(requestId, answer) ?? []) log(line)
  }
}

function toResponse(outcome: Outcome, read: (payload: string) => Response): Response {
  if (outcome.kind === 'result') return read(outcome.payload)
  return gatewayError(outcome.kind === 'error' ? 500 : 503)
}
