import { Agent, createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { corruptedAnswer, made, type ProxiedAnswer, send } from './answer.ts'
import { drawn, type Fault, REFUSALS, type Rule } from './faults.ts'
import { createStaleness } from './staleness.ts'
import { unprocessed } from './unprocessed.ts'

/** One call as it went over the wire. */
export interface ProxiedCall {
  readonly operation: string
  readonly table: string
  readonly consistent: boolean
  readonly condition: string | undefined
  /** 1 for the first try, more for a repeat by the SDK. */
  readonly attempt: number
  readonly fault: Fault | undefined
  readonly bytes: number
}

export interface FaultProxy {
  readonly endpoint: string
  /** Which calls meet which fault from now on; none at first. The first rule that fits counts. */
  rules: readonly Rule[]
  /** Told of each call before it is answered. */
  onCall: ((call: ProxiedCall) => void) | undefined
  /** Sees what the engine says to a call that meets no fault, and says what is sent on. */
  onAnswer: ((call: ProxiedCall, asked: string, answer: ProxiedAnswer) => ProxiedAnswer) | undefined
  /** As an engine that is not there: connections are refused until the promise's function is called. */
  refuse(): Promise<() => Promise<void>>
  close(): Promise<void>
}

/**
 * Stands between the SDK and an engine, and spoils calls by rules that can be changed while it runs. Which call of
 * those that fit a rule is spoilt follows from the seed and its turn alone. Without rules every byte goes through.
 */
export async function startFaultProxy(engine: string, seed: number): Promise<FaultProxy> {
  const { hostname, port: enginePort } = new URL(engine)
  const agent = new Agent({ keepAlive: true })
  const sockets = new Set<Socket>()
  const staleness = createStaleness()
  let turns = new Map<Rule, number>()
  let rules: readonly Rule[] = []
  let server = open()
  const port = await listen(0)

  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${port}`,
    get rules() {
      return rules
    },
    set rules(next) {
      rules = next
      turns = new Map()
    },
    onCall: undefined,
    onAnswer: undefined,
    async refuse() {
      await stop()
      return async () => {
        server = open()
        await listen(port)
      }
    },
    async close() {
      await stop()
      agent.destroy()
    },
  }
  return proxy

  function open() {
    const opened = createServer(handle)
    opened.on('connection', (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })
    return opened
  }

  function listen(at: number): Promise<number> {
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(at, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
    })
  }

  function stop(): Promise<void> {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(() => resolve()))
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const rule = rules.length > 0 ? ruleFor(request, body) : undefined
    proxy.onCall?.(describe(request, body, rule?.fault))
    try {
      await answer(request, body, rule, response)
    } catch {
      response.destroy() // the engine has hung up, and so do we
    }
  }

  function ruleFor(request: IncomingMessage, body: Buffer): Rule | undefined {
    const text = body.toString()
    const { operation, table } = describe(request, body, undefined)
    return rules.find((rule, index) => {
      if (rule.operation !== undefined && rule.operation !== operation) return false
      if (rule.table !== undefined && !table.endsWith(rule.table)) return false
      if (rule.key !== undefined && !text.includes(rule.key)) return false
      const turn = turns.get(rule) ?? 0
      turns.set(rule, turn + 1)
      return turn < (rule.times ?? Number.POSITIVE_INFINITY) && drawn(seed, index, turn) < (rule.share ?? 1)
    })
  }

  function onAnswer(request: IncomingMessage, body: Buffer, answered: ProxiedAnswer): ProxiedAnswer {
    return proxy.onAnswer?.(describe(request, body, undefined), body.toString(), answered) ?? answered
  }

  async function answer(request: IncomingMessage, body: Buffer, rule: Rule | undefined, to: ServerResponse) {
    const { fault, ms = 1000 } = rule ?? {}
    const refusal = fault && REFUSALS[fault]
    const pass = () => engineAnswer(request, body)
    switch (fault) {
      case undefined:
        return send(to, onAnswer(request, body, staleness.remember(body, await pass())))
      case 'failed after':
      case 'reset after':
        await pass()
        break
      case 'slow':
        if (rule?.late) {
          const said = await pass()
          await sleep(ms)
          return send(to, said)
        }
        await sleep(ms)
        return send(to, await pass())
      case 'silent':
        return
      case 'truncated': {
        const whole = await pass()
        to.writeHead(whole.status, whole.headers)
        to.write(whole.body.subarray(0, whole.body.length / 2))
        return to.socket?.end()
      }
      case 'html 503':
        return send(to, made(503, 'text/html', '<html><body><h1>503 Service Unavailable</h1></body></html>'))
      case 'empty 200':
        return send(to, made(200, 'application/x-amz-json-1.0', ''))
      case 'another type':
        return send(to, made(200, 'text/html', '<html>Please sign in to the network first</html>'))
      case 'unprocessed once':
      case 'unprocessed half':
      case 'unprocessed all':
        return send(to, await unprocessed(body, fault, (part) => engineAnswer(request, part)))
      case 'stale':
        return send(to, staleness.old(body) ?? staleness.remember(body, await pass()))
      case 'corrupted item':
        return send(to, corruptedAnswer(await pass(), turns.get(rule as Rule) ?? 0))
    }
    if (refusal) {
      const [status, type, message] = refusal
      const text = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message })
      return send(to, made(status, 'application/x-amz-json-1.0', text))
    }
    to.socket?.resetAndDestroy()
  }

  function engineAnswer({ method, url, headers }: IncomingMessage, body: Buffer): Promise<ProxiedAnswer> {
    return new Promise((resolve, reject) => {
      const sized = { ...headers, 'content-length': String(body.length) }
      const options = { hostname, port: enginePort, method, path: url, headers: sized, agent }
      const onward = forward(options, async (answered) => {
        try {
          const chunks: Buffer[] = []
          for await (const chunk of answered) chunks.push(chunk)
          resolve({ status: answered.statusCode ?? 500, headers: answered.headers, body: Buffer.concat(chunks) })
        } catch (error) {
          reject(error)
        }
      })
      onward.on('error', reject)
      onward.end(body)
    })
  }
}

function describe({ headers }: IncomingMessage, body: Buffer, fault: Fault | undefined): ProxiedCall {
  const input = JSON.parse(body.toString() || '{}')
  return {
    operation: String(headers['x-amz-target']).split('.')[1] ?? '',
    table: input.TableName ?? Object.keys(input.RequestItems ?? {})[0] ?? '',
    consistent: input.ConsistentRead === true,
    condition: input.ConditionExpression,
    attempt: Number(/attempt=(\d+)/.exec(String(headers['amz-sdk-request']))?.[1] ?? 1),
    fault,
    bytes: body.length,
  }
}
