import { pathToFileURL } from 'node:url'
import { parentPort } from 'node:worker_threads'
import type { Bundle } from './bundle.ts'
import type { WatchedCall } from './watched-calls.ts'

/**
 * The order to one execution environment, a thread or a process: it handles one event at a time and keeps its imports.
 * It starts with an empty environment; each order brings the environment of its function.
 */
export type Order = {
  bundle: Bundle
  environment: Record<string, string>
  lambdaName: string
  memoryMB: number
  timeoutMs: number
  requestId: string
  /** JSON. */
  event: string
  /** Reply with the calls to DynamoDB. */
  watch?: boolean
}

export type Reply =
  | { kind: 'ready' }
  /** The function is imported and its timeout starts. */
  | { kind: 'started' }
  | { kind: 'result'; payload: string; calls?: WatchedCall[] }
  | { kind: 'error'; error: FunctionError; calls?: WatchedCall[] }
  /** The last message of a worker before it exits. */
  | { kind: 'crash'; error: FunctionError }

export type FunctionError = { errorType: string; errorMessage: string; stack?: string[] }

type Handler = (event: unknown, context: Record<string, unknown>) => unknown

/** Lambda's limit for the result of a function. */
const PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024

const instance = crypto.randomUUID().replaceAll('-', '')

async function execute(order: Order): Promise<void> {
  process.env = { ...order.environment }
  // A failed import ends the worker: Node evaluates a module only once, so a retry needs a new worker.
  const handler = await importHandler(order.bundle)
  const deadline = Date.now() + order.timeoutMs
  const endWatch = order.watch ? (await import('./watched-calls.ts')).watchCalls() : undefined
  const watched = () => (endWatch ? { calls: endWatch() } : {})
  reply({ kind: 'started' })
  try {
    const payload = JSON.stringify(await handler(JSON.parse(order.event), createContext(order, deadline))) ?? 'null'
    if (Buffer.byteLength(payload) > PAYLOAD_LIMIT_BYTES)
      throw new RangeError('The response exceeds 6 MB, the limit of Lambda.')
    reply({ kind: 'result', payload, ...watched() })
  } catch (error) {
    reply({ kind: 'error', error: describeError(error), ...watched() })
  }
}

/** Imports a bundle; Node caches it. */
async function importHandler({ file, exportName }: Bundle): Promise<Handler> {
  const module: Record<string, Record<string, unknown> | undefined> = await import(pathToFileURL(file).href)
  const exported = module['module.exports'] ?? module // Node's name for the exports of CommonJS
  const handler: unknown = exported[exportName] ?? module.default?.[exportName] // a CommonJS file in a bundle of ES modules
  if (typeof handler !== 'function') throw new TypeError(`The handler ${exportName} is not a function.`)
  if (handler.length >= 3)
    throw new TypeError(
      `The handler ${exportName} takes a callback, which nodejs24.x does not support: return a promise.`,
    )
  return handler as Handler
}

function createContext(order: Order, deadline: number): Record<string, unknown> {
  const { lambdaName, memoryMB, requestId } = order
  return {
    functionName: lambdaName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${lambdaName}`,
    memoryLimitInMB: String(memoryMB),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${lambdaName}`,
    logStreamName: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${instance}`,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
}

/** The report of Lambda for any thrown value. */
function describeError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown) }
  const { name, message, stack } = thrown
  return { errorType: name, errorMessage: message, ...(stack !== undefined && { stack: stack.split('\n') }) }
}

/** A thread replies by its port, a process by its channel. */
const reply = (message: Reply) => (parentPort ? parentPort.postMessage(message) : process.send?.(message))

// Also handles unhandled rejections.
process.on('uncaughtException', (error) => {
  reply({ kind: 'crash', error: describeError(error) })
  process.exit(1)
})
if (parentPort) parentPort.on('message', execute)
else {
  process.on('message', (order) => execute(order as Order))
  process.on('disconnect', () => process.exit()) // the pool has exited
}
reply({ kind: 'ready' })
