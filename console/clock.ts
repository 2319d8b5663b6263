import { signal } from '@preact/signals'
import { locale } from './page-language.ts'
import { text } from './text.ts'

/** How far this device's clock is behind the service's, if that is worth correcting. */
let behindMs = 0
const SKEW_MS = 60_000

/** The service's time. It advances on its own, so that relative times on the page stay correct. */
const nowMs = signal(Date.now())
setInterval(() => {
  nowMs.value = Date.now() + behindMs
}, 15_000)

/** Corrects the clock by a response's header `Date`: a device may be hours off, and its times would lie in the future. */
export function learnTime(date: string | null): void {
  const difference = Date.parse(date ?? '') - Date.now()
  if (Number.isNaN(difference) || Math.abs(difference - behindMs) < SKEW_MS) return
  behindMs = Math.abs(difference) < SKEW_MS ? 0 : difference
  nowMs.value = Date.now() + behindMs
}

const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
const absolute = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'medium' })
const UNITS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** "in 14 minutes", "3 days ago", or "a moment ago" below a minute. Rounds towards zero. */
function formatRelative(seconds: number): string {
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 0]
  return size === 0 ? text.aMomentAgo : relative.format(Math.trunc(seconds / size), unit)
}

/** A waiting time, rounded up: a retry after it is not too early. */
export function formatWait(seconds: number): string {
  if (seconds < 90) return relative.format(Math.ceil(seconds), 'second')
  return seconds < 5400
    ? relative.format(Math.ceil(seconds / 60), 'minute')
    : relative.format(Math.ceil(seconds / 3600), 'hour')
}

/** An RFC 3339 instant relative to now. */
export function formatFromNow(instant: string): string {
  return formatRelative((Date.parse(instant) - nowMs.value) / 1000)
}

/** An RFC 3339 instant in the page's language and this device's time zone. */
export function formatExact(instant: string): string {
  return absolute.format(new Date(instant))
}
