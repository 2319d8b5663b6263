import type { ListedSession } from '../../client/index.ts'
import { describeDevice, sessionName } from '../device.ts'
import { text } from '../text.ts'
import { DeviceIcon } from './device-icon.tsx'
import { howSignedIn, sessionFacts } from './device-row.tsx'
import { Facts } from './facts.tsx'
import { Instant } from './instant.tsx'

interface TicketProps {
  readonly session: ListedSession
  readonly onSignOut: () => void
}

/** The session of this page, drawn as a cloakroom ticket with the sign-out button on its stub. */
export function Ticket({ session, onSignOut }: TicketProps) {
  const { name: device, kind } = describeDevice(session.userAgent)
  const name = sessionName(session)
  const { current, details, signedIn, signOut, signOutNamed } = text.session
  return (
    <div class="ticket">
      <div class="ticket-body">
        <DeviceIcon kind={kind} />
        <div class="ticket-words">
          <p class="ticket-name">
            <bdi>{name}</bdi>
            <span class="badge">{current}</span>
          </p>
          <p class="ticket-facts">
            {name !== device && <span>{device}</span>}
            <span>{session.ip}</span>
            <span>
              {signedIn} <Instant at={session.createdAt} />
            </span>
            <span>{text.session.with(howSignedIn(session))}</span>
          </p>
          <details>
            <summary>{details}</summary>
            <Facts rows={sessionFacts(session)} />
          </details>
        </div>
      </div>
      <div class="ticket-stub">
        <button type="button" aria-label={signOutNamed(name)} onClick={onSignOut}>
          {signOut}
        </button>
      </div>
    </div>
  )
}
