import { type ClientRequest, Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Duplex } from 'node:stream'
import { type Instant, millisecondsSince, systemInstant } from '../system.ts'

/**
 * A connection that was idle for longer is not used again. A NAT may have dropped it, or the server may have closed it
 * while Lambda had frozen the process. A new connection costs milliseconds, a dead one the time limit of an attempt.
 */
const MAX_IDLE_MS = 10_000
/** The time limit for establishing a connection. */
export const CONNECTION_TIMEOUT_MS = 300
/** As many as the SDK's own agents allow. */
const MAX_CONNECTIONS = 50

/** The method through which Node's agents assign a connection to a request; the type declarations lack it. */
type AddRequest = (...args: unknown[]) => void

/** The agents of a client, as options of the SDK's request handler. */
export interface ConnectionAgents {
  readonly httpAgent: HttpAgent
  readonly httpsAgent: HttpsAgent
}

/**
 * Creates the agents of a client. They keep connections alive but drop suspect ones, so that dead connections cost a call
 * one of its three attempts: before a request, the connections that were idle for more than ten seconds; after a request
 * has failed on a reused connection, all idle ones. No timer is used, because timers do not run while Lambda freezes the
 * process. Tests pass `now`.
 */
export function connectionAgents(now: () => Instant = systemInstant): ConnectionAgents {
  const options = { keepAlive: true, maxSockets: MAX_CONNECTIONS }
  return {
    httpAgent: dropSuspect(new HttpAgent(options), now),
    httpsAgent: dropSuspect(new HttpsAgent(options), now),
  }
}

function dropSuspect<Agent extends HttpAgent>(agent: Agent, now: () => Instant): Agent {
  const { addRequest, keepSocketAlive, reuseSocket } = agent as Agent & { addRequest: AddRequest }
  const idleFrom = new WeakMap<Duplex, Instant>()

  const isOld = (socket: Duplex, at: Instant) => {
    const from = idleFrom.get(socket)
    return from !== undefined && millisecondsSince(from, at) > MAX_IDLE_MS
  }
  /** Drops the first idle connections of each list, which begins with the one that has been idle longest. */
  const dropIdle = (count: (sockets: readonly Duplex[]) => number) => {
    for (const sockets of Object.values(agent.freeSockets))
      for (const socket of sockets?.slice(0, count(sockets)) ?? []) socket.destroy()
  }

  return Object.assign(agent, {
    addRequest(...args: unknown[]) {
      const at = now()
      dropIdle((sockets) => sockets.findLastIndex((socket) => isOld(socket, at)) + 1)
      addRequest.apply(agent, args)
    },
    keepSocketAlive(socket: Duplex) {
      idleFrom.set(socket, now())
      return keepSocketAlive.call(agent, socket)
    },
    reuseSocket(socket: Duplex, request: ClientRequest) {
      request.once('error', () => dropIdle((sockets) => sockets.length)) // before the client can retry
      reuseSocket.call(agent, socket, request)
    },
  })
}
