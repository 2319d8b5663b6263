import type { ClientRequest } from 'node:http'
import { type Agent, request } from 'node:https'
import { CONNECTION_TIMEOUT_MS } from './connection-agents.ts'
import type { HttpResponse } from './direct-call.ts'
import { readBody } from './read-body.ts'

/** A POST request. */
export interface HttpsRequest {
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly agent: Agent
  /** The time limit until the response's headers, and of silence on the connection. */
  readonly timeoutMs: number
  /** The time limit of establishing a connection. */
  readonly connectionTimeoutMs?: number
}

/** Sends a request with the time limits and the errors of the SDK's own handler, so that the SDK can resume from them. */
export function httpsRequest({
  host,
  headers,
  body,
  agent,
  timeoutMs,
  connectionTimeoutMs = CONNECTION_TIMEOUT_MS,
}: HttpsRequest): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const call = request({ host, headers, method: 'POST', path: '/', agent }, (response) => {
      clearTimeout(headersTimer)
      readBody(response).then((read) => {
        const { statusCode = -1, headers } = response
        resolve({ statusCode, headers: headers as Record<string, string>, body: read })
      }, reject)
    })
    const end = (reason: string) => {
      const error = Object.assign(new Error(`${reason} within ${timeoutMs} ms`), TIMED_OUT)
      reject(error)
      call.destroy(error)
    }
    const headersTimer = setTimeout(() => end('The request received no response'), timeoutMs)
    limitConnecting(call, connectionTimeoutMs, () => end('The connection was not established'))
    limitSilence(call, timeoutMs, () => end('The connection was silent'))
    call.once('close', () => clearTimeout(headersTimer))
    call.on('error', (error: NodeJS.ErrnoException) => {
      reject(TIMEOUT_CODES.has(error.code ?? '') ? Object.assign(error, { name: TIMED_OUT.name }) : error)
    })
    call.end(body)
  })
}

const TIMED_OUT = { name: 'TimeoutError', code: 'ETIMEDOUT' }
/** The SDK's handler counts them as timeouts. */
const TIMEOUT_CODES = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT'])

function limitConnecting(call: ClientRequest, timeoutMs: number, end: () => void): void {
  const timer = setTimeout(end, timeoutMs)
  const stop = () => clearTimeout(timer)
  call.once('socket', (socket) => (socket.connecting ? socket.once('connect', stop) : stop()))
  call.once('close', stop)
}

function limitSilence(call: ClientRequest, timeoutMs: number, end: () => void): void {
  call.once('socket', (socket) => {
    const limit = () => {
      socket.setTimeout(timeoutMs, end)
      call.once('close', () => socket.removeListener('timeout', end))
    }
    if (socket.connecting) socket.once('connect', limit)
    else limit()
  })
}
