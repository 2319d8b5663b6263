import { randomBytes } from 'node:crypto'
import { Agent, type IncomingMessage, request as send } from 'node:http'
import { createServer } from 'node:https'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { callOf, respond, type WireCall, type WireResponse, wireError } from '../../../tests/support/relay.ts'
import { REGION } from '../template/resolve.ts'
import type { Certificate } from './certificate.ts'
import { acceptEvents, EVENTS_HOST, type PublishedEntry } from './event-bridge.ts'
import { KMS_HOST, useKey } from './key-management.ts'
import type { Credentials } from './sandbox.ts'
import { acceptMail, SES_HOST, type SentMail } from './simple-email.ts'
import { accessKeyIdOf, verifySignature } from './verify-signature.ts'

/** The real name of DynamoDB's endpoint. */
const DYNAMODB_HOST = `dynamodb.${REGION}.amazonaws.com`

/** A call of AWS that a function made with its credentials. */
export interface AttributedCall extends Omit<WireCall, 'body'> {
  /** The function whose credentials signed it. */
  readonly functionName: string
  readonly status: number
}

/** What happens to the connections of frozen functions. */
export type Disturbance = 'closed' | 'reset' | 'silent'

/** The hosts whose names lead to this machine. */
export const HOSTS = [DYNAMODB_HOST, EVENTS_HOST, SES_HOST, KMS_HOST]

/** DynamoDB's endpoint: TLS under its real name, verified signatures, and an engine behind it. Also the other hosts. */
export interface DynamodbHost {
  readonly calls: AttributedCall[]
  /** The events that functions have published on EventBridge, which is behind its real name here too. */
  readonly published: PublishedEntry[]
  /** The mails that functions have sent by Amazon SES, likewise. */
  readonly mails: SentMail[]
  /** Requests that AWS would not have accepted. */
  readonly refused: string[]
  /** Whether refusals are part of the plan, and not recorded. */
  expectsRefusals: boolean
  /** Decides the fault of a call: no response, an applied call whose response is lost, or a late response. */
  intercept: ((call: WireCall) => 'silent' | 'lost' | { delayMs: number } | undefined) | undefined
  /** Issues credentials for a function. */
  issue(functionName: string): Credentials
  /** Declares all credentials of a function expired. */
  expire(functionName: string): void
  /** Closes, resets or silences every open connection; new ones work. @returns their number */
  disturb(disturbance: Disturbance): number
  close(): Promise<void>
}

export async function startDynamodbHost(engine: string, certificate: Certificate): Promise<DynamodbHost> {
  const { hostname, port } = new URL(engine)
  const agent = new Agent({ keepAlive: true })
  const issued = new Map<string, { functionName: string; credentials: Credentials; expired: boolean }>()
  const sockets = new Set<Socket>()
  const silent = new WeakSet<Socket>()

  const server = createServer({ key: certificate.key, cert: certificate.cert }, async (request, response) => {
    const chunks: Buffer[] | undefined = await request.toArray().catch(() => undefined)
    if (!chunks) return void response.destroy()
    if (silent.has(request.socket)) return
    const body = Buffer.concat(chunks)
    const call = callOf(request.headers, body)
    const known = issued.get(accessKeyIdOf(request.headers))
    const functionName = known?.functionName ?? '?'
    const refusal = await verifySignature(request, body, known?.credentials)
    if (refusal || known?.expired) {
      const { type, message } = refusal ?? { type: 'ExpiredTokenException', message: 'The token has expired.' }
      if (!host.expectsRefusals) host.refused.push(`${functionName} ${call.operation}: ${type}, ${message}`)
      return respond(response, wireError(400, type, message))
    }
    if (request.headers.host === EVENTS_HOST) {
      const { answer, entries } = acceptEvents(body)
      host.published.push(...entries)
      host.calls.push({ ...withoutBody(call), functionName, status: answer.status })
      return respond(response, answer)
    }
    if (request.headers.host === SES_HOST) {
      const { answer, mail } = acceptMail(request.url, body)
      if (mail) host.mails.push(mail)
      host.calls.push({ ...withoutBody(call), operation: 'SendEmail', functionName, status: answer.status })
      return respond(response, answer)
    }
    if (request.headers.host === KMS_HOST) {
      const answer = useKey(call.operation, body)
      host.calls.push({ ...withoutBody(call), functionName, status: answer.status })
      return respond(response, answer)
    }
    const fault = host.intercept?.(call)
    if (fault === 'silent') return
    if (typeof fault === 'object') await sleep(fault.delayMs)
    const failed = wireError(500, 'InternalServerError', 'The response is lost.')
    const applied = await forward(request, body).catch(() => failed)
    const answer = fault === 'lost' ? failed : applied
    host.calls.push({ ...withoutBody(call), functionName, status: answer.status })
    respond(response, answer)
  })
  server.keepAliveTimeout = 0
  server.on('secureConnection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(443, '127.0.0.1', resolve)
  })

  function forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<WireResponse> {
    return new Promise((resolve, reject) => {
      const sized = { ...headers, host: `${hostname}:${port}`, 'content-length': String(body.length) }
      const sent = send({ hostname, port, method, path: url, headers: sized, agent }, (answer) => {
        const { statusCode: status = 500, headers: received } = answer
        answer.toArray().then((parts) => resolve({ status, headers: received, body: Buffer.concat(parts) }), reject)
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }

  const host: DynamodbHost = {
    calls: [],
    published: [],
    mails: [],
    refused: [],
    expectsRefusals: false,
    intercept: undefined,
    issue(functionName) {
      const credentials = {
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(300).toString('base64'),
      }
      issued.set(credentials.accessKeyId, { functionName, credentials, expired: false })
      return credentials
    },
    expire(functionName) {
      for (const entry of issued.values()) if (entry.functionName === functionName) entry.expired = true
    },
    disturb(disturbance) {
      const open = [...sockets]
      for (const socket of open) {
        if (disturbance === 'closed') socket.end()
        if (disturbance === 'reset') resetTcp(socket)
        if (disturbance === 'silent') silent.add(socket)
      }
      return open.length
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      agent.destroy()
    },
  }
  return host
}

function withoutBody({ body: _, ...call }: WireCall): Omit<WireCall, 'body'> {
  return call
}

/** A TCP RST: a TLS socket has no reset of its own. */
function resetTcp(socket: Socket): void {
  const { _parent: tcp } = socket as Socket & { _parent?: Socket }
  if (tcp) tcp.resetAndDestroy()
  socket.destroy()
}
