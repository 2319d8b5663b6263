import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the ports that operating systems give to outgoing connections: nothing else takes one in between. */
const [FIRST, LAST] = [10_240, 32_000]

/** Returns a TCP port that is free at the moment, drawn so that parallel callers get different ones. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const port = randomInt(FIRST, LAST)
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(freePort()) : reject(error),
    )
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)))
  })
}
