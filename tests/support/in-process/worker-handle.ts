import type { Order } from '../../../local/worker.ts'
import type { Listeners, WorkerHandle } from '../../../local/worker-handle.ts'
import { createHandlers, type Handlers } from './handlers.ts'

// Replaces `local/worker-handle.ts` in the daily tier and for mutation tests: functions run in the process of the test
// instead of in a thread each. Starting threads, and loading the SDK in each of them, is most of what a service costs a
// test run. For mutation tests, `handlers.ts` is replaced by one that imports the source of the functions.

export function startThread(_memoryMB: number, on: Listeners): WorkerHandle {
  let isAlive = true
  const handlers = createHandlers(on.line)
  setImmediate(() => isAlive && on.reply({ kind: 'ready' }))
  return {
    send: (order) =>
      void execute(order, on, handlers).then((reply) => {
        if (isAlive) on.reply(reply)
      }),
    async kill() {
      isAlive = false
      handlers.forget()
      on.exit('killed')
    },
  }
}

export function startProcess(): WorkerHandle {
  throw new Error('Functions that run in the process of the test have no process of their own.')
}

async function execute(
  order: Order,
  on: Listeners,
  { handlerOf }: Handlers,
): Promise<Parameters<Listeners['reply']>[0]> {
  try {
    const handler = await handlerOf(order)
    on.reply({ kind: 'started' })
    const context = {
      functionName: order.lambdaName,
      awsRequestId: order.requestId,
      memoryLimitInMB: String(order.memoryMB),
      getRemainingTimeInMillis: () => order.timeoutMs,
    }
    return { kind: 'result', payload: JSON.stringify(await handler(JSON.parse(order.event), context)) ?? 'null' }
  } catch (error) {
    const { name, message, stack = '' } = error as Error
    return { kind: 'error', error: { errorType: name, errorMessage: message, stack: stack.split('\n') } }
  }
}
