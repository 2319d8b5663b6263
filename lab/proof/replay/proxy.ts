import { Agent, createServer, request as forward, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What became of a call: made, or refused by its condition. */
export type Made = 'done' | 'refused'

/** One call that waits to be let through; it may be none of the datastore, and then has no table. */
export interface Call {
  readonly operation: string
  /** `sessions`, `users` or `attempts`. */
  readonly table: string
  readonly input: Input
  /** 1 for the first try, more for a repeat by the SDK. */
  readonly attempt: number
  /** Makes it, and answers with what `changed` makes of the engine's answer. */
  pass(changed?: (body: string) => string): Promise<Made>
  /** Makes it, and resets the connection. */
  lose(): Promise<Made>
  /** Resets the connection; the function that is returned makes it, whenever that is. */
  delay(): () => Promise<Made>
}

/** As much of a request as the schedules tell calls apart by. */
export interface Input {
  readonly TableName?: string
  readonly RequestItems?: Readonly<Record<string, unknown>>
  readonly Key?: Readonly<Record<string, { readonly S: string }>>
  readonly Item?: Readonly<Record<string, { readonly S: string }>>
  readonly UpdateExpression?: string
  readonly ConsistentRead?: boolean
}

/** One actor's way to the engine. */
export interface Door {
  readonly endpoint: string
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Stands between one actor's SDK and an engine, and holds every call up until somebody lets it through. */
export async function openDoor(engine: string, onCall: (call: Call) => void): Promise<Door> {
  const { hostname, port: enginePort } = new URL(engine)
  const agent = new Agent({ keepAlive: true })
  const server = createServer(async (request, response) => {
    const body = await bytesOf(request)
    const make = () => engineAnswer(request, body)
    const reset = () => response.socket?.resetAndDestroy()
    onCall({
      ...described(request, body),
      async pass(changed) {
        const answer = await make()
        const { status, headers, body } = changed ? changedAnswer(answer, changed) : answer
        response.writeHead(status, headers)
        response.end(body)
        return madeOf(answer)
      },
      async lose() {
        const made = madeOf(await make())
        reset()
        return made
      },
      delay() {
        reset()
        return async () => madeOf(await make())
      },
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      agent.destroy()
      return closed
    },
  }

  function engineAnswer({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const onward = forward({ hostname, port: enginePort, method, path: url, headers, agent }, (answered) => {
        const { statusCode: status = 500, headers } = answered
        bytesOf(answered).then((body) => resolve({ status, headers, body }), reject)
      })
      onward.on('error', reject)
      onward.end(body)
    })
  }
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function described({ headers }: IncomingMessage, body: Buffer) {
  const input: Input = JSON.parse(body.toString())
  const table = input.TableName ?? Object.keys(input.RequestItems ?? {})[0] ?? ''
  return {
    operation: String(headers['x-amz-target']).split('.')[1] ?? '',
    table: table.slice(table.lastIndexOf('-') + 1),
    input,
    attempt: Number(/attempt=(\d+)/.exec(String(headers['amz-sdk-request']))?.[1] ?? 1),
  }
}

/** @throws Error for any other answer: an engine that fails shows nothing of a schedule. */
function madeOf({ status, body }: Answer): Made {
  if (status === 200) return 'done'
  const text = body.toString()
  if (text.includes('ConditionalCheckFailedException')) return 'refused'
  throw new Error(`The engine answered ${status}: ${text}`)
}

/** With the engine's own headers but for the checksum, which would give the change away. */
function changedAnswer({ status, headers, body }: Answer, changed: (body: string) => string): Answer {
  const { 'x-amz-crc32': _, ...kept } = headers
  const other = Buffer.from(changed(body.toString()))
  return { status, headers: { ...kept, 'content-length': String(other.length) }, body: other }
}
