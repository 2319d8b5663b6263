import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from 'node:http'
import type { AddressInfo } from 'node:net'

/** One datastore call as the SDK sends it. */
export interface WireCall {
  readonly operation: string
  readonly table: string
  readonly consistent: boolean
  readonly condition: string | undefined
  /** 1 for the first attempt, more for a retry by the SDK. */
  readonly attempt: number
  // biome-ignore lint/suspicious/noExplicitAny: the input of every operation
  readonly input: any
  readonly body: Buffer
}

export interface WireResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Makes the call at the engine, with another body if one is given. */
export type Forward = (body?: Buffer) => Promise<WireResponse>

export interface Relay {
  readonly endpoint: string
  /** Refuses connections until the returned function is called. */
  refuse(): Promise<() => Promise<void>>
  close(): Promise<void>
}

/** An HTTP server between the SDK and an engine, on which the proxies of the tests and the proof stand. */
export async function startRelay(
  engine: string,
  handle: (call: WireCall, response: ServerResponse, forward: Forward) => unknown,
  { keepAlive = true } = {},
): Promise<Relay> {
  const { hostname, port: enginePort } = new URL(engine)
  // Kept-alive connections save a third of a call. Idle ones are closed before the engine would close them.
  const agent = new Agent({ keepAlive, timeout: 1000 })
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] | undefined = await request.toArray().catch(() => undefined)
    if (!chunks) return void response.destroy() // the client closed the connection
    const body = Buffer.concat(chunks)
    await handle(callOf(request.headers, body), response, (other = body) => forward(request, other))
  })
  const listen = (port: number) =>
    new Promise<number>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
    })
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const port = await listen(0)
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async refuse() {
      await stop()
      return async () => void (await listen(port))
    },
    async close() {
      await stop()
      agent.destroy()
    },
  }

  function forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<WireResponse> {
    return new Promise((resolve, reject) => {
      const sized = { ...headers, 'content-length': String(body.length) }
      const options = { hostname, port: enginePort, method, path: url, headers: sized, agent }
      const sent = send(options, (response) => {
        const { statusCode: status = 500, headers } = response
        response.toArray().then((chunks) => resolve({ status, headers, body: Buffer.concat(chunks) }), reject)
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }
}

export function callOf(headers: IncomingHttpHeaders, body: Buffer): WireCall {
  const input = JSON.parse(body.toString() || '{}')
  return {
    operation: String(headers['x-amz-target']).split('.')[1] ?? '',
    table: input.TableName ?? Object.keys(input.RequestItems ?? {})[0] ?? '',
    consistent: input.ConsistentRead === true,
    condition: input.ConditionExpression,
    attempt: Number(/attempt=(\d+)/.exec(String(headers['amz-sdk-request']))?.[1] ?? 1),
    input,
    body,
  }
}

export function respond(response: ServerResponse, { status, headers, body }: WireResponse): void {
  response.writeHead(status, headers).end(body)
}

export function wireResponse(status: number, text: string, type = 'application/x-amz-json-1.0'): WireResponse {
  const body = Buffer.from(text)
  return { status, headers: { 'content-type': type, 'content-length': String(body.length) }, body }
}

/** An error as DynamoDB reports it. */
export const wireError = (status: number, type: string, message: string): WireResponse =>
  wireResponse(status, JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }))

/** The response with another body, and without the checksum that would reveal it. */
export function withBody({ status, headers, body: _ }: WireResponse, text: string | Buffer): WireResponse {
  const { 'x-amz-crc32': __, ...kept } = headers
  const body = Buffer.from(text as string)
  return { status, headers: { ...kept, 'content-length': String(body.length) }, body }
}
