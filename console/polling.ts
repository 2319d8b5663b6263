import { signal, untracked, useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { Problem } from '../client/index.ts'
import { phase } from './viewer.ts'

// The page polls the service with GET requests, which never extend a session.

const INTERVAL_MS = 4000
/** After this long without input the page polls less often, since each poll costs reads. */
const INPUT_IDLE_MS = 300_000
const TICKS_PER_IDLE_POLL = 8

const tick = signal(0)
let lastInputAt = Date.now()
let intervals = 0

for (const type of ['pointerdown', 'pointermove', 'keydown', 'scroll'])
  addEventListener(
    type,
    () => {
      lastInputAt = Date.now()
    },
    { passive: true, capture: true },
  )
const pollNow = () => {
  if (document.visibilityState === 'visible') tick.value++
}
setInterval(() => {
  const isIdle = Date.now() - lastInputAt > INPUT_IDLE_MS
  if (!isIdle || ++intervals % TICKS_PER_IDLE_POLL === 0) pollNow()
}, INTERVAL_MS)
document.addEventListener('visibilitychange', pollNow)
addEventListener('online', pollNow)

/**
 * Runs `work` at once and then every few seconds while the page is visible and `isEnabled` holds, one run at a time.
 * Ignores a `Problem`: `work` records it where the page shows it, and the next run tries again.
 */
export function usePolling(work: () => Promise<unknown>, isEnabled = () => phase.value === 'signedIn'): void {
  const latest = useRef(work)
  latest.current = work
  const isRunning = useRef(false)
  useSignalEffect(() => {
    tick.value // subscribes this effect
    if (!isEnabled() || isRunning.current) return
    isRunning.current = true
    // Signals that the work reads must not trigger this effect.
    untracked(() => latest.current())
      .catch((error) => {
        if (!(error instanceof Problem)) throw error
      })
      .finally(() => {
        isRunning.current = false
      })
  })
}
