import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Activity } from '../../client/index.ts'
import { useAction } from '../action.ts'
import { activitySentence, isWarning } from '../activity-sentence.ts'
import { callService } from '../service.ts'
import { text } from '../text.ts'
import { Instant } from './instant.tsx'
import { ProblemNote } from './problem-note.tsx'

const PAGE = '20'

/** What happened to the user's account, in sentences. */
export function RecentActivity() {
  const entries = useSignal<readonly Activity[] | undefined>(undefined)
  const cursor = useSignal<string | undefined>(undefined)
  const more = useAction(async () => {
    const after = cursor.value === undefined ? {} : { cursor: cursor.value }
    const page = await callService('GET /auth/activity', { query: { limit: PAGE, ...after } })
    entries.value = [...(entries.value ?? []), ...page.activity]
    cursor.value = page.cursor
  }, true)
  useEffect(() => void more.run(), [])
  const { title, none, at } = text.activity
  const shown = entries.value?.flatMap((entry) => {
    const sentence = activitySentence(entry)
    return sentence ? [{ entry, sentence }] : []
  })
  return (
    <section aria-labelledby="activity">
      <h2 id="activity">{title}</h2>
      {shown?.length === 0 && <p class="empty">{none}</p>}
      {shown ? (
        <ul class="activity" aria-label={title} hidden={shown.length === 0}>
          {shown.map(({ entry, sentence }, index) => (
            <li key={index}>
              <span class={isWarning(entry) ? 'is-warning' : undefined}>
                {sentence} {entry.ip && <span>{at(entry.ip)}</span>}
              </span>
              <span>
                <Instant at={entry.at} />
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <div class="activity waiting" aria-busy={more.busy} />
      )}
      <ProblemNote problem={more.problem} />
      {(cursor.value !== undefined || more.problem) && (
        <div class="foot">
          <button type="button" onClick={more.run} aria-disabled={more.busy}>
            {more.problem ? text.retry : text.activity.more}
          </button>
        </div>
      )}
    </section>
  )
}
