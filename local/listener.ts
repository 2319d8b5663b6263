import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { gatewayError } from './response.ts'

/** API Gateway's quota for the request line and the headers. */
export const HEADER_LIMIT_BYTES = 10_240

type Handle = (request: IncomingMessage, response: ServerResponse) => void

/** Listens on both addresses of localhost, or on the host given. */
export async function listen(handle: Handle, port: number, host: string | undefined, attempts = 5): Promise<Server[]> {
  const servers: Server[] = []
  try {
    for (const address of host ? [host] : ['127.0.0.1', '::1']) {
      const server = create(handle)
      const free = (servers[0]?.address() as AddressInfo | undefined)?.port ?? port
      const listening = await bind(server, free, address)
      if (listening) servers.push(server)
    }
    return servers
  } catch (error) {
    await Promise.all(servers.map(stop))
    const { code } = error as NodeJS.ErrnoException
    // The port that was free on 127.0.0.1 is in use on ::1: try another.
    if (code === 'EADDRINUSE' && port === 0 && attempts > 1) return listen(handle, port, host, attempts - 1)
    if (code === 'EADDRINUSE')
      throw new Error(`Port ${port} is in use; set PORT to another, for example PORT=${port + 1}.`)
    if (code === 'EACCES') throw new Error(`Port ${port} needs privileges; set PORT to another, for example PORT=4000.`)
    throw error
  }
}

function create(handle: Handle): Server {
  const limits = {
    maxHeaderSize: 4 * HEADER_LIMIT_BYTES,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    connectionsCheckingInterval: 5_000,
  }
  const server = createServer(limits, handle)
  server.maxHeadersCount = 0 // Node would silently drop headers beyond a count; their size is limited anyway
  server.on('checkExpectation', handle)
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable) return socket.destroy()
    const { status, headers, body } = gatewayError(error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400)
    const lines = [...headers, ['content-length', body.length], ['connection', 'close']].map((pair) => pair.join(': '))
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`, () =>
      socket.destroy(),
    )
    return undefined
  })
  return server
}

/** Returns false if the machine has no such address, for example without IPv6. */
function bind(server: Server, port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (host === '::1' && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT')) resolve(false)
      else reject(error)
    })
    server.listen(port, host, () => resolve(true))
  })
}

export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
