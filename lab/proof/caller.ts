import { Agent, request as open } from 'node:http'
import type { Outcome } from './history/operation.ts'

export interface Response {
  readonly status: number
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: responses of all routes
  readonly json: any
  /** The process that responded, if the response names it. */
  readonly worker: string | undefined
}

export type Request = { method: string; path: string; token?: string | undefined; body?: object }

const TIMEOUT_MS = 30_000

/** A client with as many connections as it needs: no request waits for another one. */
export function openCaller(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 })
  const { hostname, port } = new URL(url)

  /** @returns `undefined` without a complete response */
  function send({ method, path, token, body }: Request): Promise<Response | undefined> {
    const text = body && JSON.stringify(body)
    const headers = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    }
    return new Promise((resolve) => {
      const options = { hostname, port, method, path, headers, agent, timeout: TIMEOUT_MS }
      const sent = open(options, async (response) => {
        try {
          const text = Buffer.concat(await response.toArray()).toString()
          const { statusCode: status = 0, headers } = response
          const worker = headers['x-worker']?.toString()
          resolve({ status, text, json: text === '' ? undefined : JSON.parse(text), worker })
        } catch {
          resolve(undefined)
        }
      })
      sent.on('timeout', () => sent.destroy(new Error('no response')))
      sent.on('error', () => resolve(undefined))
      sent.end(text)
    })
  }

  return { send, close: () => agent.destroy() }
}

export function outcomeOf(response: Response | undefined): Outcome {
  if (!response) return 'ambiguous'
  const { status } = response
  if (status >= 200 && status < 300) return 'ok'
  if (status === 503) return 'unavailable'
  if (status === 429) return 'limited'
  return status >= 500 ? 'ambiguous' : 'deny'
}
