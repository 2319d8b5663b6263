import { signal } from '@preact/signals'
import { text } from './text.ts'

/** Moves on by itself, so that "a minute ago" does not stay one. */
const now = signal(Date.now())
setInterval(() => {
  now.value = Date.now()
}, 15_000)

const relative = new Intl.RelativeTimeFormat(text.language, { numeric: 'auto' })
const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'medium' })
const UNITS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** "in 14 minutes", "3 days ago"; "a moment ago" below a minute. Only whole ones that are over count. */
function inWords(seconds: number): string {
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 0]
  return size === 0 ? text.aMomentAgo : relative.format(Math.trunc(seconds / size), unit)
}

/** How long to wait, never less than it takes. */
export function waitInWords(seconds: number): string {
  if (seconds < 90) return relative.format(Math.ceil(seconds), 'second')
  return seconds < 5400
    ? relative.format(Math.ceil(seconds / 60), 'minute')
    : relative.format(Math.ceil(seconds / 3600), 'hour')
}

/** From now until an RFC 3339 instant, or since. The service's clock may be a little ahead of this machine's. */
export function fromNow(instant: string): string {
  return inWords((Date.parse(instant) - now.value) / 1000)
}

/** As long as this machine's language and time zone write it. */
export function exactly(instant: string): string {
  return absolute.format(new Date(instant))
}
