import { availableParallelism } from 'node:os'
import { type Listeners, type Running, startProcess, startThread } from './running.ts'
import type { FunctionError, Order, Reply } from './worker.ts'

/**
 * A bounded pool of workers, each with one event at a time, in two lanes: what is heavy (bcrypt) never makes a check wait.
 * Within its lane a worker runs any function.
 */
export type Pool = {
  invoke(order: Order, lane: Lane): Promise<Outcome>
  /** Resolves when the whole light lane is up. */
  warm(): Promise<void>
  /** Of the workers that are processes and at work or ready for it, in both lanes or in this one. */
  pids(lane?: Lane): number[]
  close(): Promise<void>
}

export type Lane = 'heavy' | 'light'

export type Outcome =
  | { kind: 'result'; payload: string }
  | { kind: 'error'; error: FunctionError }
  | { kind: 'timeout'; afterMs: number }
  | { kind: 'throttled' }

export type PoolOptions = {
  /** The most workers of a lane. */
  heavy?: number
  light?: number
  /** How many events may wait in a lane; one more is throttled. */
  queue?: number
  /** Processes can be killed one by one, and share nothing at all; threads, the default, start faster. */
  workers?: 'threads' | 'processes'
  /** What Node is told besides for the n-th process: each worker of Lambda has a machine, and a clock, of its own. */
  nodeOptions?: (index: number) => readonly string[]
  /** The JavaScript heap of a worker. */
  memoryMB?: number
  /** Gets what functions print, a line at a time. */
  log?: (line: string) => void
}

/** An HTTP API waits no longer, whatever the function's own timeout. */
const gatewayTimeoutMs = 30_000
/** What Lambda grants to the import of a function, before its own time begins. */
const importTimeoutMs = 10_000

export function createPool(options: PoolOptions = {}): Pool {
  const { queue = 1_000, memoryMB = 512, log = console.log } = options
  // A hash is nothing but processor time: more threads than cores would only take turns. One core is left to the rest,
  // but never less than two: on a small machine the light lane gets its share from the scheduler anyway.
  const { heavy = Math.max(2, availableParallelism() - 1), light = 2 } = options
  let started = 0
  const start = (on: Omit<Listeners, 'line'>) => {
    const listeners = { ...on, line: log }
    if (options.workers !== 'processes') return startThread(memoryMB, listeners)
    return startProcess(memoryMB, listeners, options.nodeOptions?.(started++))
  }
  const lanes = { heavy: createLane(heavy, queue, start), light: createLane(light, queue, start) }
  return {
    invoke: (order, lane) => lanes[lane].invoke(order),
    warm: () => lanes.light.warm(),
    pids: (lane) => (lane ? lanes[lane].pids() : [...lanes.heavy.pids(), ...lanes.light.pids()]),
    close: async () => {
      await Promise.all([lanes.heavy.close(), lanes.light.close()])
    },
  }
}

type Task = { order: Order; settle(outcome: Outcome): void }

type Member = {
  worker: Running
  task?: Task | undefined
  timer?: NodeJS.Timeout | undefined
  /** Told to end, or ending by itself: gets nothing more, but counts until it is gone. */
  retired: boolean
  ready: PromiseWithResolvers<void>
}

function createLane(size: number, queueLimit: number, start: (on: Omit<Listeners, 'line'>) => Running) {
  const members = new Set<Member>()
  const waiting: Task[] = []
  let closed = false

  function pump() {
    while (waiting.length > 0 && !closed) {
      const member =
        [...members].find(({ task, retired }) => !task && !retired) ?? (members.size < size ? add() : undefined)
      const task = member && waiting.shift()
      if (!task) return
      member.task = task
      arm(member, importTimeoutMs)
      member.worker.send(task.order)
    }
  }

  function add(): Member {
    const ready = Promise.withResolvers<void>()
    ready.promise.catch(() => {}) // of interest to warm() only
    const worker = start({
      reply: (message) => receive(member, message),
      exit: (reason) => {
        members.delete(member)
        ready.reject(new Error(`A worker could not start: ${reason}`))
        finish(member, { kind: 'error', error: { errorType: 'Runtime.ExitError', errorMessage: reason } })
      },
    })
    const member: Member = { worker, ready, retired: false }
    members.add(member)
    return member
  }

  function receive(member: Member, message: Reply) {
    if (message.kind === 'ready') member.ready.resolve()
    else if (message.kind === 'started') arm(member, Math.min(member.task?.order.timeoutMs ?? 0, gatewayTimeoutMs))
    else if (message.kind === 'crash') {
      member.retired = true
      finish(member, { kind: 'error', error: message.error })
    } else finish(member, message)
  }

  function arm(member: Member, ms: number) {
    clearTimeout(member.timer)
    if (member.retired) return
    member.timer = setTimeout(() => {
      retire(member)
      finish(member, { kind: 'timeout', afterMs: ms })
    }, ms)
  }

  function finish(member: Member, outcome: Outcome) {
    clearTimeout(member.timer)
    member.task?.settle(outcome)
    member.task = undefined
    pump()
  }

  function retire(member: Member): Promise<unknown> {
    member.retired = true
    return member.worker.kill()
  }

  return {
    invoke(order: Order): Promise<Outcome> {
      if (closed || waiting.length >= queueLimit) return Promise.resolve({ kind: 'throttled' })
      return new Promise((settle) => {
        waiting.push({ order, settle })
        pump()
      })
    },
    async warm() {
      while (members.size < size) add()
      await Promise.all([...members].map(({ ready }) => ready.promise))
    },
    pids: () => [...members].flatMap(({ worker, retired }) => (retired ? [] : (worker.pid ?? []))),
    async close() {
      closed = true
      for (const { settle } of waiting.splice(0)) settle({ kind: 'throttled' })
      await Promise.all([...members].map(retire))
    },
  }
}
