import type { IncomingMessage } from 'node:http'

/** API Gateway's quota for an HTTP API. */
const BODY_LIMIT_BYTES = 10 * 1024 * 1024

/** "Total combined size of request line and header values": the wording of API Gateway's quota. */
export const headerSize = ({ method, url, rawHeaders }: IncomingMessage): number =>
  `${method} ${url} HTTP/1.1`.length + rawHeaders.reduce((sum, text, index) => sum + (index % 2 ? text.length : 0), 0)

/** Reads a body up to the limit. The caller discards the rest, so that the client receives the response. */
export function readBody(request: IncomingMessage): Promise<Buffer | 'too large' | 'aborted'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const read = (chunk: Buffer) => {
      size += chunk.length
      if (size <= BODY_LIMIT_BYTES) chunks.push(chunk)
      else done('too large')
    }
    const done = (result: Buffer | 'too large' | 'aborted') => {
      request.off('data', read)
      resolve(result)
    }
    if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) return done('too large')
    request.on('data', read)
    request.once('end', () => done(Buffer.concat(chunks)))
    request.once('close', () => done('aborted'))
  })
}
