import { pathToFileURL } from 'node:url'
import { parentPort } from 'node:worker_threads'
import type { Bundle } from './bundle.ts'

/**
 * One execution environment of Lambda, as a thread or a process: it gets one event at a time and keeps what it has imported.
 * It starts with an empty environment; what a function may know of the machine comes with each order.
 */
export type Order = {
  bundle: Bundle
  environment: Record<string, string>
  lambdaName: string
  memoryMB: number
  timeoutMs: number
  requestId: string
  /** JSON, as Lambda gets it. */
  event: string
}

export type Reply =
  | { kind: 'ready' }
  /** The function is imported and its time begins. */
  | { kind: 'started' }
  | { kind: 'result'; payload: string }
  | { kind: 'error'; error: FunctionError }
  /** The last word of a worker: it ends now. */
  | { kind: 'crash'; error: FunctionError }

export type FunctionError = { errorType: string; errorMessage: string; stack?: string[] }

type Handler = (event: unknown, context: Record<string, unknown>) => unknown

/** Lambda's limit for what a function may return. */
const payloadLimit = 6 * 1024 * 1024

const instance = crypto.randomUUID().replaceAll('-', '')

async function execute(order: Order): Promise<void> {
  process.env = { ...order.environment }
  // An import that fails ends the worker: Node never evaluates a module twice, so only a new worker can try again.
  const handler = await importHandler(order.bundle)
  const deadline = Date.now() + order.timeoutMs
  reply({ kind: 'started' })
  try {
    const payload = JSON.stringify(await handler(JSON.parse(order.event), createContext(order, deadline))) ?? 'null'
    if (Buffer.byteLength(payload) > payloadLimit)
      throw new RangeError('The response exceeds the 6 MB Lambda may return.')
    reply({ kind: 'result', payload })
  } catch (error) {
    reply({ kind: 'error', error: describeError(error) })
  }
}

/** Imports a bundle the first time; after that Node has it. */
async function importHandler({ file, exportName }: Bundle): Promise<Handler> {
  const module: Record<string, Record<string, unknown>> = await import(pathToFileURL(file).href)
  const handler: unknown = (module['module.exports'] ?? module)[exportName] // the former is Node's name for CommonJS
  if (typeof handler !== 'function') throw new TypeError(`The handler ${exportName} is not a function.`)
  if (handler.length >= 3)
    throw new TypeError(`The handler ${exportName} takes a callback, which nodejs24.x no longer has.`)
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

/** As Lambda reports an error; whatever may have been thrown. */
function describeError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown) }
  const { name, message, stack } = thrown
  return { errorType: name, errorMessage: message, ...(stack !== undefined && { stack: stack.split('\n') }) }
}

/** A process is told by its own channel, a thread by its port. */
const reply = (message: Reply) => (parentPort ? parentPort.postMessage(message) : process.send?.(message))

// Unhandled rejections come here too.
process.on('uncaughtException', (error) => {
  reply({ kind: 'crash', error: describeError(error) })
  process.exit(1)
})
if (parentPort) parentPort.on('message', execute)
else {
  process.on('message', (order) => execute(order as Order))
  process.on('disconnect', () => process.exit()) // whoever gave the orders is gone
}
reply({ kind: 'ready' })
