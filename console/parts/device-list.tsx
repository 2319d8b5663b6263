import type { Signal } from '@preact/signals'
import { useSignal } from '@preact/signals'
import { problemMessage } from '../action.ts'
import { sessionName } from '../device.ts'
import { distinctNames } from '../distinct-names.ts'
import type { LiveSessions, ShownSession } from '../live-sessions.ts'
import { text } from '../text.ts'
import { type DeviceActions, DeviceRow } from './device-row.tsx'

interface DeviceListProps extends DeviceActions {
  readonly live: LiveSessions
  readonly label: string
  /** The message for an empty list. */
  readonly empty: string
  /** Whether the session of this page stands elsewhere. */
  readonly omitsCurrent?: boolean
  readonly selected?: Signal<ReadonlySet<string>> | undefined
  /** Why sessions ended, by their ids. */
  readonly reasons: ReadonlyMap<string, string>
}

/** A live list of sessions. While it loads, placeholders keep its space; if it cannot load, the reason is shown. */
export function DeviceList({ live, label, empty, omitsCurrent, selected, reasons, ...actions }: DeviceListProps) {
  const open = useSignal<ReadonlySet<string>>(new Set())
  const problem = live.problem.value
  const shown = live.shown.value?.filter(({ current, isSignedOut }) => !(omitsCurrent && current && !isSignedOut))
  if (!shown)
    return problem && problem.code !== 'unauthenticated' ? (
      <p class="empty">{problemMessage(problem)}</p>
    ) : (
      <div class="devices waiting" aria-busy="true">
        <p class="visually-hidden">{text.loading}</p>
      </div>
    )
  const active = shown.filter(({ isSignedOut }) => !isSignedOut)
  const names = distinctNames(activeSessions(live))
  return (
    <>
      {active.length === 0 ? (
        <p class="empty">{empty}</p>
      ) : (
        <ul class="devices" aria-label={label}>
          {active.map((session) => (
            <DeviceRow
              key={session.id}
              session={session}
              distinctName={names.get(session.id) ?? ''}
              selected={selected}
              open={open}
              {...actions}
            />
          ))}
        </ul>
      )}
      <Ended sessions={shown.filter(({ isSignedOut }) => isSignedOut)} reasons={reasons} />
    </>
  )
}

/** The sessions that have ended since the page was opened, and why. */
function Ended({ sessions, reasons }: { sessions: readonly ShownSession[]; reasons: ReadonlyMap<string, string> }) {
  if (sessions.length === 0) return null
  return (
    <details class="ended">
      <summary>{text.sessions.ended(sessions.length)}</summary>
      <ul>
        {sessions.map((session) => (
          <li key={session.id}>
            <bdi>{sessionName(session)}</bdi>, {session.ip}: {reasons.get(session.id) ?? text.session.signedOut}
          </li>
        ))}
      </ul>
    </details>
  )
}

/** The sessions of a list that are not signed out. */
export function activeSessions(live: LiveSessions): readonly ShownSession[] {
  return live.shown.value?.filter(({ isSignedOut }) => !isSignedOut) ?? []
}

/** The ids of those that are. */
export function endedIds(live: LiveSessions): readonly string[] {
  return live.shown.value?.filter(({ isSignedOut }) => isSignedOut).map(({ id }) => id) ?? []
}
