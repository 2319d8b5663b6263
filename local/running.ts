import { fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { Worker } from 'node:worker_threads'
import type { Order, Reply } from './worker.ts'

/** A worker as the pool sees it, whatever it is. */
export type Running = {
  /** Of a process; a thread has none. */
  pid?: number | undefined
  send(order: Order): void
  /** Resolves when it is gone. */
  kill(): Promise<unknown>
}

export type Listeners = { reply(message: Reply): void; exit(reason: string): void; line(text: string): void }

const WORKER = new URL('./worker.ts', import.meta.url)

/** Each worker compiles the same code: Node's cache of it is kept, where one is named, and no function sees its name. */
const { NODE_COMPILE_CACHE } = process.env
const COMPILED = NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}

export function startThread(memoryMB: number, on: Listeners): Running {
  const worker = new Worker(WORKER, {
    env: COMPILED,
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

export function startProcess(memoryMB: number, on: Listeners, besides: readonly string[] = []): Running {
  const child = fork(WORKER, [], {
    env: COMPILED,
    execArgv: [`--max-old-space-size=${memoryMB}`, ...besides],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  readLines([child.stdout, child.stderr], on)
  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      on.exit(signal ?? `exit status ${code}`)
      resolve()
    })
  })
  child.on('message', (message) => on.reply(message as Reply))
  child.on('error', () => {}) // an order to one that has just ended; its exit is what counts
  const kill = () => {
    child.kill('SIGKILL')
    return gone
  }
  return { pid: child.pid, send: (order) => child.send(order, () => {}), kill }
}

function readLines(inputs: (Readable | null)[], { line }: Listeners): void {
  for (const input of inputs) if (input) createInterface({ input }).on('line', line)
}
