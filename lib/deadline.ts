import { UnavailableError } from './errors.ts'
import { monotonicMilliseconds } from './system.ts'

/** The datastore time of a request. API Gateway waits 30 seconds, the caller of an authorizer 10, a person 2. */
export const REQUEST_DEADLINE_SECONDS = 2
/** The datastore time of a request that deletes many rows before it may report success. */
export const BULK_DEADLINE_SECONDS = 10

/**
 * A budget of datastore time that all datastore calls of a request share. Time counts only while at least one call is in
 * progress, so a slow password verification leaves the budget untouched.
 */
export interface Deadline {
  /**
   * Runs one datastore call within the rest of the budget.
   * @param call receives a signal that aborts when the budget is used up
   * @throws UnavailableError as soon as the budget is used up; the call is aborted and not awaited.
   */
  run<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T>
}

/**
 * Starts a budget of datastore time.
 * @example
 * ```ts
 * import { BULK_DEADLINE_SECONDS, startDeadline } from 'coatcheck'
 *
 * const deadline = startDeadline(BULK_DEADLINE_SECONDS)
 * ```
 */
export function startDeadline(seconds: number = REQUEST_DEADLINE_SECONDS): Deadline {
  let leftMs = seconds * 1000
  let callsInProgress = 0
  let countedAt = 0
  const count = () => {
    const now = monotonicMilliseconds()
    if (callsInProgress > 0) leftMs -= now - countedAt
    countedAt = now
  }
  return {
    async run(call) {
      count()
      if (leftMs <= 0) throw new UnavailableError(`The ${seconds} s of datastore time of this request are used up`)
      callsInProgress++
      const controller = new AbortController()
      let timer: NodeJS.Timeout | undefined
      const timeout = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new UnavailableError(`The datastore did not respond within the ${seconds} s of this request`))
          controller.abort()
        }, leftMs)
      })
      try {
        return await Promise.race([call(controller.signal), timeout])
      } finally {
        clearTimeout(timer)
        count()
        callsInProgress--
      }
    },
  }
}
