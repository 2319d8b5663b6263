import { useAction } from '../action.ts'
import { hrefOf, type View, view } from '../navigation.ts'
import { callService } from '../service.ts'
import { settings } from '../settings.ts'
import { text } from '../text.ts'
import { mayRead, recordSignOut, type Viewer } from '../viewer.ts'
import { Logo } from './logo.tsx'
import { ProblemNote } from './problem-note.tsx'

const DESK = new Set<View['name']>(['users', 'user', 'incident', 'invitations'])

/** Navigation, the signed-in user and the sign-out button. */
export function Header({ viewer }: { viewer: Viewer }) {
  const signOut = useAction(async () => {
    await callService('POST /auth/logout')
    recordSignOut(text.navigation.signedOut)
  })
  const { label, sessions, account, users, signedInAs } = text.navigation
  const { name } = view.value
  return (
    <header>
      <p class="brand">
        <Logo />
        <bdi>{settings.name}</bdi>
      </p>
      <nav aria-label={label}>
        <Link to={{ name: 'sessions' }} isCurrent={name === 'sessions' || name === 'register'}>
          {sessions}
        </Link>
        <Link to={{ name: 'account' }} isCurrent={name === 'account'}>
          {account}
        </Link>
        {mayRead.value && (
          <Link to={{ name: 'users' }} isCurrent={DESK.has(name)}>
            {users}
          </Link>
        )}
      </nav>
      <div class="viewer">
        <span class="visually-hidden">{signedInAs}</span>
        <span class="viewer-email" title={viewer.user.email}>
          {viewer.user.email}
        </span>
        <button type="button" onClick={signOut.run} aria-disabled={signOut.busy}>
          {text.navigation.signOut}
        </button>
      </div>
      <ProblemNote problem={signOut.problem} />
    </header>
  )
}

function Link({ to, isCurrent, children }: { to: View; isCurrent: boolean; children: string }) {
  return (
    <a href={hrefOf(to)} aria-current={isCurrent ? 'page' : undefined}>
      {children}
    </a>
  )
}
