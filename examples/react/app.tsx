import { RequireLogin, useSession } from './session.tsx'

function Greeting() {
  const { user, signOut } = useSession()
  return (
    <p>
      Hello, {user.name ?? user.email}.{' '}
      <button type="button" onClick={signOut}>
        Sign out
      </button>
    </p>
  )
}

export const App = () => (
  <RequireLogin>
    <Greeting />
  </RequireLogin>
)
