/** A change of the code that no test notices, and why none has to. */
export interface Survivor {
  readonly file: string
  /** What the source says there, on one line; or the beginning of it, with `…`. */
  readonly code: string
  /** What else stands in the line it begins in. */
  readonly within?: string
  /** What it becomes; anything where it is left out. */
  readonly becomes?: string
  readonly reason: string
}

/** Of texts that nobody but a reader of the log sees. */
export const forTheLog = (file: string, ...texts: string[]): Survivor[] =>
  texts.map((text) => ({
    file,
    code: `'${text}'`,
    becomes: '""',
    reason: 'Words for the log: whoever asked is told the same of every failure.',
  }))
