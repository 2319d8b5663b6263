import { AsyncLocalStorage } from 'node:async_hooks'
import { format } from 'node:util'
import { vi } from 'vitest'
import type { Order } from '../../local/worker.ts'
import type { Handlers, LambdaHandler } from '../../tests/support/in-process/handlers.ts'

// Replaces `tests/support/in-process/handlers.ts`, so that Stryker sees the code that the functions run: they are imported
// into the process of the test. Functions with the same settings share their modules.

/** Settings that only some functions receive, and that are read while a function is imported. */
const OWN_SETTING = /^(AWS_LAMBDA_|PASSWORD_|ORIGIN_VERIFY|CLIENT_IP)/

const handlers = new Map<string, Promise<LambdaHandler>>()
const before = { ...process.env }
let present: string | undefined
let last: Promise<unknown> = Promise.resolve()

const printing = new AsyncLocalStorage<(text: string) => void>()
for (const name of ['log', 'error'] as const) {
  const print = console[name].bind(console)
  console[name] = (...parts) => {
    const line = printing.getStore()
    if (line) for (const text of format(...parts).split('\n')) line(text)
    else print(...parts)
  }
}

export function createHandlers(line: (text: string) => void): Handlers {
  return {
    async handlerOf(order) {
      const handler = await printing.run(line, () => importHandler(order))
      return (event, context) => printing.run(line, () => handler(event, context))
    },
    forget() {},
  }
}

/** One import at a time: modules read the environment of the process. */
function importHandler({ bundle: { file, exportName }, environment }: Order): Promise<LambdaHandler> {
  const key = JSON.stringify([file, environment])
  const known = handlers.get(key)
  if (known) return known
  const shared = JSON.stringify(Object.entries(environment).filter(([name]) => !OWN_SETTING.test(name)))
  const handler = last.then(async () => {
    if (present !== shared) vi.resetModules()
    present = shared
    process.env = { ...before, ...environment }
    return (await import(file))[exportName] as LambdaHandler
  })
  last = handler.catch(() => {})
  handlers.set(key, handler)
  return handler
}
