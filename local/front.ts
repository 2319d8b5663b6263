import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bundle, bundleService } from './bundle.ts'
import { createEvent, parseTarget } from './event.ts'
import { headerLimit, listen, stop } from './listener.ts'
import { createPool, type Lane, type Outcome, type Pool } from './pool.ts'
import { gatewayError, type Response, readResult, send } from './response.ts'
import { createRouter, type Route, type Router, routeKey } from './router.ts'
import type { Service, ServiceFunction } from './service.ts'
import type { FunctionError, Order } from './worker.ts'

export type FrontOptions = {
  services: Service[]
  /** Given to every function, over what serverless.yml says. Nothing else of the machine reaches one. */
  environment: Record<string, string>
  /** 0 for any free one. */
  port: number
  /** Without it both of localhost's addresses are served: a browser may choose ::1 where curl takes 127.0.0.1. */
  host?: string
  /** One line a request, one more for a function that failed, and whatever functions print. */
  log?: (line: string) => void
}

export type Front = { url: string; port: number; routes: string[]; close(): Promise<void> }

/** API Gateway's quota for an HTTP API. */
const bodyLimit = 10 * 1024 * 1024

type Runnable = { lane: Lane; order: Omit<Order, 'requestId' | 'event'> }

/** Stands in for API Gateway and Lambda; resolves when it answers. All services share the one HTTP API. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { services, environment, port, host, log = console.log } = options
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-local-'))
  const pool = createPool({ log })
  const servers: Server[] = []
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= Promise.all([...servers.map(stop), pool.close()]).then(() =>
      rm(folder, { recursive: true, force: true }),
    )
    return closing
  }

  try {
    const targets: [Route, Runnable][] = []
    for (const [index, service] of services.entries()) {
      const bundles = await bundleService(service, join(folder, String(index)))
      for (const definition of service.functions) {
        const runnable = toRunnable(service, definition, bundles.get(definition.name), environment)
        for (const route of definition.routes) targets.push([route, runnable])
      }
    }
    const router = createRouter(targets)
    await pool.warm()
    servers.push(...(await listen(createHandler(router, pool, log), port, host)))
    const { port: actual } = (servers[0] as Server).address() as AddressInfo
    const routes = targets.map(([route]) => routeKey(route))
    return {
      url: `http://${host?.includes(':') ? `[${host}]` : (host ?? 'localhost')}:${actual}`,
      port: actual,
      routes,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

type Answered = { route?: Route; answer?: Response }

function createHandler(router: Router<Runnable>, pool: Pool, log: (line: string) => void) {
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
    const { order, lane } = match.target
    const event = JSON.stringify(createEvent(request, target, match, body, requestId))
    const outcome = await pool.invoke({ ...order, requestId: randomUUID(), event }, lane)
    const failure = readFailure(outcome)
    if (failure) log(JSON.stringify({ function: order.lambdaName, requestId, ...failure }))
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

function toRunnable(
  service: Service,
  { name, lambdaName, heavy, memoryMB, timeoutSeconds, environment }: ServiceFunction,
  bundle: Bundle | undefined,
  overrides: Record<string, string>,
): Runnable {
  if (!bundle) throw new Error(`Function ${name} was not bundled.`)
  const ofLambda = {
    AWS_REGION: service.region,
    AWS_LAMBDA_FUNCTION_NAME: lambdaName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMB),
  }
  const order = { bundle, lambdaName, memoryMB, timeoutMs: timeoutSeconds * 1000 }
  return {
    lane: heavy ? 'heavy' : 'light',
    order: { ...order, environment: { ...ofLambda, ...environment, ...overrides } },
  }
}

function readFailure(outcome: Outcome): FunctionError | undefined {
  if (outcome.kind === 'error') return outcome.error
  if (outcome.kind !== 'timeout') return undefined
  const errorMessage = `Task timed out after ${(outcome.afterMs / 1000).toFixed(2)} seconds`
  return { errorType: 'Sandbox.Timedout', errorMessage }
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
