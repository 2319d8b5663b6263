/** One line of a file; blank lines are skipped. */
export interface Line {
  readonly number: number
  /** `undefined` if the line is too long or not UTF-8; `fault` says which. */
  readonly text: string | undefined
  readonly fault: string
  /** Bytes read up to the end of the line. */
  readonly position: number
}

export const MAX_LINE_BYTES = 64 * 1024
const LINE_FEED = 0x0a

/**
 * Reads the lines of a stream, with at most one line in memory. Drops a byte order mark and trailing carriage returns.
 * `node:readline` would buffer lines of any length and accept invalid UTF-8.
 */
export async function* readLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let [number, position, length] = [0, 0, 0]
  let parts: Uint8Array[] = []
  const append = (part: Uint8Array) => {
    length += part.length
    if (length > MAX_LINE_BYTES) parts = []
    else if (part.length > 0) parts.push(part)
  }
  const end = (): Line | undefined => {
    number++
    const line = toLine(number, position, length > MAX_LINE_BYTES ? undefined : concatenate(parts))
    parts = []
    length = 0
    return line.text?.trim() === '' ? undefined : line
  }
  for await (const chunk of stream) {
    let start = 0
    for (let feed = chunk.indexOf(LINE_FEED); feed !== -1; feed = chunk.indexOf(LINE_FEED, start)) {
      append(chunk.subarray(start, feed))
      position += feed + 1 - start
      start = feed + 1
      const line = end()
      if (line) yield line
    }
    append(chunk.slice(start)) // a copy, because the stream may reuse its buffer
    position += chunk.length - start
  }
  const last = length > 0 ? end() : undefined
  if (last) yield last
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
}

const utf8 = new TextDecoder('utf-8', { fatal: true }) // drops a byte order mark

function toLine(number: number, position: number, bytes: Uint8Array | undefined): Line {
  if (!bytes) return { number, position, text: undefined, fault: `longer than ${MAX_LINE_BYTES} bytes` }
  try {
    return { number, position, text: utf8.decode(bytes), fault: '' }
  } catch {
    return { number, position, text: undefined, fault: 'not UTF-8' }
  }
}
