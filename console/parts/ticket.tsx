import { exactly } from '../clock.ts'
import { describeDevice, nameOf } from '../device.ts'
import type { ShownSession } from '../live-sessions.ts'
import { text } from '../text.ts'
import { DeviceIcon } from './device-icon.tsx'
import { Facts } from './facts.tsx'
import { Instant } from './instant.tsx'

interface TicketProps {
  readonly session: ShownSession
  /** Absent: whoever looks may not end it. */
  readonly onEnd?: (() => void) | undefined
}

/** One session as a ticket of the cloakroom. Its stub ends it, and is torn off when it has ended. */
export function Ticket({ session, onEnd }: TicketProps) {
  const { words, kind } = describeDevice(session.userAgent)
  const name = nameOf(session)
  return (
    <li class={session.isEnded ? 'ticket ended' : 'ticket'}>
      <div class="ticket-body">
        <DeviceIcon kind={kind} />
        <div class="ticket-words">
          <p class="ticket-name">
            <bdi>{name}</bdi>
            {session.current && <span class="badge">{text.session.current}</span>}
          </p>
          <p class="ticket-facts">
            {name !== words && <span>{words}</span>}
            <span class="code">{session.ip}</span>
            <span>
              {text.session.signedIn} <Instant at={session.createdAt} />
            </span>
            <span>
              {text.session.lastSeen} {session.current ? text.session.now : <Instant at={session.lastSeenAt} />}
            </span>
          </p>
          <Details session={session} />
        </div>
      </div>
      <div class="ticket-stub">
        {session.isEnded ? (
          <span class="stamp">{text.session.ended}</span>
        ) : (
          onEnd && (
            <button type="button" class="end" aria-label={text.session.endNamed(name)} onClick={onEnd}>
              {text.session.end}
            </button>
          )
        )}
      </div>
    </li>
  )
}

/** What hovering shows, for fingers and keyboards, and what few need. */
function Details({ session }: { session: ShownSession }) {
  const { details, exactSignedIn, exactConfirmed, exactSeen, exactExpires, exactEnds } = text.session
  const { scopes, noScopes, browser, nothing, id } = text.session
  const rows: [name: string, value: string, isCode?: boolean][] = [
    [exactSignedIn, exactly(session.createdAt)],
    [exactConfirmed, exactly(session.authenticatedAt)],
    [exactSeen, exactly(session.lastSeenAt)],
    [exactExpires, exactly(session.expiresAt)],
    [exactEnds, exactly(session.endsAt)],
    [scopes, session.scopes.join(' ') || noScopes, session.scopes.length > 0],
    [browser, session.userAgent || nothing],
    [id, session.id, true],
  ]
  return (
    <details>
      <summary>{details}</summary>
      <Facts rows={rows} />
    </details>
  )
}
