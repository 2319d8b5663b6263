import { Agent, request as send } from 'node:http'
import type { Outcome } from './history/operation.ts'

export interface Answered {
  readonly status: number
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: answers of every route
  readonly json: any
  /** Which process answered, where one says so. */
  readonly worker: string | undefined
}

export type Asked = { method: string; path: string; token?: string | undefined; body?: object }

/** After so long without an answer nobody waits on. */
const PATIENCE_MS = 30_000

/** Asks over HTTP, with as many connections as it takes: nothing waits for another's answer. */
export function openCaller(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 })
  const { hostname, port } = new URL(url)

  function ask({ method, path, token, body }: Asked): Promise<Answered | undefined> {
    const text = body && JSON.stringify(body)
    const headers = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    }
    return new Promise((resolve) => {
      const options = { hostname, port, method, path, headers, agent, timeout: PATIENCE_MS }
      const sent = send(options, async (answered) => {
        try {
          const chunks: Buffer[] = []
          for await (const chunk of answered) chunks.push(chunk)
          const said = Buffer.concat(chunks).toString()
          const { statusCode: status = 0, headers } = answered
          const worker = headers['x-worker']?.toString()
          resolve({ status, text: said, json: said === '' ? undefined : JSON.parse(said), worker })
        } catch {
          resolve(undefined) // cut short
        }
      })
      sent.on('timeout', () => sent.destroy(new Error('no answer')))
      sent.on('error', () => resolve(undefined))
      sent.end(text)
    })
  }

  return { ask, close: () => agent.destroy() }
}

export function outcomeOf(answer: Answered | undefined): Outcome {
  if (!answer) return 'ambiguous'
  const { status } = answer
  if (status >= 200 && status < 300) return 'ok'
  if (status === 503) return 'unavailable'
  if (status === 429) return 'limited'
  return status >= 500 ? 'ambiguous' : 'deny'
}
