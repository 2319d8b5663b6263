import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Agent } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { type ConnectionAgents, connectionAgents } from '../../lib/dynamodb/connection-agents.ts'
import { amzDate } from '../../lib/dynamodb/signature.ts'

/** What goes wrong with a call. */
export type CallFault =
  | 'throttled'
  | 'failed' // 500
  | 'refused' // the connection breaks
  | 'stalled' // headers without a body
  | 'silent' // no response
  | 'empty' // 200 without a body
  | 'foreign' // 200 of another server
  | 'expired' // the credentials
  | 'forbidden' // no rights
  | 'condition' // does not hold, and the item is returned

/** A stand-in for DynamoDB's endpoint that answers every call alike, behind agents that lead every request to it. */
export interface FakeDynamodb {
  readonly port: number
  readonly agents: ConnectionAgents
  /** The operations as they came, one for each attempt. */
  readonly calls: string[]
  /** How many of them the SDK did not make. */
  direct: number
  /** Decides the fault of a call with this key; `undefined` answers it. */
  fault: (call: { readonly sessionId: string | undefined; readonly nth: number }) => CallFault | undefined
  /** How far its clock is ahead, in milliseconds. It refuses signatures that are more than five minutes off. */
  aheadMs: number
  /** Refuses all further connections. */
  close(): Promise<void>
}

const ERRORS: Partial<Record<CallFault, [status: number, type: string]>> = {
  throttled: [400, 'ThrottlingException'],
  failed: [500, 'InternalServerError'],
  expired: [400, 'ExpiredTokenException'],
  forbidden: [400, 'AccessDeniedException'],
  condition: [400, 'ConditionalCheckFailedException'],
}

/** @param item the item of every read, and of a failed condition */
export async function startFakeDynamodb(item: object): Promise<FakeDynamodb> {
  const success = JSON.stringify({ ConsumedCapacity: { TableName: 't', CapacityUnits: 1 }, Item: item })
  let nth = 0
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray().catch(() => []))
    const sessionId: string | undefined = JSON.parse(body.toString() || '{}').Key?.sessionId?.S
    if (request.headers['user-agent']?.startsWith('coatcheck/')) fake.direct++
    fake.calls.push(String(request.headers['x-amz-target']).split('.')[1] ?? '')
    answer(fake.fault({ sessionId, nth: ++nth }), request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const agents = connectionAgents()
  const { httpsAgent } = agents
  // Without TLS: nothing depends on it.
  Object.assign(httpsAgent, { createConnection: () => connect(port, '127.0.0.1') } satisfies Partial<Agent>)

  function answer(fault: CallFault | undefined, { headers, socket }: IncomingMessage, response: ServerResponse): void {
    const respond = (status: number, body: string, type = 'application/x-amz-json-1.0') => {
      const date = new Date(Date.now() + fake.aheadMs).toUTCString()
      response.writeHead(status, { 'content-type': type, date }).end(body)
    }
    const fail = (type: string, message = type) =>
      JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message, Item: item })
    const [status, type] = (fault && ERRORS[fault]) ?? []
    if (status && type) respond(status, fail(type))
    else if (fault === 'refused') socket.destroy()
    else if (fault === 'stalled') response.writeHead(200, { 'content-length': '100' }).flushHeaders()
    else if (fault === 'silent') return
    else if (fault === 'empty') respond(200, '')
    else if (fault === 'foreign') respond(200, '<html>', 'text/html')
    else if (isOff(String(headers['x-amz-date']))) respond(400, fail('InvalidSignatureException', 'Signature expired'))
    else respond(200, success)
  }

  function isOff(date: string): boolean {
    const near = [-5, 5].map((minutes) => amzDate(Date.now() + fake.aheadMs + minutes * 60_000))
    return date < (near[0] ?? '') || date > (near[1] ?? '')
  }

  const fake: FakeDynamodb = {
    port,
    agents,
    calls: [],
    direct: 0,
    fault: () => undefined,
    aheadMs: 0,
    async close() {
      agents.httpsAgent.destroy()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  return fake
}
