import { type WireResponse, wireError, wireResponse } from '../../../tests/support/relay.ts'
import { REGION } from '../template/resolve.ts'

/** The real name of EventBridge's endpoint. */
export const EVENTS_HOST = `events.${REGION}.amazonaws.com`

/** An entry of a PutEvents request. */
export interface PublishedEntry {
  readonly Source: string
  readonly DetailType: string
  readonly Detail: string
  readonly EventBusName: string
}

const MAX_ENTRIES = 10

/** EventBridge's response to PutEvents, as far as the request is valid: 1 to 10 entries with a JSON object as detail. */
export function acceptEvents(body: Buffer): { answer: WireResponse; entries: readonly PublishedEntry[] } {
  const { Entries: entries = [] } = JSON.parse(body.toString()) as { Entries?: PublishedEntry[] }
  const isValid = entries.length > 0 && entries.length <= MAX_ENTRIES && entries.every(isEntry)
  if (!isValid) return { answer: wireError(400, 'ValidationException', 'The entries are invalid.'), entries: [] }
  const Entries = entries.map((_, index) => ({ EventId: `11111111-2222-4333-8444-00000000000${index}` }))
  const text = JSON.stringify({ FailedEntryCount: 0, Entries })
  return { answer: wireResponse(200, text, 'application/x-amz-json-1.1'), entries }
}

const isEntry = ({ Source, DetailType, Detail, EventBusName }: PublishedEntry) =>
  [Source, DetailType, EventBusName].every((text) => typeof text === 'string' && text !== '') &&
  typeof JSON.parse(Detail) === 'object'
