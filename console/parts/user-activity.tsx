import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type Activity, Problem } from '../../client/index.ts'
import { deskText } from '../desk-text.ts'
import { callService } from '../service.ts'
import { ActivityTable } from './activity-table.tsx'
import { ProblemNote } from './problem-note.tsx'

/** The latest activity of a user. @param changes how many changes the page has made: each is part of the activity */
export function useUserActivity(userId: string, changes: number) {
  const entries = useSignal<readonly Activity[] | undefined>(undefined)
  const problem = useSignal<Problem | undefined>(undefined)
  useEffect(() => {
    callService('GET /admin/users/{userId}/activity', { params: { userId }, query: { limit: '50' } }).then(
      ({ activity }) => {
        entries.value = activity
        problem.value = undefined
      },
      (error: unknown) => {
        if (!(error instanceof Problem)) throw error
        problem.value = error
      },
    )
  }, [userId, changes])
  return { entries: entries.value, problem: problem.value }
}

interface UserActivityProps {
  readonly userId: string
  readonly entries: readonly Activity[] | undefined
  readonly problem: Problem | undefined
}

/** What has happened to a user, for administrators. */
export function UserActivity({ entries, problem }: UserActivityProps) {
  const { activity, noActivity } = deskText.user
  const shown = entries?.filter(({ event }) => event !== 'session_created')
  return (
    <section class="card">
      <h2>{activity}</h2>
      <ProblemNote problem={problem} />
      {shown?.length === 0 && <p>{noActivity}</p>}
      {shown && shown.length > 0 && <ActivityTable entries={shown} label={activity} ofOneUser />}
    </section>
  )
}

/** When the user last signed in, and until when sign-in is locked, as far as the entries tell. */
export function summaryOf(entries: readonly Activity[] = []) {
  const lastSignInAt = entries.find(({ event }) => event === 'authn_login_success')?.at
  const isUnlock = ({ event, action = '' }: Activity) => event === 'authz_admin' && action.startsWith('unlock')
  const lock = entries.find((entry) => entry.event === 'authn_login_lock' || isUnlock(entry))
  const until = lock?.event === 'authn_login_lock' ? lock.until : undefined
  return { lastSignInAt, lockedUntil: until && Date.parse(until) > Date.now() ? until : undefined }
}
