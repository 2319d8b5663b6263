import { UnavailableError } from './errors.ts'
import { monotonicMilliseconds } from './system.ts'

/** Datastore time a request may take, in seconds. API Gateway waits 30 seconds, an authorizer's caller 10, a person 2. */
export const REQUEST_SECONDS = 2
/** The same where many rows are deleted before success may be reported. */
export const BULK_SECONDS = 10

/**
 * One budget of datastore time, handed down to every datastore call of a request. Time counts while a call is under
 * way, once however many there are, and not between them: a slow password verification leaves the datastore its share.
 */
export interface Deadline {
  /**
   * Runs one datastore call in what is left of the budget.
   * @throws UnavailableError when nothing is left, or as soon as it is used up: the call is aborted, not awaited.
   */
  run<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T>
}

/** A budget of so many seconds, untouched yet. */
export function startDeadline(seconds: number = REQUEST_SECONDS): Deadline {
  let left = seconds * 1000
  let underWay = 0
  let countedAt = 0
  const count = () => {
    const now = monotonicMilliseconds()
    if (underWay > 0) left -= now - countedAt
    countedAt = now
  }
  return {
    async run(call) {
      count()
      if (left <= 0) throw new UnavailableError('the time for this request is used up')
      underWay++
      const controller = new AbortController()
      let timer: NodeJS.Timeout | undefined
      const tooLate = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new UnavailableError('the datastore did not answer in time'))
          controller.abort()
        }, left)
      })
      try {
        return await Promise.race([call(controller.signal), tooLate])
      } finally {
        clearTimeout(timer)
        count()
        underWay--
      }
    },
  }
}
