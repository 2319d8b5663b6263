import { AsyncLocalStorage } from 'node:async_hooks'
import { format } from 'node:util'
import { vi } from 'vitest'
import type { Order } from '../../local/worker.ts'
import type { Listeners, WorkerHandle } from '../../local/worker-handle.ts'

// Replaces `local/worker-handle.ts`, so that Stryker sees the code that the functions run: they are imported into the process
// of the test instead of a thread each. Functions with the same settings share their modules.

type Handler = (event: unknown, context: Record<string, unknown>) => unknown

/** Settings that only some functions receive, and that are read while a function is imported. */
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
  const reply: Listeners['reply'] = (message) => isAlive && on.reply(message)
  return {
    send: (order) => void printing.run(on.line, () => execute(order, reply)),
    async kill() {
      isAlive = false
      on.exit('killed')
    },
  }
}

export function startProcess(): WorkerHandle {
  throw new Error('Mutants run in the process of the test only: no separate process can be started.')
}

async function execute(order: Order, reply: Listeners['reply']): Promise<void> {
  try {
    const handler = await handlerOf(order)
    reply({ kind: 'started' })
    const context = {
      functionName: order.lambdaName,
      awsRequestId: order.requestId,
      memoryLimitInMB: String(order.memoryMB),
      getRemainingTimeInMillis: () => order.timeoutMs,
    }
    reply({ kind: 'result', payload: JSON.stringify(await handler(JSON.parse(order.event), context)) ?? 'null' })
  } catch (error) {
    const { name, message, stack = '' } = error as Error
    reply({ kind: 'error', error: { errorType: name, errorMessage: message, stack: stack.split('\n') } })
  }
}

/** One import at a time: modules read the environment of the process. */
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
