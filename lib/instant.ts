import type { EpochSeconds } from './system.ts'

/** Formats an instant as responses, events and the command line show it (RFC 3339, UTC): `2026-11-22T10:00:00Z`. */
export const rfc3339 = (at: EpochSeconds): string => new Date(at * 1000).toISOString().replace('.000Z', 'Z')

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** Parses a time (RFC 3339) to whole seconds since 1970; `undefined` for any other text and for earlier times. */
export function parseInstant(text: string): EpochSeconds | undefined {
  const time = RFC_3339.test(text) ? Math.floor(Date.parse(text) / 1000) : Number.NaN
  return time >= 0 ? time : undefined
}
