import { createHash, createHmac } from 'node:crypto'

/** The hash class that the SDK's signer requires. */
export class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string)
  }
  update(data: Uint8Array) {
    this.#hash.update(data)
  }
  async digest() {
    return this.#hash.digest()
  }
  reset() {}
}
