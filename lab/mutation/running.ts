import { AsyncLocalStorage } from 'node:async_hooks'
import { format } from 'node:util'
import { vi } from 'vitest'
import type { Order } from '../../local/worker.ts'
import type { Listeners, WorkerHandle } from '../../local/worker-handle.ts'

// In the place of `local/worker-handle.ts`, so that Stryker sees what the functions run: they are imported into the process of
// the test instead of a thread each. Modules are shared by functions of the same settings, and by no others.

type Handler = (event: unknown, context: Record<string, unknown>) => unknown

/** What only some functions of a service are given, and read while they are imported. */
const OWN_SETTING = /^(AWS_LAMBDA_|PASSWORD_|ORIGIN_VERIFY|CLIENT_IP)/

const handlers = new Map<string, Promise<Handler>>()
const before = { ...process.env }
let present: string | undefined
let last: Promise<unknown> = Promise.resolve()

const printing = new AsyncLocalStorage<Listeners['line']>()
for (const name of ['log', 'error'] as const) {
  const print = console[name].bind(console)
  console[name] = (...parts) => {
    const line = printing.getStore()
    if (line) for (const text of format(...parts).split('\n')) line(text)
    else print(...parts)
  }
}

export function startThread(_: number, on: Listeners): WorkerHandle {
  let isAlive = true
  setImmediate(() => isAlive && on.reply({ kind: 'ready' }))
  const tell: Listeners['reply'] = (reply) => isAlive && on.reply(reply)
  return {
    send: (order) => void printing.run(on.line, () => execute(order, tell)),
    async kill() {
      isAlive = false
      on.exit('killed')
    },
  }
}

export function startProcess(): WorkerHandle {
  throw new Error('no process has mutants in it')
}

async function execute(order: Order, tell: Listeners['reply']): Promise<void> {
  try {
    const handler = await handlerOf(order)
    tell({ kind: 'started' })
    const context = {
      functionName: order.lambdaName,
      awsRequestId: order.requestId,
      memoryLimitInMB: String(order.memoryMB),
      getRemainingTimeInMillis: () => order.timeoutMs,
    }
    tell({ kind: 'result', payload: JSON.stringify(await handler(JSON.parse(order.event), context)) ?? 'null' })
  } catch (error) {
    const { name, message, stack = '' } = error as Error
    tell({ kind: 'error', error: { errorType: name, errorMessage: message, stack: stack.split('\n') } })
  }
}

/** One import at a time: modules read the one environment there is. */
function handlerOf({ bundle: { file, exportName }, environment }: Order): Promise<Handler> {
  const key = JSON.stringify([file, environment])
  const known = handlers.get(key)
  if (known) return known
  const shared = JSON.stringify(Object.entries(environment).filter(([name]) => !OWN_SETTING.test(name)))
  const handler = last.then(async () => {
    if (present !== shared) vi.resetModules()
    present = shared
    process.env = { ...before, ...environment }
    return (await import(file))[exportName] as Handler
  })
  last = handler.catch(() => {})
  handlers.set(key, handler)
  return handler
}
