const HIDDEN = '[secret]'
/** `util.inspect.custom`, without loading `node:util`. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/**
 * Holds a text that must not be printed, such as a password, a session token or the pepper. String conversion, JSON and
 * `util.inspect` show `[secret]`; only `reveal()` returns the text, so that every use can be found.
 * @example
 * ```ts
 * import { Secret } from 'coatcheck'
 *
 * const token = new Secret('cct_…')
 * console.log(`${token}`) // [secret]
 * ```
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** Returns the text. */
  reveal(): string {
    return this.#text
  }

  /** Returns `[secret]`. */
  toString(): string {
    return HIDDEN
  }

  /** Returns `[secret]`. */
  toJSON(): string {
    return HIDDEN
  }

  /** Returns `[secret]`. */
  [INSPECT](): string {
    return HIDDEN
  }
}
