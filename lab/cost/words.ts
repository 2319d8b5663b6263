// Numbers as they are read.

const upTo = (digits: number) => (value: number) => value.toLocaleString('en', { maximumFractionDigits: digits })

/** 0.034, 4.62, 95.10 and 1,216. */
export function dollars(value: number): string {
  const digits = value >= 100 || value === 0 ? 0 : value >= 1 ? 2 : 3
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

export const whole = upTo(0)

/** 6,083 million and 12.3 million; smaller ones as they are. */
export function quantity(value: number): string {
  if (value >= 1e8) return `${whole(value / 1e6)} million`
  return value >= 1e6 ? `${upTo(1)(value / 1e6)} million` : upTo(value < 100 ? 2 : 0)(value)
}

/** `none`, 45 s, 5 min, 1 h, 7 days. */
export function delay(seconds: number): string {
  if (seconds === 0) return 'none'
  if (seconds % 86_400 === 0) return seconds === 86_400 ? '1 day' : `${seconds / 86_400} days`
  if (seconds % 3600 === 0) return `${seconds / 3600} h`
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}
