import type { Deadline } from '../deadline.ts'
import { UnavailableError } from '../errors.ts'
import type { PublishedEvent } from './published-event.ts'

/** Publishes events. */
export interface EventBus {
  /**
   * Publishes events, in no order. One call for each ten; a failed call is not repeated.
   * @returns the ids of the events that were not accepted, with what the bus says about each
   */
  publish(events: readonly PublishedEvent[], deadline: Deadline): Promise<ReadonlyMap<string, unknown>>
}

/** Sends a body to an AWS API in one signed request. @throws UnavailableError unless the response is a success. */
export type SignedCall = (body: string, deadline: Deadline) => Promise<string>

/** The most entries of one PutEvents request. */
const MAX_ENTRIES = 10

/** Creates a bus on EventBridge's PutEvents. @param bus the name of an event bus of the same account and Region */
export function eventBridgeBus({ bus, call }: { bus: string; call: SignedCall }): EventBus {
  async function put(events: readonly PublishedEvent[], deadline: Deadline): Promise<[string, unknown][]> {
    const Entries = events.map(({ type, at, detail }) => ({
      Source: 'coatcheck',
      DetailType: type,
      Detail: JSON.stringify(detail),
      EventBusName: bus,
      Time: at,
    }))
    try {
      const results = parseResults(await call(JSON.stringify({ Entries }), deadline), events.length)
      return events.flatMap(({ detail }, index): [string, unknown][] => {
        const { EventId, ErrorCode } = results[index] ?? {}
        return EventId ? [] : [[detail.id, new UnavailableError(`EventBridge refused an event: ${ErrorCode}`)]]
      })
    } catch (error) {
      return events.map(({ detail }) => [detail.id, error])
    }
  }

  return {
    async publish(events, deadline) {
      const calls: Promise<[string, unknown][]>[] = []
      for (let start = 0; start < events.length; start += MAX_ENTRIES)
        calls.push(put(events.slice(start, start + MAX_ENTRIES), deadline))
      return new Map((await Promise.all(calls)).flat())
    },
  }
}

interface Result {
  readonly EventId?: string
  readonly ErrorCode?: string
}

/** @throws UnavailableError for a response that is not EventBridge's */
function parseResults(text: string, count: number): readonly Result[] {
  try {
    const { Entries } = JSON.parse(text)
    if (Array.isArray(Entries) && Entries.length === count) return Entries
  } catch {}
  throw new UnavailableError('The response is not EventBridge’s: it has no result for each event')
}
