import { setImmediate } from 'node:timers/promises'
import { type Call, type Made, openDoor } from './proxy.ts'

/** Longer than any pause of the services; who is silent for so long hangs. */
const PATIENCE_MS = 30_000

/** A call that waits; `after` is the one that its actor has made before it. */
export interface HeldCall extends Call {
  readonly after: string
}

/** What an actor needs in order to be held up. */
export interface Way {
  /** Where its datastore is. */
  readonly endpoint: string
  /** A datastore call: it is under way from the SDK's being asked to its answer. */
  during<T>(call: () => Promise<T>): Promise<T>
  /** Waits until it is time for something that is no datastore call. */
  turn(what: string): Promise<void>
}

/** One actor and the calls of its that wait. */
export class Player {
  readonly name: string
  readonly held: HeldCall[] = []
  isFinished = false
  readonly #act: (way: Way) => Promise<unknown>
  #isBegun = false
  #underWay = 0
  #last = ''
  #isAbandoned = false
  #failure: unknown
  #changed = Promise.withResolvers<void>()
  #done: Promise<void> = Promise.resolve()
  #close: () => Promise<void> = async () => {}

  constructor(name: string, act: (way: Way) => Promise<unknown>) {
    this.name = name
    this.#act = act
  }

  /** Begins, unless it has begun. */
  async begin(engine: string): Promise<void> {
    if (this.#isBegun) return
    this.#isBegun = true
    const { endpoint, close } = await openDoor(engine, (call) => this.#hold(call))
    this.#close = close
    const during = async <T>(call: () => Promise<T>): Promise<T> => {
      this.#underWay++
      try {
        return await call()
      } finally {
        this.#underWay--
        this.#tell()
      }
    }
    const turn = (what: string) => during(() => new Promise<void>((resolve) => this.#hold(momentOf(what, resolve))))
    const failed = (error: unknown) => {
      this.#failure = error
    }
    const finished = () => {
      this.isFinished = true
      this.#tell()
    }
    this.#done = this.#act({ endpoint, during, turn })
      .then(() => {}, failed)
      .finally(finished)
  }

  /** Until each of its calls under way is held up, or it has come to its end. @throws whatever it has not caught. */
  async rest(): Promise<void> {
    while (!this.#isAtRest) {
      await this.#change()
      await setImmediate() // who has had an answer may set out on more
    }
    if (this.#failure) throw this.#failure
  }

  /** Takes a held call off, to be let through. */
  take(call: HeldCall): HeldCall {
    this.held.splice(this.held.indexOf(call), 1)
    this.#last = `${call.operation} ${call.table}`
    return call
  }

  /** Whoever has not come to its end gets no answer any more, and does nothing more to the tables. */
  async close(): Promise<void> {
    this.#isAbandoned = true
    for (const call of this.held.splice(0)) call.delay()
    await this.#done // or its SDK could try again where somebody else listens by then
    await this.#close()
  }

  get #isAtRest(): boolean {
    return this.isFinished || (this.held.length > 0 && this.held.length === this.#underWay)
  }

  #hold(call: Call): void {
    if (this.#isAbandoned) return void call.delay()
    this.held.push({ ...call, after: this.#last })
    this.#tell()
  }

  #tell(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }

  async #change(): Promise<void> {
    const { promise, reject } = this.#changed
    const timer = setTimeout(() => reject(new Error(`${this.name} neither calls nor ends`)), PATIENCE_MS)
    await promise.finally(() => clearTimeout(timer))
  }
}

function momentOf(operation: string, resolve: () => void): Call {
  const pass = async (): Promise<Made> => {
    resolve()
    return 'done'
  }
  const delay = () => {
    resolve()
    return pass
  }
  return { operation, table: '', input: {}, attempt: 1, pass, lose: pass, delay }
}
