import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** How a dead connection behaves when the client uses it again. */
export type Death = 'silent' | 'reset'

/** A TCP relay whose connections can die as they do at a NAT: the client notices nothing until it uses them. */
export interface TcpRelay {
  readonly endpoint: string
  /** The number of connections so far. */
  connections(): number
  /** Kills the present connections; with `future` those still to come, too. */
  kill(death: Death, future?: boolean): void
  close(): Promise<void>
}

export async function startTcpRelay(target: string): Promise<TcpRelay> {
  const { hostname, port } = new URL(target)
  const open = new Set<(death: Death) => void>()
  const sockets = new Set<Socket>()
  let count = 0
  let fate: Death | undefined
  const server = createServer((client) => {
    count++
    const upstream = connect(Number(port), hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    client.pipe(upstream).pipe(client)
    const kill = (death: Death) => {
      client.unpipe(upstream)
      upstream.unpipe(client)
      upstream.destroy()
      client.on('data', () => death === 'reset' && client.resetAndDestroy()).resume()
    }
    if (fate) kill(fate)
    else open.add(kill)
    client.on('close', () => open.delete(kill))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => count,
    kill(death, future = false) {
      for (const kill of open) kill(death)
      open.clear()
      fate = future ? death : undefined
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
