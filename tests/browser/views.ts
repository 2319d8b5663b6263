/** A scheme and a width that the console is looked at in. */
export interface View {
  readonly scheme: 'light' | 'dark'
  readonly width: number
}

export const DESK: View = { scheme: 'light', width: 1200 }
export const PHONE: View = { scheme: 'dark', width: 390 }
export const VIEWS: readonly View[] = [DESK, PHONE, { scheme: 'dark', width: 1200 }, { scheme: 'light', width: 390 }]
