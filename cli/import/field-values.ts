import { LineFault } from './line-fault.ts'

/** A field of a line, with its name as the file has it. */
export interface Field {
  readonly name: string
  readonly value: unknown
}

/** The fields of a line by their plain names; see `plainName`. A blank field is absent. */
export type Fields = ReadonlyMap<string, Field>

/** Lower case, letters and digits only: `emailVerified`, `email_verified` and `Email Verified` are the same field. */
export function plainName(name: string): string {
  return name.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase()
}

export function plainNames(...names: readonly string[]): string[] {
  return names.map(plainName)
}

/** Whether a field counts as absent: databases export empty columns as `null` or as an empty text. */
export function isBlank(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '')
}

/** The fields of these names that the line has, in this order. */
export function present(fields: Fields, names: readonly string[]): Field[] {
  return names.flatMap((name) => fields.get(name) ?? [])
}

/** @throws LineFault if the value is no string */
export function readText({ name, value }: Field): string {
  if (typeof value === 'string') return value
  throw new LineFault(`${name}: expected a string`)
}

const TRUE = new Set(['true', 't', 'yes', '1'])
const FALSE = new Set(['false', 'f', 'no', '0'])

/** Reads a boolean as JSON and as databases write it in text: `true`, `t`, `yes`, `1` and their opposites. */
export function asBoolean(value: unknown): boolean | undefined {
  const text = String(value).trim().toLowerCase()
  if (TRUE.has(text)) return true
  return FALSE.has(text) ? false : undefined
}

/** @throws LineFault if the value is no boolean; see `asBoolean` */
export function readBoolean({ name, value }: Field): boolean {
  const boolean = asBoolean(value)
  if (boolean !== undefined) return boolean
  throw new LineFault(`${name}: expected true or false`)
}

/** An instant in milliseconds since 1970, UTC; `Infinity` for PostgreSQL's `infinity`. */
export type Instant = number

const DATE_TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/i
/** Larger numbers are milliseconds, smaller ones seconds: in seconds it is the year 5138. */
const FIRST_MILLISECONDS = 100_000_000_000

/**
 * Reads an instant as ISO 8601, as databases print it (UTC without an offset), as seconds or milliseconds since 1970, or
 * as MongoDB's `{"$date": …}`. @throws LineFault for any other value
 */
export function readInstant({ name, value }: Field): Instant {
  const instant = asInstant(value)
  if (Number.isNaN(instant)) throw new LineFault(`${name}: expected a time such as 2026-11-30T12:00:00Z`)
  return instant
}

function asInstant(value: unknown): Instant {
  if (typeof value === 'object' && value !== null && '$date' in value) return asInstant(value.$date)
  if (typeof value === 'number') return value < FIRST_MILLISECONDS ? value * 1000 : value
  if (typeof value !== 'string') return Number.NaN
  const text = value.trim()
  if (/^-?infinity$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  if (/^\d{9,}(\.\d+)?$/.test(text)) return asInstant(Number(text))
  const [, date, time = '00:00', zone = 'Z'] = DATE_TIME.exec(text) ?? []
  return date === undefined ? Number.NaN : Date.parse(`${date}T${time}${isoOffset(zone)}`)
}

/** PostgreSQL prints `+00`, Ruby `UTC`. */
function isoOffset(zone: string): string {
  if (/^(z|utc)$/i.test(zone)) return 'Z'
  return zone.length === 3 ? `${zone}:00` : zone
}
