import { availableParallelism } from 'node:os'
import type { WatchedCall } from './watched-calls.ts'
import type { FunctionError, Order, Reply } from './worker.ts'
import { type Listeners, startProcess, startThread, type WorkerHandle } from './worker-handle.ts'

/**
 * A bounded pool of workers in two lanes, so that password hashing (heavy) never delays a check (light). Each worker
 * handles one event at a time and runs any function of its lane.
 */
export type Pool = {
  invoke(order: Order, lane: Lane): Promise<Outcome>
  /** Starts all workers of the light lane. */
  warm(): Promise<void>
  /** Replaces the workers, each after its current event, so that none keeps what it has imported. */
  renew(): void
  /** Process ids of the active workers, of both lanes or of one; threads have none. */
  pids(lane?: Lane): number[]
  close(): Promise<void>
}

export type Lane = 'heavy' | 'light'

export type Outcome =
  | { kind: 'result'; payload: string; calls?: WatchedCall[] }
  | { kind: 'error'; error: FunctionError; calls?: WatchedCall[] }
  | { kind: 'timeout'; afterMs: number }
  | { kind: 'throttled' }

export type PoolOptions = {
  /** Maximum number of workers of each lane. */
  heavy?: number
  light?: number
  /** Maximum number of waiting events of a lane; a further event is throttled. */
  queue?: number
  /** Processes share nothing and can be killed one by one; threads (default) start faster. */
  workers?: 'threads' | 'processes'
  /** Extra Node options for the n-th process, for example another clock. */
  nodeOptions?: (index: number) => readonly string[]
  /** JavaScript heap of a worker. */
  memoryMB?: number
  /** Receives the output of functions, line by line. */
  log?: (line: string) => void
}

/** API Gateway's limit for an HTTP API, whatever the timeout of the function. */
const GATEWAY_TIMEOUT_MS = 30_000
/** Lambda's limit for the import of a function, before its timeout starts. */
const IMPORT_TIMEOUT_MS = 10_000

export function createPool(options: PoolOptions = {}): Pool {
  const { queue = 1_000, memoryMB = 512, log = console.log } = options
  // Hashing uses only the processor, so more threads than cores are of no use. One core stays free for the light lane,
  // but there are at least two heavy workers: on a small machine the scheduler shares the cores.
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
    renew: () => {
      lanes.heavy.renew()
      lanes.light.renew()
    },
    pids: (lane) => (lane ? lanes[lane].pids() : [...lanes.heavy.pids(), ...lanes.light.pids()]),
    close: async () => {
      await Promise.all([lanes.heavy.close(), lanes.light.close()])
    },
  }
}

type Task = { order: Order; settle(outcome: Outcome): void }

type Member = {
  worker: WorkerHandle
  task?: Task | undefined
  timer?: NodeJS.Timeout | undefined
  /** Gets no further events, but counts until it has exited. */
  retired: boolean
  /** Retires after its current event. */
  outdated?: boolean
  ready: PromiseWithResolvers<void>
}

function createLane(size: number, queueLimit: number, start: (on: Omit<Listeners, 'line'>) => WorkerHandle) {
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
      arm(member, IMPORT_TIMEOUT_MS)
      member.worker.send(task.order)
    }
  }

  function add(): Member {
    const ready = Promise.withResolvers<void>()
    ready.promise.catch(() => {}) // only warm() handles it
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
    else if (message.kind === 'started') arm(member, Math.min(member.task?.order.timeoutMs ?? 0, GATEWAY_TIMEOUT_MS))
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
    if (member.outdated && !member.retired) retire(member)
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
    renew() {
      for (const member of members) {
        if (member.task) member.outdated = true
        else retire(member)
      }
    },
    pids: () => [...members].flatMap(({ worker, retired }) => (retired ? [] : (worker.pid ?? []))),
    async close() {
      closed = true
      for (const { settle } of waiting.splice(0)) settle({ kind: 'throttled' })
      await Promise.all([...members].map(retire))
    },
  }
}
