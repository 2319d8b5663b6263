import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { SigningCredentials } from '../../lib/dynamodb/signature.ts'
import { rfc3339 } from '../../lib/instant.ts'
import { guardEngine } from '../engine-guard.ts'

/** An event as EventBridge delivers it to a target. */
export interface DeliveredEvent {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': string
  readonly source: string
  readonly account: string
  readonly time: string
  readonly region: string
  readonly resources: readonly string[]
  readonly detail: unknown
}

export interface EventBridgeOptions {
  /** Calls must be signed with these. */
  readonly credentials: SigningCredentials
  readonly region: string
  /** A URL that receives each event. */
  readonly url?: string | undefined
  /** Receives a line for each event. */
  readonly show?: (line: string) => void
  /** Receives what could not be delivered. */
  readonly log: (line: string) => void
  /** Before another try. */
  readonly retryMs?: number
}

/** A local stand-in for EventBridge: PutEvents, one bus, and delivery to a URL and to functions. */
export interface EventBridge {
  readonly endpoint: string
  /** Where events go besides the URL. */
  deliverTo(target: (event: DeliveredEvent) => Promise<void>): void
  close(): Promise<void>
}

const TRIES = 3
const RETRY_MS = 1_000
const DELIVERY_TIMEOUT_MS = 5_000 // of an API destination

interface Entry {
  readonly Source: string
  readonly DetailType: string
  readonly Detail: string
  readonly Time?: number
}

/** Starts it on a port of this machine alone; web pages and other users of the machine cannot reach it. */
export async function startEventBridge(options: EventBridgeOptions): Promise<EventBridge> {
  const { credentials, region, url, show = () => {}, log, retryMs = RETRY_MS } = options
  const ending = new AbortController()
  let target: ((event: DeliveredEvent) => Promise<void>) | undefined

  function accept({ Source, DetailType, Detail, Time }: Entry) {
    const detail = JSON.parse(Detail)
    const time = rfc3339(Time ?? Math.floor(Date.now() / 1000))
    const id = randomUUID()
    const account = '000000000000'
    const kept = { version: '0', id, 'detail-type': DetailType, source: Source, account, time } as const
    const event: DeliveredEvent = { ...kept, region, resources: [], detail }
    show(`EVENT ${DetailType} ${JSON.stringify(detail)}`)
    target?.(event).catch((error: Error) => log(`The event ${DetailType} reached no function: ${error.message}`))
    if (url) post(event, url).catch(() => {})
    return { EventId: id }
  }

  async function post(event: DeliveredEvent, to: string): Promise<void> {
    for (let tries = 1; !ending.signal.aborted; tries++) {
      const failure = await fetch(to, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(event),
        redirect: 'error',
        signal: AbortSignal.any([ending.signal, AbortSignal.timeout(DELIVERY_TIMEOUT_MS)]),
      }).then(
        async ({ body, ok, status }) => {
          await body?.cancel()
          return ok ? undefined : `status ${status}`
        },
        (error: Error) => error.message,
      )
      if (failure === undefined) return
      if (tries === TRIES) return log(`The event ${event['detail-type']} could not be sent to ${to}: ${failure}`)
      await pause(retryMs, undefined, { signal: ending.signal }).catch(() => {})
    }
  }

  const server = createServer(async (request, response) => {
    const entries = await readEntries(request)
    if (!entries) return answer(response, 400, { __type: 'ValidationException', message: 'Only PutEvents is known.' })
    answer(response, 200, { FailedEntryCount: 0, Entries: entries.map(accept) })
  })
  guardEngine(server, credentials)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliverTo(next) {
      target = next
    },
    close: () =>
      new Promise((resolve) => {
        ending.abort()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The entries of a PutEvents request; `undefined` for any other request. */
async function readEntries(request: IncomingMessage): Promise<Entry[] | undefined> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents') return undefined
  try {
    const { Entries } = JSON.parse(Buffer.concat(chunks).toString())
    const isRight = (entry: Partial<Entry>) => entry.Source && entry.DetailType && typeof JSON.parse(entry.Detail ?? '')
    return Array.isArray(Entries) && Entries.every(isRight) ? Entries : undefined
  } catch {
    return undefined
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
}
