import { Component, type ComponentChildren } from 'preact'
import { asking } from './confirmation.ts'
import { useHeartbeat } from './heartbeat.ts'
import { Banner } from './parts/banner.tsx'
import { Confirmation } from './parts/confirmation.tsx'
import { Ended } from './parts/ended.tsx'
import { Header } from './parts/header.tsx'
import { Starting } from './parts/starting.tsx'
import { type Place, place } from './place.ts'
import { look } from './service.ts'
import { settings } from './settings.ts'
import { text } from './text.ts'
import { mayRead, phase, type Viewer, viewer } from './viewer.ts'
import { Account } from './views/account.tsx'
import { NotAllowed } from './views/not-allowed.tsx'
import { People } from './views/people.tsx'
import { Person } from './views/person.tsx'
import { Register } from './views/register.tsx'
import { Sessions } from './views/sessions.tsx'
import { SignIn } from './views/sign-in.tsx'

/** The page: who looks, where they are on it, and what stands in front. */
export function App() {
  useHeartbeat(look, () => phase.value !== 'out')
  return (
    <Net>
      <div class={phase.value === 'ended' ? 'covered' : undefined}>
        <Page />
      </div>
      {phase.value === 'in' && asking.value && <Confirmation />}
      {phase.value === 'ended' && viewer.value && <Ended viewer={viewer.value} />}
      <Banner />
    </Net>
  )
}

function Page() {
  if (phase.value === 'starting') return <Starting />
  if (!viewer.value) return place.value.name === 'register' && settings.registrationOpen ? <Register /> : <SignIn />
  // Another user is another page: nothing of the one before stays.
  return <SignedIn key={viewer.value.user.id} viewer={viewer.value} />
}

function SignedIn({ viewer }: { viewer: Viewer }) {
  return (
    <>
      <button type="button" class="skip" onClick={() => document.querySelector('h1')?.focus()}>
        {text.skip}
      </button>
      <Header viewer={viewer} place={place.value} />
      <main id="content">
        <View place={place.value} viewer={viewer} />
      </main>
    </>
  )
}

function View({ place, viewer }: { place: Place; viewer: Viewer }) {
  switch (place.name) {
    case 'account':
      return <Account viewer={viewer} />
    case 'people':
      return mayRead.value ? <People /> : <NotAllowed />
    case 'person':
      return mayRead.value ? <Person key={place.userId} userId={place.userId} viewer={viewer} /> : <NotAllowed />
    default:
      return <Sessions viewer={viewer} />
  }
}

/** Catches what should not happen: a sentence and a way on instead of an empty page. */
class Net extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false }
  static override getDerivedStateFromError() {
    return { failed: true }
  }
  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <main class="welcome">
        <div class="card">
          <h1>{text.trouble.crashTitle}</h1>
          <p>{text.trouble.crash}</p>
          <button type="button" class="main" onClick={() => location.reload()}>
            {text.trouble.reload}
          </button>
        </div>
      </main>
    )
  }
}
