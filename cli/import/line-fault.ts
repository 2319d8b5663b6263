/** A line that makes no user; its message says why, and repeats no hash. */
export class LineFault extends Error {
  override readonly name = 'LineFault'
}
