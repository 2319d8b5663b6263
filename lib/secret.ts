import { inspect } from 'node:util'

const HIDDEN = '[secret]'

/**
 * Holds a text that must not be printed: a password, a session token, the pepper. String conversion, JSON, spreading
 * and `util.inspect` all show `[secret]`; only `reveal()` gives the text, so every use of it can be found.
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [inspect.custom](): string {
    return HIDDEN
  }
}
