import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Order, Reply } from './worker.ts'

/** A worker of the pool: a thread or a process. */
export type WorkerHandle = {
  /** Set for a process. */
  pid?: number | undefined
  send(order: Order): void
  /** Resolves when the worker has exited. */
  kill(): Promise<unknown>
}

export type Listeners = { reply(message: Reply): void; exit(reason: string): void; line(text: string): void }

/** Of its sources, or of what is built of them. */
const WORKER = new URL(`./worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url)

/** Workers share Node's compile cache, if set; functions do not see the variable. */
const { NODE_COMPILE_CACHE } = process.env
const COMPILE_CACHE = NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}

export function startThread(memoryMB: number, on: Listeners): WorkerHandle {
  const worker = new Worker(WORKER, {
    env: COMPILE_CACHE,
    argv: [],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMB },
    stdout: true,
    stderr: true,
  })
  readLines([worker.stdout, worker.stderr], on)
  let reason: string | undefined
  worker.on('message', on.reply)
  worker.on('error', (error) => {
    reason = String(error)
  })
  worker.on('exit', (code) => on.exit(reason ?? `exit status ${code}`))
  return { send: (order) => worker.postMessage(order), kill: () => worker.terminate() }
}

export function startProcess(memoryMB: number, on: Listeners, nodeOptions: readonly string[] = []): WorkerHandle {
  const child = fork(WORKER, [], {
    env: COMPILE_CACHE,
    execArgv: [`--max-old-space-size=${memoryMB}`, ...nodeOptions],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  readLines([child.stdout, child.stderr], on)
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      on.exit(signal ?? `exit status ${code}`)
      resolve()
    })
  })
  child.on('message', (message) => on.reply(message as Reply))
  child.on('error', () => {}) // an order to a worker that has just exited; the exit event handles it
  const kill = () => {
    child.kill('SIGKILL')
    return exited
  }
  return { pid: child.pid, send: (order) => child.send(order, () => {}), kill }
}

function readLines(inputs: (Readable | null)[], { line }: Listeners): void {
  for (const input of inputs) if (input) createInterface({ input }).on('line', line)
}
