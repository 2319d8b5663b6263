/** A scheme and a width that the console is looked at in. */
export interface View {
  readonly scheme: 'light' | 'dark'
  readonly width: number
}

export const DESK: View = { scheme: 'light', width: 1200 }
export const PHONE: View = { scheme: 'dark', width: 390 }
/** Each scheme and each width, for what people do. */
export const VIEWS: readonly View[] = [DESK, PHONE]
/** Each with each, for what it looks like. */
export const ALL_VIEWS: readonly View[] = [...VIEWS, { scheme: 'dark', width: 1200 }, { scheme: 'light', width: 390 }]
