import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useAction } from '../action.ts'
import { deskText } from '../desk-text.ts'
import {
  address,
  cursor,
  endFromAddress,
  entries,
  eventFilter,
  hours,
  isLoading,
  job,
  load,
  problem,
  restart,
  shown,
} from '../incident.ts'
import { ActivityTable } from '../parts/activity-table.tsx'
import { DeskPage } from '../parts/desk-page.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Heading } from '../parts/heading.tsx'
import { IncidentFilters } from '../parts/incident-filters.tsx'
import { LeakNote } from '../parts/leak-note.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { text } from '../text.ts'
import { mayRevoke } from '../viewer.ts'

/** What has happened recently, to all users, and what an administrator can do about it. */
export function IncidentView() {
  const ending = useSignal('')
  useEffect(() => {
    if (!entries.peek()) restart()
  }, [])
  useEffect(() => {
    if (entries.peek()) restart()
  }, [eventFilter.value, hours.value])
  const { title, lead, none, more, count, endAll, ended } = deskText.incident
  const found = shown.value
  const ip = address.value.trim()
  return (
    <DeskPage>
      <div>
        <Heading>{title}</Heading>
        <p class="lead">{lead}</p>
      </div>
      <IncidentFilters />
      {ip !== '' && mayRevoke.value && (
        <div class="buttons start">
          <button
            type="button"
            class="danger outlined"
            disabled={job.value?.isRunning ?? false}
            onClick={() => {
              ending.value = ip
            }}
          >
            {endAll(ip)}
          </button>
        </div>
      )}
      <p role="status">{job.value ? ended(job.value) : ''}</p>
      <ProblemNote problem={job.value?.problem} />
      {found && found.length > 0 && <ActivityTable entries={found} label={title} />}
      {found?.length === 0 && !isLoading.value && <p class="empty">{none}</p>}
      <ProblemNote problem={problem.value} />
      <div class="foot">
        <span aria-live="polite">{found ? count(found.length, entries.value?.length ?? 0) : text.loading}</span>
        {(cursor.value !== undefined || problem.value) && (
          <button type="button" onClick={load} aria-disabled={isLoading.value}>
            {problem.value ? text.retry : more}
          </button>
        )}
      </div>
      <LeakNote />
      {ending.value && (
        <EndAll
          ip={ending.value}
          onClose={() => {
            ending.value = ''
          }}
        />
      )}
    </DeskPage>
  )
}

function EndAll({ ip, onClose }: { ip: string; onClose: () => void }) {
  const action = useAction(async () => {
    const work = endFromAddress(ip)
    onClose()
    await work
  })
  const { endAll, endAllTitle, endAllEffect } = deskText.incident
  return (
    <Dialog title={endAllTitle(ip)} submit={endAll(ip)} action={action} onClose={onClose} danger>
      <p>{endAllEffect(hours.value)}</p>
    </Dialog>
  )
}
