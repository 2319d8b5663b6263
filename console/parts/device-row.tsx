import type { Signal } from '@preact/signals'
import type { ListedSession } from '../../client/index.ts'
import { formatExact } from '../clock.ts'
import { describeDevice, sessionName } from '../device.ts'
import type { ShownSession } from '../live-sessions.ts'
import { text } from '../text.ts'
import { DeviceIcon } from './device-icon.tsx'
import { Facts } from './facts.tsx'
import { Instant } from './instant.tsx'

export interface DeviceActions {
  /** Each is absent if the viewer may not do it. */
  readonly onSignOut?: ((session: ListedSession) => void) | undefined
  readonly onNotMe?: ((session: ListedSession) => void) | undefined
}

interface DeviceRowProps extends DeviceActions {
  readonly session: ShownSession
  /** Its name among those of the list, for buttons that are read aloud alone. */
  readonly distinctName: string
  /** The ids of the selected sessions; absent if none can be selected. */
  readonly selected?: Signal<ReadonlySet<string>> | undefined
  readonly open: Signal<ReadonlySet<string>>
}

/** One session as a row: what it is, where and when it was used, and what can be done about it. */
export function DeviceRow({ session, distinctName, selected, open, ...actions }: DeviceRowProps) {
  const { name: device, kind } = describeDevice(session.userAgent)
  const name = sessionName(session)
  const isOpen = open.value.has(session.id)
  const words = text.session
  return (
    <li id={`session-${session.id}`} tabIndex={-1}>
      <div class={session.isFresh ? 'device-row is-fresh' : 'device-row'}>
        {selected ? (
          <label>
            <span class="visually-hidden">{text.sessions.select(distinctName)}</span>
            <input
              type="checkbox"
              checked={selected.value.has(session.id)}
              onChange={() => toggle(selected, session.id)}
            />
          </label>
        ) : (
          <span />
        )}
        <DeviceIcon kind={kind} />
        <div class="device-words">
          <p class="device-name">
            <bdi>{name}</bdi>
            {session.isFresh && <span class="badge">{words.fresh}</span>}
            {session.current && <span class="badge">{words.current}</span>}
          </p>
          <p class="device-facts">
            {name !== device && <span>{device}</span>}
            <span>{session.ip}</span>
            <span>
              {session.current ? words.now : words.lastSeen} {!session.current && <Instant at={session.lastSeenAt} />}
            </span>
            <span>{words.with(howSignedIn(session))}</span>
          </p>
        </div>
        <div class="device-actions">
          <button
            type="button"
            class="plain"
            aria-expanded={isOpen}
            aria-label={words.detailsNamed(distinctName)}
            onClick={() => toggle(open, session.id)}
          >
            {words.details}
          </button>
          {actions.onSignOut && (
            <button
              type="button"
              class="plain"
              aria-label={words.signOutNamed(distinctName)}
              onClick={() => actions.onSignOut?.(session)}
            >
              {words.signOut}
            </button>
          )}
        </div>
      </div>
      {isOpen && <Details session={session} distinctName={distinctName} {...actions} />}
    </li>
  )
}

function toggle(ids: Signal<ReadonlySet<string>>, id: string): void {
  const next = new Set(ids.peek())
  if (!next.delete(id)) next.add(id)
  ids.value = next
}

/** With which factors the user has signed in. */
export const howSignedIn = ({ factors }: Pick<ListedSession, 'factors'>) =>
  text.list(factors.map((factor) => text.session.factors[factor]))

/** The exact times and the details of a session, as names and values. */
export function sessionFacts(session: ListedSession): [name: string, value: string, isCode?: boolean][] {
  const { exactSignedIn, exactAuthenticated, exactSeen, exactExpires, exactEnds } = text.session
  const { how, device, scopes, noScopes, browser, nothing, id } = text.session
  const { name, kind } = describeDevice(session.userAgent)
  return [
    [how, howSignedIn(session)],
    [device, `${name} (${text.device.kinds[kind]})`],
    [exactSignedIn, formatExact(session.createdAt)],
    [exactAuthenticated, formatExact(session.authenticatedAt)],
    [exactSeen, formatExact(session.lastSeenAt)],
    [exactExpires, formatExact(session.expiresAt)],
    [exactEnds, formatExact(session.endsAt)],
    [scopes, session.scopes.join(' ') || noScopes, session.scopes.length > 0],
    [browser, session.userAgent || nothing],
    [id, session.id, true],
  ]
}

function Details({ session, distinctName, onNotMe }: DeviceActions & Pick<DeviceRowProps, 'session' | 'distinctName'>) {
  const { notMe, notMeNamed } = text.session
  return (
    <div class="device-details">
      <Facts rows={sessionFacts(session)} />
      {onNotMe && (
        <div class="buttons start">
          <button
            type="button"
            class="danger outlined"
            aria-label={notMeNamed(distinctName)}
            onClick={() => onNotMe(session)}
          >
            {notMe}
          </button>
        </div>
      )}
    </div>
  )
}
