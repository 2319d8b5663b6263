import { Agent, createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One datastore call as it went over the wire. */
export interface Call {
  readonly operation: string
  readonly table: string
  readonly consistent: boolean
  readonly condition: string | undefined
  /** Every attribute a write names, in its key, item or expressions: what IAM's `dynamodb:Attributes` compares. */
  readonly attributes: readonly string[]
  /** 1 for the first try, more for a repeat by the SDK. */
  readonly attempt: number
}

export type Fault =
  | 'throttled'
  | 'failed' // 500, not applied
  | 'applied but failed' // 500, applied
  | 'refused' // connection reset
  | 'silent' // never an answer
  | 'stalled' // headers, and never a body
  | 'unprocessed' // a batch of which nothing was done
  | 'paged' // a Query that is given three rows at a time
  | 'empty' // 200 without a body
  | 'foreign' // 200 of somebody else

export interface DatastoreProxy {
  readonly endpoint: string
  readonly calls: Call[]
  /** Decides what happens to a call; `undefined` lets it through. */
  fault: ((call: Call) => Fault | undefined) | undefined
  close(): Promise<void>
}

/** A request to the engine as the SDK makes it. */
export interface EngineRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly hostname: string
  readonly port?: number
}

const open = new Map<number, { readonly proxy: DatastoreProxy; readonly engine: URL }>()

/** Notes a call of this process to a proxy that spoils nothing at present, and leads it straight to the engine. */
export function pastProxy<Request extends EngineRequest>(request: Request): Request {
  const { proxy, engine } = open.get(request.port ?? 0) ?? {}
  if (!proxy || !engine || proxy.fault) return request
  proxy.calls.push(
    toCall(request.headers, typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body)),
  )
  const { hostname, port } = engine
  return Object.assign(Object.create(Object.getPrototypeOf(request)), request, { hostname, port: Number(port) })
}

/** Stands between the service and the engine: sees every call, and can spoil it. */
export async function startProxy(engine: string): Promise<DatastoreProxy> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => handle(request, response, Buffer.concat(chunks)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  // A third of what a call costs is its connection. One that is idle is closed here before an engine would close it.
  const agent = new Agent({ keepAlive: true, timeout: 1000 })
  const proxy: DatastoreProxy = {
    endpoint: `http://127.0.0.1:${port}`,
    calls: [],
    fault: undefined,
    close: () =>
      new Promise((resolve) => {
        open.delete(port)
        server.close(() => resolve())
        server.closeAllConnections()
        agent.destroy()
      }),
  }
  open.set(port, { proxy, engine: new URL(engine) })
  return proxy

  function handle(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const call = toCall(request.headers, body.toString())
    proxy.calls.push(call)
    const fault = proxy.fault?.(call)
    if (fault === undefined)
      pass(request, body, (status, headers, text) => response.writeHead(status, headers).end(text))
    else if (fault === 'throttled') answer(response, 400, problem('ThrottlingException'))
    else if (fault === 'failed') answer(response, 500, problem('InternalServerError'))
    else if (fault === 'refused') request.socket.destroy()
    else if (fault === 'empty') answer(response, 200, '')
    else if (fault === 'foreign') answer(response, 200, '{"Item":{},"hello":"I am a captive portal"}')
    else if (fault === 'stalled') response.writeHead(200, { 'content-length': 99 }).flushHeaders()
    else if (fault === 'unprocessed')
      answer(response, 200, JSON.stringify({ UnprocessedItems: JSON.parse(`${body}`).RequestItems }))
    else if (fault === 'paged') {
      const paged = Buffer.from(JSON.stringify({ ...JSON.parse(`${body}`), Limit: 3 }))
      pass(request, paged, (status, headers, text) => response.writeHead(status, headers).end(text))
    } else if (fault === 'applied but failed')
      pass(request, body, () => answer(response, 500, problem('InternalServerError')))
    // and to a silent one nothing is said
  }

  function pass(
    { method, url, headers }: IncomingMessage,
    body: Buffer,
    done: (status: number, headers: IncomingMessage['headers'], body: Buffer) => void,
  ): void {
    const { hostname, port } = new URL(engine)
    const sized = { ...headers, 'content-length': String(body.length) }
    const onward = forward({ hostname, port, method, path: url, headers: sized, agent }, (answered) => {
      const chunks: Buffer[] = []
      answered.on('data', (chunk) => chunks.push(chunk))
      answered.on('end', () => done(answered.statusCode ?? 500, answered.headers, Buffer.concat(chunks)))
    })
    onward.on('error', () => done(500, {}, Buffer.from(problem('InternalServerError'))))
    onward.end(body)
  }
}

function toCall(headers: IncomingMessage['headers'], body: string): Call {
  const input = JSON.parse(body)
  return {
    operation: String(headers['x-amz-target']).split('.')[1] ?? '',
    table: input.TableName ?? Object.keys(input.RequestItems ?? {})[0] ?? '',
    consistent: input.ConsistentRead === true,
    condition: input.ConditionExpression,
    attributes: attributesOf(input),
    attempt: Number(/attempt=(\d+)/.exec(String(headers['amz-sdk-request']))?.[1] ?? 1),
  }
}

interface WriteInput {
  Key?: object
  Item?: object
  UpdateExpression?: string
  ConditionExpression?: string
  ExpressionAttributeNames?: Record<string, string>
  RequestItems?: Record<string, { DeleteRequest?: { Key: object }; PutRequest?: { Item: object } }[]>
}

const KEYWORDS = new Set(['SET', 'AND', 'OR', 'IN', 'attribute_exists', 'attribute_not_exists'])

function attributesOf(input: WriteInput): string[] {
  const names = input.ExpressionAttributeNames ?? {}
  const expressions = `${input.UpdateExpression ?? ''} ${input.ConditionExpression ?? ''}`
  const inExpressions = (expressions.match(/[#:]?\w+/g) ?? [])
    .filter((word) => !word.startsWith(':') && !KEYWORDS.has(word))
    .map((word) => names[word] ?? word)
  const inBatch = Object.values(input.RequestItems ?? {})
    .flat()
    .flatMap(({ DeleteRequest, PutRequest }) => Object.keys(DeleteRequest?.Key ?? PutRequest?.Item ?? {}))
  const all = [...Object.keys(input.Key ?? {}), ...Object.keys(input.Item ?? {}), ...inExpressions, ...inBatch]
  return [...new Set(all)].sort()
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body)
}

const problem = (name: string) =>
  JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'a fault' })
