import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { corrupted } from './corruption.ts'

/** What the engine says, or what is said in its place. */
export interface ProxiedAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export const made = (status: number, type: string, text: string): ProxiedAnswer => {
  const body = Buffer.from(text)
  return { status, headers: { 'content-type': type, 'content-length': String(body.length) }, body }
}

/** The engine's own headers but for the checksum, which would give the change away. */
export function corruptedAnswer({ status, headers, body }: ProxiedAnswer, turn: number): ProxiedAnswer {
  const { 'x-amz-crc32': _, ...kept } = headers
  const changed = Buffer.from(corrupted(body.toString(), turn))
  return { status, headers: { ...kept, 'content-length': String(changed.length) }, body: changed }
}

export function send(to: ServerResponse, { status, headers, body }: ProxiedAnswer): void {
  to.writeHead(status, headers)
  to.end(body)
}
