import { signal, untracked, useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { Problem } from '../client/index.ts'
import { phase } from './viewer.ts'

// The page looks again by itself. It never renews a session by that: looking is no use.

const SECONDS = 4
/** Somebody who does nothing for so long is shown changes more slowly: each look costs the service reads. */
const IDLE_SECONDS = 300
const IDLE_BEATS = 8

const beat = signal(0)
let lastInput = Date.now()
let count = 0

for (const kind of ['pointerdown', 'pointermove', 'keydown', 'scroll'])
  addEventListener(
    kind,
    () => {
      lastInput = Date.now()
    },
    { passive: true, capture: true },
  )
const lookNow = () => {
  if (document.visibilityState === 'visible') beat.value++
}
setInterval(() => {
  const idle = Date.now() - lastInput > IDLE_SECONDS * 1000
  if (!idle || ++count % IDLE_BEATS === 0) lookNow()
}, SECONDS * 1000)
document.addEventListener('visibilitychange', lookNow)
addEventListener('online', lookNow)

/**
 * Runs at once and then every few seconds while the page is looked at and it is wanted, never twice at a time. Its
 * problems are shown where the service's are; the next beat tries again.
 */
export function useHeartbeat(work: () => Promise<unknown>, isWanted = () => phase.value === 'in'): void {
  const latest = useRef(work)
  latest.current = work
  const working = useRef(false)
  useSignalEffect(() => {
    beat.value
    if (!isWanted() || working.current) return
    working.current = true
    // What the work reads is none of the beat's business.
    untracked(() => latest.current())
      .catch((error) => {
        if (!(error instanceof Problem)) throw error
      })
      .finally(() => {
        working.current = false
      })
  })
}
