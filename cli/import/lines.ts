/** One line of a file that is not blank. */
export interface Line {
  readonly number: number
  /** `undefined` for one that is too long or not UTF-8; `fault` says which. */
  readonly text: string | undefined
  readonly fault: string
  /** Bytes read when it was found. */
  readonly position: number
}

const LONGEST = 64 * 1024
const LINE_FEED = 0x0a

/**
 * The lines of a stream, one longest line in memory at a time. A byte order mark and carriage returns at the ends do
 * not count. Not `node:readline`, which keeps a line of any length and passes over bytes that are no UTF-8.
 */
export async function* readLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let [number, position, length] = [0, 0, 0]
  let parts: Uint8Array[] = []
  const take = (part: Uint8Array) => {
    length += part.length
    if (length > LONGEST) parts = []
    else if (part.length > 0) parts.push(part)
  }
  const end = (): Line | undefined => {
    number++
    const line = toLine(number, position, length > LONGEST ? undefined : joined(parts))
    parts = []
    length = 0
    return line.text?.trim() === '' ? undefined : line
  }
  for await (const chunk of stream) {
    let start = 0
    for (let feed = chunk.indexOf(LINE_FEED); feed !== -1; feed = chunk.indexOf(LINE_FEED, start)) {
      take(chunk.subarray(start, feed))
      position += feed + 1 - start
      start = feed + 1
      const line = end()
      if (line) yield line
    }
    take(chunk.slice(start)) // a copy: the stream may use its buffer again
    position += chunk.length - start
  }
  const last = length > 0 ? end() : undefined
  if (last) yield last
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
}

const utf8 = new TextDecoder('utf-8', { fatal: true }) // drops a byte order mark

function toLine(number: number, position: number, bytes: Uint8Array | undefined): Line {
  if (!bytes) return { number, position, text: undefined, fault: `longer than ${LONGEST} bytes` }
  try {
    return { number, position, text: utf8.decode(bytes), fault: '' }
  } catch {
    return { number, position, text: undefined, fault: 'not UTF-8' }
  }
}
