import { monotonicMilliseconds } from '../lib/system.ts'
import type { Terminal } from './terminal.ts'

export interface Progress {
  /** Tells how far it is, unless that was told a moment ago. */
  update(text: () => string): void
  /** Takes it off the screen: before other lines, and at the end. */
  clear(): void
}

const ON_SCREEN_MS = 100
const IN_A_LOG_MS = 10_000
const BAR_LENGTH = 24

/** On a terminal one line that is rewritten, elsewhere a line now and then; both on standard error. */
export function openProgress(
  { show, complain }: Pick<Terminal, 'show' | 'complain'>,
  now: () => number = monotonicMilliseconds,
): Progress {
  const every = show ? ON_SCREEN_MS : IN_A_LOG_MS
  let told = now()
  let isShown = false
  return {
    update(text) {
      if (now() - told < every) return
      told = now()
      isShown = true
      if (show) show(text())
      else complain(text())
    },
    clear() {
      if (isShown) show?.('')
      isShown = false
    },
  }
}

/** `[######------------------]  25 %`. */
export function bar(done: number, all: number): string {
  const share = all > 0 ? Math.min(done / all, 1) : 1
  const full = Math.floor(share * BAR_LENGTH)
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_LENGTH - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`
}

/** `1,234 users`, `1 user`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}
