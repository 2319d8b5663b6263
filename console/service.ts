import { signal } from '@preact/signals'
import { createClient, type Input, Problem, type ResponseBody, type Route } from '../client/index.ts'
import { learnTime } from './clock.ts'
import { reauthenticate } from './reauthentication.ts'
import { text } from './text.ts'
import { currentUserId, phase, recordInterruption, signInGeneration, updateViewer } from './viewer.ts'

/** Why the latest request got no useful response. */
export const outage = signal<'unreachable' | 'unavailable' | undefined>(undefined)
/** Why the page cannot find out whether the user is signed in. */
export const sessionCheckProblem = signal<Problem | undefined>(undefined)
/** The code of a change that was made, but left this page without a session. */
export const changeMade = signal<ChangeMade | undefined>(undefined)
/** The latest unsafe request without a response: it may or may not have taken effect. */
export const uncertainRoute = signal<Route | undefined>(undefined)

/** The API may have a base path. */
const client = createClient({
  baseUrl: document.documentElement.dataset.basePath,
  fetch: async (...request) => {
    const response = await fetch(...request)
    learnTime(response.headers.get('date'))
    return response
  },
})

/** The arguments of a call besides its route. */
type Inputs<R extends Route> = Record<never, never> extends Input<R> ? [input?: Input<R>] : [input: Input<R>]

const isUnsafe = (route: Route) => !route.startsWith('GET ')
/** Pending calls that may replace or revoke the current session. */
const unsafeCalls = new Set<Promise<unknown>>()

/** Sends one request and records whether the service is available. */
async function send<R extends Route>(route: R, ...input: Inputs<R>): Promise<ResponseBody<R>> {
  const call = client(route, ...input)
  if (isUnsafe(route)) {
    unsafeCalls.add(call)
    call.catch(() => {}).finally(() => unsafeCalls.delete(call))
  }
  try {
    const body = await call
    outage.value = undefined
    return body
  } catch (error) {
    if (error instanceof Problem) {
      outage.value = outageOf(error)
      if (outage.value && isUnsafe(route)) uncertainRoute.value = route
    }
    throw error
  }
}

function outageOf({ code, status }: Problem): typeof outage.value {
  if (code === 'unreachable') return 'unreachable'
  return code === 'unavailable' || (code === 'unexpected' && status >= 500) ? 'unavailable' : undefined
}

let pendingCheck: Promise<boolean> | undefined

/**
 * Asks the service for the browser's current session; resolves to whether there is one. Only this check decides that
 * the page's session is gone: any other 401 may concern a cookie that was replaced during the request.
 * @throws Problem when the service cannot tell.
 */
export function checkSession(): Promise<boolean> {
  pendingCheck ??= checkSessionOnce().finally(() => {
    pendingCheck = undefined
  })
  return pendingCheck
}

/** Checks the session after an action, which has succeeded whether or not this check does. */
export function refreshSession(): Promise<boolean> {
  return checkSession().catch(() => false)
}

/** How long another tab may take to store the cookie of a replaced session. */
const REPLACEMENT_MS = 1000

async function checkSessionOnce(): Promise<boolean> {
  for (let mayRetry = true; ; mayRetry = false) {
    const generation = signInGeneration()
    try {
      const current = await send('GET /auth/session')
      sessionCheckProblem.value = undefined
      uncertainRoute.value = undefined
      changeMade.value = undefined
      if (generation === signInGeneration()) updateViewer(current)
      return phase.peek() === 'signedIn'
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      // Nothing else in a check can be invalid. The start page offers to sign out instead.
      const isRepeated = error.code === 'invalid_request' && phase.peek() !== 'starting'
      if (!isUnauthenticated(error) && !isRepeated) {
        sessionCheckProblem.value = error
        outage.value ??= 'unavailable' // without a session check the page cannot be shown
        throw error
      }
      sessionCheckProblem.value = undefined
      if (generation !== signInGeneration()) return phase.peek() === 'signedIn'
      if (mayRetry && phase.peek() === 'signedIn') {
        await (unsafeCalls.size > 0
          ? Promise.allSettled(unsafeCalls)
          : new Promise((resolve) => setTimeout(resolve, REPLACEMENT_MS)))
        continue
      }
      recordInterruption(isRepeated ? 'repeated' : undefined)
      return false
    }
  }
}

/** Ids of sessions belong to a user: in the session of another one, the service finds none, and nothing happens. */
const OF_ITS_USER: Route = 'DELETE /auth/sessions/{sessionId}'

/**
 * Calls a route for a view. If the service requires a recent authentication, asks for the password and continues; if
 * the session is gone, the whole page shows that. An action that one user started never continues as another user, even
 * if another tab replaces the cookie meanwhile.
 * @throws Problem
 */
export async function callService<R extends Route>(route: R, ...input: Inputs<R>): Promise<ResponseBody<R>> {
  const userId = currentUserId()
  const isSignIn = route.startsWith('POST /auth/login')
  const assertSameUser = () => {
    if (userId !== currentUserId()) throw userChanged()
  }
  if (userId !== undefined && isUnsafe(route) && !isSignIn && route !== OF_ITS_USER) {
    await pendingCheck?.catch(() => {}) // it may have started before another user signed in
    await checkSession()
  }
  for (let mayRetry = true; ; ) {
    assertSameUser()
    try {
      const body = await send(route, ...input)
      assertSameUser()
      return body
    } catch (error) {
      // A request that was not authenticated changed nothing, so repeating it is safe.
      if (mayRetry && isUnauthenticated(error) && (await checkSession())) mayRetry = false
      else if (error instanceof Problem && error.code === 'reauthentication_required' && (await reauthenticate()))
        continue
      else {
        if (error instanceof Problem && isChangeMade(error.code)) {
          changeMade.value = error.code
          await refreshSession()
        }
        throw error
      }
    }
  }
}

type ChangeMade = keyof typeof text.signInAgain.changes
const isChangeMade = (code: string): code is ChangeMade => code in text.signInAgain.changes

const isUnauthenticated = (error: unknown) => error instanceof Problem && error.code === 'unauthenticated'

/** Stops an action after another user has signed in. It is never shown: the page is the new user's by then. */
function userChanged(): Problem {
  return new Problem({ code: 'unauthenticated', status: 401, title: '', detail: '' })
}
