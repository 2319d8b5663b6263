import { Agent, createServer, type IncomingMessage, request as onward, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The traffic on the wire. Units are those that the engine reports as consumed. */
export interface Traffic {
  readonly calls: Readonly<Record<string, number>>
  readonly readUnits: number
  readonly writeUnits: number
  /** Reads that asked for a strongly consistent answer. */
  readonly strongReads: number
  /** Puts and deletes inside BatchWriteItem. */
  readonly batched: number
}

export interface Wire {
  readonly endpoint: string
  /** The traffic since the last call. */
  take(): Traffic
  close(): Promise<void>
}

const READS = new Set(['GetItem', 'Query', 'Scan', 'BatchGetItem'])

/** A proxy between a client and the engine that requests the consumed capacity of every call and counts it. */
export async function startWire(engine: string): Promise<Wire> {
  const { hostname, port } = new URL(engine)
  const agent = new Agent({ keepAlive: true, timeout: 1000 })
  let seen = nothing()
  const server = createServer(async (request, response) => {
    try {
      await pass(request, response)
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = seen
      seen = nothing()
      return taken
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
        agent.destroy()
      }),
  }

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    const input = JSON.parse(await textOf(request))
    const body = JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' })
    const headers = { ...request.headers, 'content-length': Buffer.byteLength(body) }
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = onward({ hostname, port, method: 'POST', path: '/', agent, headers }, resolve)
      call.on('error', reject)
      call.end(body)
    })
    const text = await textOf(answer)
    count(operation, input, JSON.parse(text))
    const type = answer.headers['content-type'] ?? 'application/x-amz-json-1.0'
    response.writeHead(answer.statusCode ?? 500, { 'content-type': type }).end(text)
  }

  function count(operation: string, input: Input, { ConsumedCapacity = [] }: Output): void {
    const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0)
    const isRead = READS.has(operation)
    seen.calls[operation] = (seen.calls[operation] ?? 0) + 1
    seen.readUnits += isRead ? units : 0
    seen.writeUnits += isRead ? 0 : units
    seen.strongReads += isRead && input.ConsistentRead === true ? 1 : 0
    seen.batched += Object.values(input.RequestItems ?? {}).flat().length
  }
}

interface Input {
  readonly ConsistentRead?: boolean
  readonly RequestItems?: Readonly<Record<string, readonly unknown[]>>
}

interface Output {
  readonly ConsumedCapacity?: { CapacityUnits: number } | { CapacityUnits: number }[]
}

type Counting = { -readonly [Name in keyof Traffic]: Traffic[Name] } & { calls: Record<string, number> }

const nothing = (): Counting => ({ calls: {}, readUnits: 0, writeUnits: 0, strongReads: 0, batched: 0 })

async function textOf(stream: IncomingMessage): Promise<string> {
  let text = ''
  stream.setEncoding('utf8')
  for await (const chunk of stream) text += chunk
  return text
}
