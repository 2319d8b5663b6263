import { signal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { type Activity, type ActivityPage, Problem } from '../client/index.ts'
import { endSentence } from './activity-sentence.ts'
import { formatExact } from './clock.ts'
import { text } from './text.ts'

/** How and when a session ended, by its entry in the activity. */
const endWithTime = (entry: Activity): string => text.activity.atTime(endSentence(entry), formatExact(entry.at))

/**
 * Why sessions ended, by their ids, from the activity. It is read again whenever there are more of them.
 * @param ended the ids of the sessions that the page has seen end
 */
export function useEndReasons(
  ended: readonly string[],
  list: () => Promise<ActivityPage>,
): ReadonlyMap<string, string> {
  const reasons = useMemo(() => signal<ReadonlyMap<string, string>>(new Map()), [])
  const missing = ended.filter((id) => !reasons.value.has(id)).length
  useEffect(() => {
    if (missing === 0) return
    list().then(
      ({ activity }) => {
        const found = activity.flatMap((entry) =>
          (entry.sessionIds ?? []).map((id) => [id, endWithTime(entry)] as const),
        )
        reasons.value = new Map([...reasons.peek(), ...found])
      },
      (error: unknown) => {
        if (!(error instanceof Problem)) throw error
      },
    )
  }, [missing])
  return reasons.value
}
