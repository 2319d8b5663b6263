import { contextOf, type RequestContext } from './iam.ts'
import { callOf, type Relay, respond, startRelay, type WireCall, wireError, wireResponse } from './relay.ts'

/** One datastore call as it went over the wire. */
export interface Call extends Omit<WireCall, 'input' | 'body'> {
  /** The condition keys of IAM that DynamoDB derives from the call. */
  readonly context: RequestContext
  /** Its `dynamodb:Attributes`. */
  readonly attributes: readonly string[]
  readonly returnsOldOnFailure: boolean
}

export type Fault =
  | 'throttled'
  | 'failed' // 500, not applied
  | 'applied but failed' // 500, applied
  | 'refused' // connection reset
  | 'silent' // no response
  | 'stalled' // headers without a body
  | 'unprocessed' // a batch of which nothing was done
  | 'paged' // a Query with three rows a page
  | 'empty' // 200 without a body
  | 'foreign' // 200 of another server

export interface DatastoreProxy extends Pick<Relay, 'endpoint' | 'close'> {
  readonly calls: Call[]
  /** Decides the fault of a call; `undefined` lets it through. */
  fault: ((call: Call) => Fault | undefined) | undefined
}

/** A request to the engine as the SDK makes it. */
export interface EngineRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly hostname: string
  readonly port?: number
}

const proxies = new Map<number, { readonly proxy: DatastoreProxy; readonly engine: URL }>()

/** Records a call of this process at its proxy and sends it straight to the engine, unless the proxy injects faults. */
export function pastProxy<Request extends EngineRequest>(request: Request): Request {
  const { proxy, engine } = proxies.get(request.port ?? 0) ?? {}
  if (!proxy || !engine || proxy.fault) return request
  proxy.calls.push(recordOf(callOf(request.headers, bytesOf(request.body))))
  const { hostname, port } = engine
  return Object.assign(Object.create(Object.getPrototypeOf(request)), request, { hostname, port: Number(port) })
}

/** Without the string methods of the SDK's bodies, which print a warning. */
const bytesOf = (body: EngineRequest['body']) =>
  typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength)

function recordOf({ input, body: _, ...call }: WireCall): Call {
  const context = contextOf(call.operation, input)
  const returnsOldOnFailure = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD'
  return { ...call, context, attributes: context['dynamodb:Attributes'] ?? [], returnsOldOnFailure }
}

const FAILED = wireError(500, 'InternalServerError', 'a fault')

/** Stands between the service and the engine, records every call and injects faults. */
export async function startProxy(engine: string): Promise<DatastoreProxy> {
  const relay = await startRelay(engine, async (wireCall, response, forward) => {
    const { input } = wireCall
    const call = recordOf(wireCall)
    proxy.calls.push(call)
    const pass = (body?: Buffer) => forward(body).catch(() => FAILED)
    switch (proxy.fault?.(call)) {
      case undefined:
        return respond(response, await pass())
      case 'throttled':
        return respond(response, wireError(400, 'ThrottlingException', 'a fault'))
      case 'failed':
        return respond(response, FAILED)
      case 'applied but failed':
        await pass()
        return respond(response, FAILED)
      case 'refused':
        return response.socket?.destroy()
      case 'stalled':
        return response.writeHead(200, { 'content-length': 99 }).flushHeaders()
      case 'unprocessed':
        return respond(response, wireResponse(200, JSON.stringify({ UnprocessedItems: input.RequestItems })))
      case 'paged':
        return respond(response, await pass(Buffer.from(JSON.stringify({ ...input, Limit: 3 }))))
      case 'empty':
        return respond(response, wireResponse(200, ''))
      case 'foreign':
        return respond(response, wireResponse(200, '{"Item":{},"hello":"I am a captive portal"}'))
    }
  })
  const port = Number(new URL(relay.endpoint).port)
  const proxy: DatastoreProxy = {
    endpoint: relay.endpoint,
    calls: [],
    fault: undefined,
    close() {
      proxies.delete(port)
      return relay.close()
    },
  }
  proxies.set(port, { proxy, engine: new URL(engine) })
  return proxy
}
