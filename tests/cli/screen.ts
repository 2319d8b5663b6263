import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'

/** A stand-in for standard error on a terminal; `lines()` returns what was drawn, without control sequences. */
export function fakeScreen() {
  let written = ''
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
  stream.on('data', (chunk) => {
    written += chunk
  })
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    written: () => written,
    lines: () => stripVTControlCharacters(written.replaceAll('\u001b[1G', '\n')).split('\n').filter(Boolean),
  }
}
