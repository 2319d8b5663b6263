import type { ComponentChildren } from 'preact'
import { deskText } from '../desk-text.ts'
import { hrefOf, type View, view } from '../navigation.ts'
import { settings } from '../settings.ts'

/** A page of administrators: its sections at the side, and the current one. */
export function DeskPage({ children }: { children: ComponentChildren }) {
  const { label, users, activity, invitations } = deskText.sections
  return (
    <div class="desk">
      <nav aria-label={label}>
        <Link to={{ name: 'users' }} isCurrent={view.value.name === 'users' || view.value.name === 'user'}>
          {users}
        </Link>
        <Link to={{ name: 'incident' }} isCurrent={view.value.name === 'incident'}>
          {activity}
        </Link>
        {settings.sendsMail && (
          <Link to={{ name: 'invitations' }} isCurrent={view.value.name === 'invitations'}>
            {invitations}
          </Link>
        )}
      </nav>
      <div class="desk-content">{children}</div>
    </div>
  )
}

function Link({ to, isCurrent, children }: { to: View; isCurrent: boolean; children: string }) {
  return (
    <a href={hrefOf(to)} aria-current={isCurrent ? 'page' : undefined}>
      {children}
    </a>
  )
}
