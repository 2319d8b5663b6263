import { readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { Writable } from 'node:stream'
import { format } from 'node:util'
import { Script } from 'node:vm'
import type { Order } from '../../../local/worker.ts'
import { type EngineRequest, pastProxy } from '../proxy.ts'

// Runs functions from their bundles.

export type LambdaHandler = (event: unknown, context: Record<string, unknown>) => unknown

export interface Handlers {
  handlerOf(order: Order): LambdaHandler | Promise<LambdaHandler>
  /** Evaluates the functions that were used anew when they are used again. */
  forget(): void
}

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

const handlers = new Map<string, LambdaHandler>()

export function createHandlers(line: (text: string) => void): Handlers {
  const used = new Set<string>()
  return {
    handlerOf({ bundle: { file, exportName }, environment }) {
      const key = JSON.stringify([file, environment])
      used.add(key)
      const handler = handlers.get(key) ?? evaluate(realpathSync(file), environment, line)[exportName]
      if (!handler) throw new TypeError(`${file} exports no ${exportName}.`)
      handlers.set(key, handler)
      return handler
    },
    forget() {
      for (const key of used) handlers.delete(key)
    },
  }
}

/** Evaluates a CommonJS bundle that sees only its own environment and prints only to its own log. */
function evaluate(
  file: string,
  environment: Record<string, string>,
  line: (text: string) => void,
): Record<string, LambdaHandler> {
  const script = scripts.get(file) ?? compile(file)
  scripts.set(file, script)
  const module = { exports: {} }
  const print = (...parts: unknown[]) => {
    for (const text of format(...parts).split('\n')) line(text)
  }
  const stdout = new Writable({
    write(chunk, _, done) {
      print(String(chunk).trimEnd())
      done()
    },
  })
  const isPatient = Number(environment.DATASTORE_TIMEOUT_MS) >= PATIENT_FROM_MS
  const globals = {
    exports: module.exports,
    require: requireModule,
    module,
    process: Object.create(process, { env: { value: { ...environment } }, stdout: { value: stdout } }),
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
