/** An invalid line; the message says why and never contains a hash. */
export class LineFault extends Error {
  override readonly name = 'LineFault'
}
