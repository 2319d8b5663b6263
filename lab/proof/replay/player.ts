import { setImmediate } from 'node:timers/promises'
import { type Call, type Made, openGate } from './gate.ts'

/** Longer than any pause of the service. */
const HANG_MS = 30_000

/** A held call; `after` is the actor's call before it. */
export interface HeldCall extends Call {
  readonly after: string
}

/** What an actor runs through so that its calls can be held. */
export interface Way {
  /** The endpoint of the datastore. */
  readonly endpoint: string
  /** Wraps a datastore call. */
  during<T>(call: () => Promise<T>): Promise<T>
  /** Waits for a step that is not a datastore call. */
  turn(what: string): Promise<void>
}

/** One actor and its held calls. */
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

  async begin(engine: string): Promise<void> {
    if (this.#isBegun) return
    this.#isBegun = true
    const { endpoint, close } = await openGate(engine, (call) => this.#hold(call))
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

  /** Waits until all its calls in flight are held, or it has finished. @throws the error that it did not catch */
  async rest(): Promise<void> {
    while (!this.#isAtRest) {
      await this.#change()
      await setImmediate() // a response may lead to more calls
    }
    if (this.#failure) throw this.#failure
  }

  /** Removes a held call, which the caller then lets through. */
  take(call: HeldCall): HeldCall {
    this.held.splice(this.held.indexOf(call), 1)
    this.#last = `${call.operation} ${call.table}`
    return call
  }

  /** An actor that has not finished gets no response any more and writes no more. */
  async close(): Promise<void> {
    this.#isAbandoned = true
    for (const call of this.held.splice(0)) call.delay()
    await this.#done // else the SDK could retry at a port that another server uses by then
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
    const timer = setTimeout(
      () => reject(new Error(`The actor "${this.name}" neither makes a call nor finishes.`)),
      HANG_MS,
    )
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
