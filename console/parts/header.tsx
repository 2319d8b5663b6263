import { useAction } from '../action.ts'
import { hrefOf, type Place } from '../place.ts'
import { ask } from '../service.ts'
import { text } from '../text.ts'
import { mayRead, signedOut, type Viewer } from '../viewer.ts'
import { Mark } from './mark.tsx'
import { ProblemNote } from './problem-note.tsx'

/** Where one can go, and who one is. */
export function Header({ viewer, place }: { viewer: Viewer; place: Place }) {
  const signOut = useAction(async () => {
    await ask('POST /auth/logout')
    signedOut(text.navigation.signedOut)
  })
  const { label, sessions, account, people, signedInAs } = text.navigation
  const isPeople = place.name === 'people' || place.name === 'person'
  return (
    <header>
      <p class="brand">
        <Mark />
        {text.name}
      </p>
      <nav aria-label={label}>
        <Link to={{ name: 'sessions' }} isHere={place.name === 'sessions' || place.name === 'register'}>
          {sessions}
        </Link>
        <Link to={{ name: 'account' }} isHere={place.name === 'account'}>
          {account}
        </Link>
        {mayRead.value && (
          <Link to={{ name: 'people' }} isHere={isPeople}>
            {people}
          </Link>
        )}
      </nav>
      <div class="who">
        <span class="unseen">{signedInAs}</span>
        <span class="who-email" title={viewer.user.email}>
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

function Link({ to, isHere, children }: { to: Place; isHere: boolean; children: string }) {
  return (
    <a href={hrefOf(to)} aria-current={isHere ? 'page' : undefined}>
      {children}
    </a>
  )
}
