import { readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { format } from 'node:util'
import { Script } from 'node:vm'
import type { Order } from '../../../local/worker.ts'
import type { Listeners, WorkerHandle } from '../../../local/worker-handle.ts'
import { type EngineRequest, pastProxy } from '../proxy.ts'

// Replaces `local/worker-handle.ts` in the daily tier: functions run in the process of the test instead of in a thread each.
// Starting threads, and loading the SDK in each of them, is most of what a service costs a test run.

type LambdaHandler = (event: unknown, context: Record<string, unknown>) => unknown

/**
 * On a busy machine a request takes seconds, and only a test about deadlines may depend on how many: a service whose
 * `DATASTORE_TIMEOUT_MS` is at least this measures deadlines by a slower clock and waits longer
 * for a connection.
 */
const PATIENT_FROM_MS = 1000
const SLOWDOWN = 10

/** Code is compiled once a process, and evaluated once for each environment, as in a Lambda function of its own. */
const scripts = new Map<string, Script>()
const require = createRequire(resolve('package.json'))

export function startThread(_memoryMB: number, on: Listeners): WorkerHandle {
  let isAlive = true
  const used = new Set<string>()
  setImmediate(() => isAlive && on.reply({ kind: 'ready' }))
  return {
    send: (order) =>
      void execute(order, on, used).then((reply) => {
        if (isAlive) on.reply(reply)
      }),
    async kill() {
      isAlive = false
      for (const key of used) handlers.delete(key)
      on.exit('killed')
    },
  }
}

export function startProcess(): WorkerHandle {
  throw new Error('Functions that run in the process of the test have no process of their own.')
}

async function execute(order: Order, on: Listeners, used: Set<string>): Promise<Parameters<Listeners['reply']>[0]> {
  try {
    const handler = handlerOf(order, on, used)
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

const handlers = new Map<string, LambdaHandler>()

function handlerOf(
  { bundle: { file, exportName }, environment }: Order,
  on: Listeners,
  used: Set<string>,
): LambdaHandler {
  const key = JSON.stringify([file, environment])
  used.add(key)
  const handler = handlers.get(key) ?? evaluate(realpathSync(file), environment, on)[exportName]
  if (!handler) throw new TypeError(`${file} exports no ${exportName}.`)
  handlers.set(key, handler)
  return handler
}

/** Evaluates a CommonJS bundle that sees only its own environment and prints only to its own log. */
function evaluate(file: string, environment: Record<string, string>, on: Listeners): Record<string, LambdaHandler> {
  const script = scripts.get(file) ?? compile(file)
  scripts.set(file, script)
  const module = { exports: {} }
  const print = (...parts: unknown[]) => {
    for (const line of format(...parts).split('\n')) on.line(line)
  }
  const isPatient = Number(environment.DATASTORE_TIMEOUT_MS) >= PATIENT_FROM_MS
  const globals = {
    exports: module.exports,
    require: requireModule,
    module,
    process: Object.create(process, { env: { value: { ...environment } } }),
    console: { ...console, log: print, error: print },
    ...(isPatient ? SLOW_CLOCK : { performance, setTimeout }),
  }
  script.runInThisContext()(...NAMES.map((name) => globals[name]))
  return module.exports
}

const NAMES = ['exports', 'require', 'module', 'process', 'console', 'performance', 'setTimeout'] as const

const compile = (file: string) =>
  new Script(`(function (${NAMES.join(', ')}) {${readFileSync(file, 'utf8')}\n})`, { filename: file })

const SLOW_CLOCK = {
  performance: { now: () => performance.now() / SLOWDOWN },
  setTimeout: (act: () => void, ms: number) => setTimeout(act, ms * SLOWDOWN),
}

const SDK = '@aws-sdk/client-dynamodb'
let sdk: object | undefined

/** The one difference of a bundle's modules: its SDK talks to the engine itself where a proxy has nothing to spoil. */
function requireModule(name: string): unknown {
  if (name !== SDK) return require(name)
  sdk ??= withShortcut(require(SDK))
  return sdk
}

interface Handler {
  handle(request: EngineRequest, options: unknown): Promise<unknown>
}

function withShortcut(original: typeof import('@aws-sdk/client-dynamodb')): object {
  class Client extends original.DynamoDBClient {
    constructor({ requestHandler, ...config }: { requestHandler: { requestTimeout: number } }) {
      const isPatient = requestHandler.requestTimeout >= PATIENT_FROM_MS
      super({ ...config, requestHandler: { ...requestHandler, ...(isPatient && { connectionTimeout: 10_000 }) } })
      const handler = this.config.requestHandler as unknown as Handler
      const handle = handler.handle.bind(handler)
      handler.handle = (request, options) => handle(pastProxy(request), options)
    }
  }
  return { ...original, DynamoDBClient: Client }
}
