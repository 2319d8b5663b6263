import { Component, type ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { linkToken, type View, view } from './navigation.ts'
import { Banner } from './parts/banner.tsx'
import { Desk } from './parts/desk.tsx'
import { Header } from './parts/header.tsx'
import { Reauthentication } from './parts/reauthentication.tsx'
import { SignInAgain } from './parts/sign-in-again.tsx'
import { Starting } from './parts/starting.tsx'
import { usePolling } from './polling.ts'
import { pendingReauthentication } from './reauthentication.ts'
import { checkSession, refreshSession } from './service.ts'
import { settings } from './settings.ts'
import { onOtherTabs } from './tabs.ts'
import { text } from './text.ts'
import { mayRead, phase, type Viewer, viewer } from './viewer.ts'
import { AcceptInvitationView } from './views/accept-invitation.tsx'
import { AccountView } from './views/account.tsx'
import { ChangeEmailView } from './views/change-email.tsx'
import { CompleteRegistrationView } from './views/complete-registration.tsx'
import { ForgottenPasswordView } from './views/forgotten-password.tsx'
import { LoginCodeView } from './views/login-code.tsx'
import { NotAllowedView } from './views/not-allowed.tsx'
import { RegisterView } from './views/register.tsx'
import { RequestRegistrationView } from './views/request-registration.tsx'
import { ResetPasswordView } from './views/reset-password.tsx'
import { ReturnView, staysHere } from './views/return.tsx'
import { SessionsView } from './views/sessions.tsx'
import { SignInView } from './views/sign-in.tsx'
import { UndoEmailChangeView } from './views/undo-email-change.tsx'
import { VerifyEmailView } from './views/verify-email.tsx'

/** Views that are the same for signed-in and signed-out users. */
const NEED_NO_SESSION = new Set<View['name']>([
  ...(['forgotten-password', 'reset-password', 'complete-registration', 'accept-invitation'] as const),
  ...(['undo-email-change'] as const),
])

/** The whole page: the current view, and the dialogs in front of it. */
export function App() {
  usePolling(checkSession, () => phase.value !== 'signedOut')
  useEffect(() => onOtherTabs(() => void refreshSession()), [])
  const isCovered = phase.value === 'interrupted' && !NEED_NO_SESSION.has(view.value.name)
  return (
    <ErrorBoundary>
      <div class={isCovered ? 'covered' : undefined}>
        <Page />
      </div>
      {phase.value === 'signedIn' && pendingReauthentication.value && <Reauthentication />}
      {isCovered && viewer.value && <SignInAgain viewer={viewer.value} />}
      <Banner />
    </ErrorBoundary>
  )
}

function Page() {
  if (phase.value === 'starting') return <Starting />
  const { name } = view.value
  if (name === 'forgotten-password') return <ForgottenPasswordView />
  if (name === 'reset-password') return <ResetPasswordView key={linkToken.value} />
  if (name === 'complete-registration') return <CompleteRegistrationView key={linkToken.value} />
  if (name === 'undo-email-change') return <UndoEmailChangeView key={linkToken.value} />
  if (name === 'accept-invitation') return <AcceptInvitationView key={linkToken.value} />
  if (name === 'login-code' && settings.signsInByCode) return <LoginCodeView key={linkToken.value} />
  if (!viewer.value) return <SignedOutPage />
  if (settings.returnTo && !staysHere.value && name === 'sessions') return <ReturnView viewer={viewer.value} />
  // The key discards the state of the previous user's page.
  return <SignedInPage key={viewer.value.user.id} viewer={viewer.value} />
}

function SignedOutPage() {
  const { name } = view.value
  if (name === 'verify-email') return <SignInView lead={text.verifyEmail.signInFirst} />
  if (name === 'change-email') return <SignInView lead={text.changeEmail.signInFirst} />
  if (name !== 'register' || settings.registration === 'closed') return <SignInView />
  return settings.registration === 'mail' ? <RequestRegistrationView /> : <RegisterView />
}

function SignedInPage({ viewer }: { viewer: Viewer }) {
  return (
    <>
      <button type="button" class="skip" onClick={() => document.querySelector('h1')?.focus()}>
        {text.skip}
      </button>
      <Header viewer={viewer} />
      <main id="content">
        <CurrentView viewer={viewer} />
      </main>
    </>
  )
}

function CurrentView({ viewer }: { viewer: Viewer }) {
  const current = view.value
  switch (current.name) {
    case 'account':
      return <AccountView viewer={viewer} />
    case 'users':
      return mayRead.value ? <Desk show={({ UsersView }) => <UsersView viewer={viewer} />} /> : <NotAllowedView />
    case 'incident':
      return mayRead.value ? <Desk show={({ IncidentView }) => <IncidentView />} /> : <NotAllowedView />
    case 'invitations':
      return mayRead.value ? <Desk show={({ InvitationsView }) => <InvitationsView />} /> : <NotAllowedView />
    case 'user':
      return mayRead.value ? (
        <Desk show={({ UserView }) => <UserView key={current.userId} userId={current.userId} viewer={viewer} />} />
      ) : (
        <NotAllowedView />
      )
    case 'change-email':
      return <ChangeEmailView key={linkToken.value} viewer={viewer} />
    case 'verify-email':
      return <VerifyEmailView key={linkToken.value} viewer={viewer} />
    default:
      return <SessionsView viewer={viewer} />
  }
}

/** Shows a message and a reload button instead of an empty page if a component throws. */
class ErrorBoundary extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false }
  static override getDerivedStateFromError() {
    return { failed: true }
  }
  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <main class="welcome">
        <div class="card">
          <h1>{text.errors.crashTitle}</h1>
          <p>{text.errors.crash}</p>
          <button type="button" class="primary" onClick={() => location.reload()}>
            {text.errors.reload}
          </button>
        </div>
      </main>
    )
  }
}
