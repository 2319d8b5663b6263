import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleService } from './bundle.ts'
import { createEvent, parseTarget, withAuthorizer } from './event.ts'
import { createGatekeeper, findAuthorizer, type Gatekeeper } from './gatekeeper.ts'
import { headerLimit, listen, stop } from './listener.ts'
import { createPool, type Outcome, type Pool, type PoolOptions } from './pool.ts'
import { gatewayError, type Response, readResult, send } from './response.ts'
import { createRouter, type Route, type Router, routeKey } from './router.ts'
import { type Runnable, run, toRunnable } from './runnable.ts'
import type { Service, ServiceFunction } from './service.ts'

export type FrontOptions = {
  services: Service[]
  /** Given to every function, over what serverless.yml says. Nothing else of the machine reaches one. */
  environment: Record<string, string>
  /** 0 for any free one. */
  port: number
  /** Without it both of localhost's addresses are served: a browser may choose ::1 where curl takes 127.0.0.1. */
  host?: string
  /** Makes the bundles, where they are not the ones that esbuild makes of a service. */
  bundle?: typeof bundleService
  /** How functions are run. */
  workers?: Pick<PoolOptions, 'workers' | 'heavy' | 'light' | 'nodeOptions'>
  /** One line a request, one more for a function that failed, and whatever functions print. */
  log?: (line: string) => void
}

export type Front = { url: string; port: number; routes: string[]; pids: Pool['pids']; close(): Promise<void> }

/** API Gateway's quota for an HTTP API. */
const bodyLimit = 10 * 1024 * 1024

/** What a route leads to, and who is asked before. */
type Destination = { runnable: Runnable; gatekeeper: Gatekeeper | undefined }

/** Stands in for API Gateway and Lambda; resolves when it answers. All services share the one HTTP API. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { services, environment, port, host, bundle = bundleService, log = console.log } = options
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-local-'))
  await writeFile(join(folder, 'package.json'), '{}') // or one above says what kind of module a .js is here
  const pool = createPool({ ...options.workers, log })
  const servers: Server[] = []
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= Promise.all([...servers.map(stop), pool.close()]).then(() =>
      rm(folder, { recursive: true, force: true }),
    )
    return closing
  }

  try {
    const runnables = new Map<ServiceFunction, Runnable>()
    for (const [index, service] of services.entries()) {
      const bundles = await bundle(service, join(folder, String(index)))
      for (const definition of service.functions)
        runnables.set(definition, toRunnable(service, definition, bundles.get(definition.name), environment))
    }
    const targets = services.flatMap((service) => destinations(service, services, runnables, pool, log))
    for (const notice of services.flatMap(({ notices }) => notices)) log(notice)
    const router = createRouter(targets)
    await pool.warm()
    servers.push(...(await listen(createHandler(router, pool, log), port, host)))
    const { port: actual } = (servers[0] as Server).address() as AddressInfo
    const routes = targets.map(([route]) => routeKey(route))
    return {
      url: `http://${host?.includes(':') ? `[${host}]` : (host ?? 'localhost')}:${actual}`,
      port: actual,
      routes,
      pids: pool.pids,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function destinations(
  service: Service,
  services: Service[],
  runnables: Map<ServiceFunction, Runnable>,
  pool: Pool,
  log: (line: string) => void,
): [Route, Destination][] {
  const runnableOf = (definition: ServiceFunction) => runnables.get(definition) as Runnable
  return service.functions.flatMap((definition) =>
    definition.routes.map((route): [Route, Destination] => {
      const { authorizer } = route
      const gatekeeper =
        authorizer &&
        createGatekeeper(
          authorizer,
          runnableOf(findAuthorizer(authorizer, service, services)),
          service.region,
          pool,
          log,
        )
      return [route, { runnable: runnableOf(definition), gatekeeper }]
    }),
  )
}

type Answered = { route?: Route; answer?: Response }

function createHandler(router: Router<Destination>, pool: Pool, log: (line: string) => void) {
  async function respond(request: IncomingMessage, requestId: string): Promise<Answered> {
    if (headerSize(request) > headerLimit) return { answer: gatewayError(431) }
    const target = parseTarget(request.url ?? '')
    if (!target) return { answer: gatewayError(400) }
    const match = router.match(request.method ?? '', target.path)
    if (!match) return { answer: gatewayError(404) }
    const { route } = match
    const body = await readBody(request)
    if (body === 'aborted') return { route }
    if (body === 'too large') return { route, answer: gatewayError(413) }
    const { runnable, gatekeeper } = match.target
    let event = createEvent(request, target, match, body, requestId)
    if (gatekeeper) {
      const admittance = await gatekeeper(event)
      if ('refused' in admittance) return { route, answer: gatewayError(admittance.refused) }
      event = withAuthorizer(event, admittance.context)
    }
    const outcome = await run(runnable, event, requestId, pool, log)
    return { route, answer: toResponse(outcome) }
  }

  return async (request: IncomingMessage, response: ServerResponse) => {
    const started = performance.now()
    const requestId = randomBytes(11).toString('base64')
    const { route, answer } = await respond(request, requestId).catch((error: unknown): Answered => {
      log(`The local front failed: ${error}`)
      return { answer: gatewayError(500) }
    })
    if (answer) send(response, answer, requestId)
    request.resume() // what is left of a body nobody wants
    // The route, never the path that was sent: it may hold a secret.
    const name = route ? routeKey(route).replace(/^\S+ /, '') : '-'
    log(`${request.method} ${name} ${answer?.status ?? 'aborted'} ${Math.round(performance.now() - started)} ms`)
  }
}

function toResponse(outcome: Outcome): Response {
  if (outcome.kind === 'result') return readResult(outcome.payload)
  return gatewayError(outcome.kind === 'error' ? 500 : 503)
}

/** "Total combined size of request line and header values", as the quota is worded. */
const headerSize = ({ method, url, rawHeaders }: IncomingMessage): number =>
  `${method} ${url} HTTP/1.1`.length + rawHeaders.reduce((sum, text, index) => sum + (index % 2 ? text.length : 0), 0)

/** Reads no further than the limit; the rest is for the caller to let run off, so that the client sees its answer. */
function readBody(request: IncomingMessage): Promise<Buffer | 'too large' | 'aborted'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const read = (chunk: Buffer) => {
      size += chunk.length
      if (size <= bodyLimit) chunks.push(chunk)
      else done('too large')
    }
    const done = (result: Buffer | 'too large' | 'aborted') => {
      request.off('data', read)
      resolve(result)
    }
    if (Number(request.headers['content-length'] ?? 0) > bodyLimit) return done('too large')
    request.on('data', read)
    request.once('end', () => done(Buffer.concat(chunks)))
    request.once('close', () => done('aborted'))
  })
}
