import { Agent, request as open } from 'node:http'
import { networkInterfaces } from 'node:os'
import type { Outcome } from './history/operation.ts'

export interface Response {
  readonly status: number
  /** The body and the headers. */
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: responses of all routes
  readonly json: any
  /** The token of a new session, from the body or the session cookie. */
  readonly token: string | undefined
  /** The process that responded, if the response names it. */
  readonly worker: string | undefined
}

/** How a client presents a session, and the address that it connects from. */
export interface Credential {
  readonly kind: 'cookie' | 'bearer'
  readonly token: string
  readonly address: Address
}

export type Request = {
  method: string
  path: string
  by?: Credential | undefined
  address?: Address
  /** A further cookie. */
  cookie?: string
  body?: object | URLSearchParams | undefined
}

/** A loopback address: the client connects from the address that it connects to, and the front takes it for the source. */
export type Address = '127.0.0.1' | '::1'
const ADDRESSES = Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? [])
export const IPV6: Address = ADDRESSES.includes('::1') ? '::1' : '127.0.0.1'

const COOKIE = '__Host-session'
const TIMEOUT_MS = 30_000

/** A client with as many connections as it needs: no request waits for another one. */
export function openCaller(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 })
  const { origin, port } = new URL(url)

  /** @returns `undefined` without a complete response */
  function send({ method, path, by, address, cookie, body }: Request): Promise<Response | undefined> {
    const isForm = body instanceof URLSearchParams
    const text = body && (isForm ? body.toString() : JSON.stringify(body))
    const headers = {
      origin,
      ...(by?.kind === 'bearer' && { authorization: `Bearer ${by.token}` }),
      ...(by?.kind === 'cookie' && { cookie: `${COOKIE}=${by.token}` }),
      ...(cookie && { cookie }),
      ...(text && {
        'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
        'content-length': Buffer.byteLength(text),
      }),
    }
    return new Promise((resolve) => {
      const hostname = address ?? by?.address ?? '127.0.0.1'
      const options = { hostname, port, method, path, headers, agent, timeout: TIMEOUT_MS }
      const sent = open(options, async (response) => {
        try {
          const text = Buffer.concat(await response.toArray()).toString()
          const { statusCode: status = 0, headers, rawHeaders } = response
          const json = text === '' ? undefined : JSON.parse(text)
          // The cookie before it, if any, deletes a partitioned cookie of the same name.
          const given = headers['set-cookie']?.at(-1)?.match(`^${COOKIE}=([^;]+)`)?.[1]
          const worker = headers['x-worker']?.toString()
          resolve({ status, text: [text, ...rawHeaders].join('\n'), json, token: json?.token ?? given, worker })
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
