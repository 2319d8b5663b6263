const BATCH = 4096

/** Numbers at random, the same for the same seed: xoshiro128** (Blackman, Vigna), its state filled by splitmix32. */
export class Random {
  readonly #state = new Int32Array(4)
  /** Filled in batches: the compiler optimizes a short loop over integers best. */
  readonly #logarithms = new Float64Array(BATCH)
  #next = BATCH

  /** @param stream another, unrelated stream of the same seed. */
  constructor(seed: number, stream: number) {
    let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35)
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + 0x9e3779b9) | 0
      let z = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
      this.#state[i] = z ^ (z >>> 15)
    }
  }

  /** An exponentially distributed wait, at this rate. */
  wait(often: number): number {
    return this.#logarithm() / -often
  }

  /** Above 0, up to 1. */
  uniform(): number {
    return Math.exp(this.#logarithm())
  }

  /** The first of equal trials that succeeds: 1 is the very first. */
  firstSuccess(chance: number): number {
    return chance === 0 ? Number.POSITIVE_INFINITY : 1 + Math.floor(this.#logarithm() / Math.log1p(-chance))
  }

  /** The logarithm of a number between 0 and 1. */
  #logarithm(): number {
    if (this.#next === BATCH) this.#fill()
    return this.#logarithms[this.#next++] as number
  }

  #fill(): void {
    let [a = 0, b = 0, c = 0, d = 0] = this.#state
    for (let i = 0; i < BATCH; i++) {
      const five = Math.imul(b, 5)
      const result = Math.imul((five << 7) | (five >>> 25), 9)
      const shifted = b << 9
      c ^= a
      d ^= b
      b ^= c
      a ^= d
      c ^= shifted
      d = (d << 11) | (d >>> 21)
      this.#logarithms[i] = Math.log(((result >>> 0) + 1) / 4_294_967_296)
    }
    this.#state.set([a, b, c, d])
    this.#next = 0
  }
}
