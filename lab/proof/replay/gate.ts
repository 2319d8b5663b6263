import {
  type Relay,
  respond,
  startRelay,
  type WireCall,
  type WireResponse,
  withBody,
} from '../../../tests/support/relay.ts'

/** The outcome of a call at the engine; `refused` by its condition. */
export type Made = 'done' | 'refused'

/** A call that waits until it is let through. A step of an actor that is not a datastore call has no table. */
export interface Call extends Pick<WireCall, 'operation' | 'attempt'> {
  /** `sessions`, `users` or `attempts`. */
  readonly table: string
  readonly input: Input
  /** Makes the call and responds, with the body changed if `change` is given. */
  pass(change?: (body: string) => string): Promise<Made>
  /** Makes the call and resets the connection. */
  lose(): Promise<Made>
  /** Resets the connection. @returns a function that makes the call later */
  delay(): () => Promise<Made>
}

/** The parts of a request that distinguish the calls of a schedule. */
export interface Input {
  readonly Key?: Readonly<Record<string, { readonly S: string }>>
  readonly Item?: Readonly<Record<string, { readonly S: string }>>
  readonly UpdateExpression?: string
  readonly ConsistentRead?: boolean
}

/** Stands between one actor's SDK and the engine, and holds every call until it is let through. */
export function openGate(engine: string, onCall: (call: Call) => void): Promise<Pick<Relay, 'endpoint' | 'close'>> {
  const hold: Parameters<typeof startRelay>[1] = ({ operation, table, input, attempt }, response, forward) => {
    const make = async () => madeOf(await forward())
    const reset = () => response.socket?.resetAndDestroy()
    onCall({
      operation,
      table: table.slice(table.lastIndexOf('-') + 1),
      input,
      attempt,
      async pass(change) {
        const answer = await forward()
        respond(response, change ? withBody(answer, change(answer.body.toString())) : answer)
        return madeOf(answer)
      },
      async lose() {
        const made = await make()
        reset()
        return made
      },
      delay() {
        reset()
        return make
      },
    })
  }
  // Calls may be held for longer than the engine keeps an idle connection.
  return startRelay(engine, hold, { keepAlive: false })
}

/** @throws Error for a failure of the engine, which makes the replay void */
function madeOf({ status, body }: WireResponse): Made {
  if (status === 200) return 'done'
  const text = body.toString()
  if (text.includes('ConditionalCheckFailedException')) return 'refused'
  throw new Error(`The engine responded ${status} during the replay: ${text}`)
}
