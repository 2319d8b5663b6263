import { randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What an invocation came to. */
export interface Outcome {
  /** `response` and `error` come from the function, the others from the platform. */
  readonly kind: 'response' | 'error' | 'timeout' | 'exit' | 'init-error'
  /** JSON, as the runtime client sent it. */
  readonly body: string
}

interface Invocation {
  readonly id: string
  readonly event: string
  readonly deadlineMs: number
  finish(outcome: Outcome): void
}

/**
 * Lambda's Runtime API for one process: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. The runtime
 * client asks for the next invocation, and that request is its sign that it is idle.
 */
export interface RuntimeApi {
  /** For `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string
  /** Called each time the client waits for an invocation and none is there: Lambda freezes the process then. */
  onIdle: () => void
  onInitError: (body: string) => void
  /** Hands an event over; one at a time. */
  invoke(event: unknown, timeoutSeconds: number): Promise<Outcome>
  /** Ends the current invocation in the function's place. */
  fail(outcome: Outcome): void
  close(): void
}

export async function startRuntimeApi(arn: string): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined
  let queued: Invocation | undefined
  let current: Invocation | undefined

  const server = createServer(async (request, response) => {
    const body = await textOf(request).catch(() => undefined)
    if (body === undefined) return void response.destroy()
    handle(request.url ?? '', body, response)
  })
  server.keepAliveTimeout = 0 // the client reuses a connection when an invocation ends, however long it took
  server.requestTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  function handle(url: string, body: string, response: ServerResponse): void {
    if (url.endsWith('/invocation/next')) {
      waiting = response
      response.on('close', () => {
        if (waiting === response) waiting = undefined
      })
      if (!handOver()) api.onIdle()
      return
    }
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}')
    if (url.endsWith('/init/error')) api.onInitError(body)
    const [, id, kind] = /\/invocation\/([^/]+)\/(response|error)$/.exec(url) ?? []
    if (id === current?.id) settle({ kind: kind === 'error' ? 'error' : 'response', body })
  }

  /** @returns whether there was an invocation to hand over */
  function handOver(): boolean {
    if (!waiting || !queued) return false
    current = queued
    queued = undefined
    const response = waiting
    waiting = undefined
    const { id, event, deadlineMs } = current
    const root = `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`
    response
      .writeHead(200, {
        'content-type': 'application/json',
        'Lambda-Runtime-Aws-Request-Id': id,
        'Lambda-Runtime-Deadline-Ms': String(deadlineMs),
        'Lambda-Runtime-Invoked-Function-Arn': arn,
        'Lambda-Runtime-Trace-Id': `${root};Parent=${randomBytes(8).toString('hex')};Sampled=0`,
      })
      .end(event)
    return true
  }

  function settle(outcome: Outcome): void {
    const invocation = current ?? queued
    current = undefined
    queued = undefined
    invocation?.finish(outcome)
  }

  const api: RuntimeApi = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    onIdle: () => {},
    onInitError: () => {},
    invoke: (event, timeoutSeconds) =>
      new Promise((finish) => {
        const deadlineMs = Date.now() + timeoutSeconds * 1000
        queued = { id: randomUUID(), event: JSON.stringify(event), deadlineMs, finish }
        handOver()
      }),
    fail: settle,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
  return api
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = await request.toArray()
  return Buffer.concat(chunks).toString()
}
