import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Forward,
  type Relay,
  respond,
  startRelay,
  type WireCall,
  type WireResponse,
  wireError,
  wireResponse,
  withBody,
} from '../../../tests/support/relay.ts'
import { corrupted } from './corruption.ts'
import { drawn, type Fault, REFUSALS, type Rule } from './faults.ts'
import { createReplica } from './replica.ts'
import { unprocessed } from './unprocessed.ts'

export interface FaultProxy extends Relay {
  /** Which calls meet which fault from now on; none at first. The first rule that matches decides. */
  rules: readonly Rule[]
  /** Called for each call before its response. */
  onCall: ((call: WireCall, fault: Fault | undefined) => void) | undefined
  /** Sees the engine's response to a call without a fault, and returns the response to send. */
  onResponse: ((call: WireCall, response: WireResponse) => WireResponse) | undefined
}

/**
 * Stands between the SDK and an engine and injects faults, by rules that can change while it runs. Which of the calls that
 * match a rule meet its fault depends on the seed and on their order alone. Without rules every byte goes through.
 */
export async function startFaultProxy(engine: string, seed: number): Promise<FaultProxy> {
  const replica = createReplica()
  let turns = new Map<Rule, number>()
  let rules: readonly Rule[] = []

  const relay = await startRelay(engine, async (call, response, forward) => {
    const rule = ruleFor(call)
    proxy.onCall?.(call, rule?.fault)
    try {
      await serve(call, rule, response, forward)
    } catch {
      response.destroy() // the engine closed the connection
    }
  })
  const proxy: FaultProxy = {
    ...relay,
    get rules() {
      return rules
    },
    set rules(next) {
      rules = next
      turns = new Map()
    },
    onCall: undefined,
    onResponse: undefined,
  }
  return proxy

  function ruleFor({ operation, table, body }: WireCall): Rule | undefined {
    const text = rules.length > 0 ? body.toString() : ''
    return rules.find((rule, index) => {
      if (rule.operation !== undefined && rule.operation !== operation) return false
      if (rule.table !== undefined && !table.endsWith(rule.table)) return false
      if (rule.key !== undefined && !text.includes(rule.key)) return false
      const turn = turns.get(rule) ?? 0
      turns.set(rule, turn + 1)
      return turn < (rule.times ?? Number.POSITIVE_INFINITY) && drawn(seed, index, turn) < (rule.share ?? 1)
    })
  }

  async function serve(call: WireCall, rule: Rule | undefined, to: ServerResponse, forward: Forward) {
    const { fault, ms = 1000 } = rule ?? {}
    switch (fault) {
      case undefined: {
        const response = replica.remember(call.input, await forward())
        return respond(to, proxy.onResponse?.(call, response) ?? response)
      }
      case 'failed after':
      case 'reset after':
        await forward()
        break
      case 'slow': {
        if (!rule?.late) await sleep(ms)
        const response = await forward()
        if (rule?.late) await sleep(ms)
        return respond(to, response)
      }
      case 'silent':
        return
      case 'truncated': {
        const { status, headers, body } = await forward()
        to.writeHead(status, headers)
        to.write(body.subarray(0, body.length / 2))
        return to.socket?.end()
      }
      case 'html 503':
        return respond(to, wireResponse(503, '<html><body><h1>503 Service Unavailable</h1></body></html>', 'text/html'))
      case 'empty 200':
        return respond(to, wireResponse(200, ''))
      case 'another type':
        return respond(to, wireResponse(200, '<html>Please sign in to the network first</html>', 'text/html'))
      case 'unprocessed once':
      case 'unprocessed half':
      case 'unprocessed all':
        return respond(to, await unprocessed(call.input, fault, forward))
      case 'stale':
        return respond(to, replica.outdated(call.input) ?? replica.remember(call.input, await forward()))
      case 'corrupted item': {
        const response = await forward()
        return respond(to, withBody(response, corrupted(response.body.toString(), turns.get(rule as Rule) ?? 0)))
      }
    }
    const refusal = REFUSALS[fault]
    if (refusal) respond(to, wireError(...refusal))
    else to.socket?.resetAndDestroy()
  }
}
