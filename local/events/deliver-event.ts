import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type BundledFunction, invokeFunction } from '../invoke-function.ts'
import type { Pool } from '../pool.ts'
import type { ServiceFunction } from '../service.ts'
import type { DeliveredEvent } from './event-bridge.ts'

/** Lambda repeats an asynchronous invocation twice. */
const TRIES = 3
/** Lambda waits a minute; here somebody waits for what the function does. */
const RETRY_MS = 1_000

/** Invokes functions for events of EventBridge: each one whose rule accepts the event, and again if it fails. */
export const deliverer =
  (bundledFunctions: ReadonlyMap<ServiceFunction, BundledFunction>, pool: Pool, log: (line: string) => void) =>
  async (event: DeliveredEvent): Promise<void> => {
    const targets = [...bundledFunctions].filter(([{ eventRules }]) => eventRules.some(({ accepts }) => accepts(event)))
    await Promise.all(
      targets.map(async ([, bundledFunction]) => {
        for (let tries = 1; tries <= TRIES; tries++) {
          const { kind } = await invokeFunction(bundledFunction, event, randomUUID(), pool, log)
          if (kind === 'result') return
          if (tries < TRIES) await pause(RETRY_MS)
        }
      }),
    )
  }
