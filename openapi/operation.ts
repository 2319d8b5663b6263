import type { ErrorCode } from '../lib/errors.ts'

/**
 * The description of a route. Security, body, query and the errors that follow from them come from the route's function;
 * the body of its success comes from `schemas.ts`.
 */
export interface Operation {
  readonly summary: string
  readonly description: string
  readonly status: 200 | 201 | 202 | 204 | 303
  /** When the success is a 202 instead, with the same schema. */
  readonly accepted?: string
  /** Whether the route revokes sessions and signs a receipt of it on request. */
  readonly receipt?: true
  /** The errors that follow neither from the session nor from the body. */
  readonly codes?: readonly ErrorCode[]
  /** What the success does to the session cookie, as a bearer token's request does not. */
  readonly cookie?: 'sets' | 'expires' | 'may expire'
  /** The credentials that the route accepts; default: those of its function. */
  readonly credentials?: 'optional' | 'bearer'
  /** Descriptions of body fields and query parameters. */
  readonly fields?: Readonly<Record<string, string>>
  /** Whether a 400 may be the answer to an event (RFC 8935 §2.3) instead of a problem. */
  readonly refusal?: true
  /** The media type of a success that is a file. */
  readonly file?: string
}

/** The query parameters of the routes that list activity. */
export const ACTIVITY_FIELDS = {
  since: 'A time with its offset, such as `2026-11-30T12:00:00Z`. Older entries are left out.',
  event: 'The name of an event. Others are left out.',
  limit: 'The most entries of the page. Default: 50.',
  cursor: 'The `cursor` of the page before.',
} as const

/** Sentences of several routes. */
export const RECENT = 'Needs a login or reauthentication within `FRESH_SECONDS`.'
export const NO_ACTIVITY = 'Does not count as activity: the session is not extended.'
