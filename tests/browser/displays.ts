/** A color scheme and a window width. */
export interface Display {
  readonly scheme: 'light' | 'dark'
  readonly width: number
}

export const DESKTOP: Display = { scheme: 'light', width: 1200 }
export const PHONE: Display = { scheme: 'dark', width: 390 }
/** Each scheme and each width once, for tests of behavior. */
export const DISPLAYS: readonly Display[] = [DESKTOP, PHONE]
/** Every combination, for tests of appearance. */
export const ALL_DISPLAYS: readonly Display[] = [
  ...DISPLAYS,
  { scheme: 'dark', width: 1200 },
  { scheme: 'light', width: 390 },
]
