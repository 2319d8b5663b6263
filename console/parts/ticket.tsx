import { formatExact } from '../clock.ts'
import { describeDevice, sessionName } from '../device.ts'
import type { ShownSession } from '../live-sessions.ts'
import { text } from '../text.ts'
import { DeviceIcon } from './device-icon.tsx'
import { Facts } from './facts.tsx'
import { Instant } from './instant.tsx'

interface TicketProps {
  readonly session: ShownSession
  /** Absent if the viewer may not revoke the session. */
  readonly onSignOut?: (() => void) | undefined
}

/** One session, drawn as a cloakroom ticket. The stub has the sign-out button and is torn off once signed out. */
export function Ticket({ session, onSignOut }: TicketProps) {
  const { name: device, kind } = describeDevice(session.userAgent)
  const name = sessionName(session)
  return (
    <li class={session.isSignedOut ? 'ticket signed-out' : 'ticket'}>
      <div class="ticket-body">
        <DeviceIcon kind={kind} />
        <div class="ticket-words">
          <p class="ticket-name">
            <bdi>{name}</bdi>
            {session.current && <span class="badge">{text.session.current}</span>}
          </p>
          <p class="ticket-facts">
            {name !== device && <span>{device}</span>}
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
        {session.isSignedOut ? (
          <span class="stamp">{text.session.signedOut}</span>
        ) : (
          onSignOut && (
            <button type="button" class="sign-out" aria-label={text.session.signOutNamed(name)} onClick={onSignOut}>
              {text.session.signOut}
            </button>
          )
        )}
      </div>
    </li>
  )
}

/** Exact times, which are otherwise shown on hover only, and details that few users need. */
function Details({ session }: { session: ShownSession }) {
  const { details, exactSignedIn, exactAuthenticated, exactSeen, exactExpires, exactEnds } = text.session
  const { scopes, noScopes, browser, nothing, id } = text.session
  const rows: [name: string, value: string, isCode?: boolean][] = [
    [exactSignedIn, formatExact(session.createdAt)],
    [exactAuthenticated, formatExact(session.authenticatedAt)],
    [exactSeen, formatExact(session.lastSeenAt)],
    [exactExpires, formatExact(session.expiresAt)],
    [exactEnds, formatExact(session.endsAt)],
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
