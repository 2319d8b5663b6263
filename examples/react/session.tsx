import { createClient, type Problem, type User } from 'coatcheck/client'
import { createContext, type FormEvent, type ReactNode, useContext, useEffect, useState } from 'react'

const tabs = new BroadcastChannel('session') // reaches the other tabs of this origin, not the tab that posts
const signedOut = new EventTarget()

/** The client of every component. A 401 means that the session has expired or was revoked: the login form appears. */
export const coatcheck = createClient({
  async fetch(...request) {
    const response = await fetch(...request)
    if (response.status === 401) signedOut.dispatchEvent(new Event('401'))
    return response
  },
})

const SessionContext = createContext<{ readonly user: User; signOut(): Promise<void> } | undefined>(undefined)

/** The signed-in user, for components below `RequireLogin`. */
export function useSession() {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession: put the component below <RequireLogin>')
  return session
}

/** Shows its children to a signed-in user, and a login form to others. */
export function RequireLogin({ children }: { children: ReactNode }) {
  const [user, setUser] = useState<User | null>() // undefined: not known yet; null: signed out
  const [problem, setProblem] = useState<Problem>()

  useEffect(() => {
    const load = () => coatcheck('GET /auth/session').then(({ user }) => setUser(user), setProblem)
    const forget = () => setUser(null)
    signedOut.addEventListener('401', forget)
    tabs.addEventListener('message', load) // another tab has signed in or out
    load()
    return () => {
      signedOut.removeEventListener('401', forget)
      tabs.removeEventListener('message', load)
    }
  }, [])

  async function logIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const body = { email: String(form.get('email')), password: String(form.get('password')) }
    const issued = await coatcheck('POST /auth/login', { body }).catch(setProblem)
    if (!issued) return
    setUser(issued.user)
    setProblem(undefined)
    tabs.postMessage('signed in')
  }
  async function signOut() {
    await coatcheck('POST /auth/logout')
    setUser(null)
    tabs.postMessage('signed out')
  }

  if (user) return <SessionContext value={{ user, signOut }}>{children}</SessionContext>
  if (user === undefined) return <p role="status">{problem ? problem.detail : 'Loading …'}</p>
  return (
    <form onSubmit={logIn}>
      <input name="email" type="email" autoComplete="username" required aria-label="Email" />
      <input name="password" type="password" autoComplete="current-password" required aria-label="Password" />
      <button type="submit">Sign in</button>
      {problem && problem.code !== 'unauthenticated' && <p role="alert">{problem.detail}</p>}
    </form>
  )
}
