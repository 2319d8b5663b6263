import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'

/** A call to DynamoDB that a function has made, as it went over the wire: one for each attempt. */
export type WatchedCall = {
  operation: string
  /** The tables of the call, without the part that all names of a stage have in common. */
  tables: string
  isConsistent: boolean
  /** Consumed units, of reads or of writes. */
  units: number
  milliseconds: number
  /** The error of DynamoDB, or `no response`. */
  error?: string
}

let current: WatchedCall[] | undefined
let isSubscribed = false

/**
 * Records the calls of this thread until the returned function is called. It sees them through Node's own diagnostics,
 * so the functions run as they do without it.
 */
export function watchCalls(): () => WatchedCall[] {
  if (!isSubscribed) subscribeOnce()
  const calls: WatchedCall[] = []
  current = calls
  return () => {
    if (current === calls) current = undefined
    return calls
  }
}

const WRITES = /^(Put|Update|Delete|BatchWrite)/

/** Whether a call is a write. */
export const isWrite = ({ operation }: WatchedCall): boolean => WRITES.test(operation)

function subscribeOnce(): void {
  isSubscribed = true
  const ofRequest = new WeakMap<ClientRequest, { call: WatchedCall; finish: () => void }>()
  subscribe('http.client.request.created', (message) => {
    const { request } = message as { request: ClientRequest }
    const [, operation] = /^DynamoDB_\d+\.(\w+)$/.exec(String(request.getHeader('x-amz-target'))) ?? []
    if (!operation || !current) return
    const call: WatchedCall = {
      operation,
      tables: '',
      isConsistent: false,
      units: 0,
      milliseconds: 0,
      error: 'no response',
    }
    current.push(call)
    const began = performance.now()
    const finish = () => {
      call.milliseconds ||= performance.now() - began
    }
    ofRequest.set(request, { call, finish })
    request.once('close', finish) // without a response
    const end = request.end.bind(request) as (...parts: unknown[]) => ClientRequest
    request.end = (...parts: unknown[]) => {
      if (typeof parts[0] !== 'function') readInput(call, parts[0])
      return end(...parts)
    }
  })
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage }
    const watched = ofRequest.get(request)
    if (!watched) return
    let text = ''
    const push = response.push.bind(response)
    response.push = (chunk, encoding) => {
      if (chunk === null) {
        readOutput(watched.call, text)
        watched.finish()
      } else text += String(chunk)
      return push(chunk, encoding)
    }
  })
}

function readInput(call: WatchedCall, body: unknown): void {
  const { TableName, RequestItems, ConsistentRead } = parse(body instanceof Uint8Array ? Buffer.from(body) : body)
  const names = typeof TableName === 'string' ? [TableName] : Object.keys(RequestItems ?? {})
  call.tables = names.map((name) => name.replace(/^.*-/, '')).join(', ')
  const batch = Object.values(RequestItems ?? {}) as { ConsistentRead?: boolean }[]
  call.isConsistent = ConsistentRead === true || batch.some((each) => each.ConsistentRead === true)
}

function readOutput(call: WatchedCall, text: string): void {
  const { __type, ConsumedCapacity } = parse(text)
  const capacities = [ConsumedCapacity ?? []].flat() as { CapacityUnits?: number }[]
  call.units = capacities.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0)
  if (typeof __type === 'string') call.error = __type.replace(/^.*#/, '')
  else delete call.error
}

function parse(text: unknown): Record<string, unknown> {
  try {
    return JSON.parse(String(text)) ?? {}
  } catch {
    return {}
  }
}
