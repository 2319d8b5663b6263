import { signal } from '@preact/signals'
import { type Answer, createClient, type Input, Problem, type Route } from '../client/index.ts'
import { confirmed } from './confirmation.ts'
import { ownerOf, phase, seen, turnOf } from './viewer.ts'

/** What keeps the service from answering at the moment: no answer at all, or one that says so. */
export const trouble = signal<'unreachable' | 'unavailable' | undefined>(undefined)
/** Why there is no telling who is signed in. */
export const lookProblem = signal<Problem | undefined>(undefined)
/** What may have happened or not: its answer was lost. */
export const doubt = signal<Route | undefined>(undefined)

const client = createClient()

/** What a route is called with; nothing where it takes nothing. */
type Inputs<R extends Route> = Record<never, never> extends Input<R> ? [input?: Input<R>] : [input: Input<R>]

const isUnsafe = (route: Route) => !route.startsWith('GET ')
/** Calls under way that may put another session in the present one's place, or end it. */
const unsafe = new Set<Promise<unknown>>()

/** One call, and what its outcome says about the service. */
async function call<R extends Route>(route: R, ...input: Inputs<R>): Promise<Answer<R>> {
  const asked = client(route, ...input)
  if (isUnsafe(route)) {
    unsafe.add(asked)
    asked.catch(() => {}).finally(() => unsafe.delete(asked))
  }
  try {
    const answer = await asked
    trouble.value = undefined
    return answer
  } catch (error) {
    if (error instanceof Problem) {
      trouble.value = troubleOf(error)
      if (trouble.value && isUnsafe(route)) doubt.value = route
    }
    throw error
  }
}

function troubleOf({ code, status }: Problem): typeof trouble.value {
  if (code === 'unreachable') return 'unreachable'
  return code === 'unavailable' || (code === 'unexpected' && status >= 500) ? 'unavailable' : undefined
}

let looking: Promise<boolean> | undefined

/**
 * Asks whose session this browser has; whether it has one. The only thing that tells the page that its session has
 * ended: any other refusal may be about a cookie that was replaced while the request was on its way.
 * @throws Problem when there is no telling.
 */
export function look(): Promise<boolean> {
  looking ??= lookOnce().finally(() => {
    looking = undefined
  })
  return looking
}

/** The same after something was done, which has its success whether or not this one gets an answer. */
export function lookAfter(): Promise<boolean> {
  return look().catch(() => false)
}

/** In another tab a session may just be giving way to its successor. */
const SUCCESSION_MS = 1000

async function lookOnce(): Promise<boolean> {
  for (let again = true; ; again = false) {
    const turn = turnOf()
    try {
      const answer = await call('GET /auth/session')
      lookProblem.value = undefined
      doubt.value = undefined
      if (turn === turnOf()) seen(answer)
      return phase.peek() === 'in'
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (!isUnauthenticated(error)) {
        lookProblem.value = error
        trouble.value ??= 'unavailable' // whatever it is, nobody can be told that they are signed in
        throw error
      }
      lookProblem.value = undefined
      if (turn !== turnOf()) return phase.peek() === 'in'
      if (again && phase.peek() === 'in') {
        await (unsafe.size > 0 ? Promise.allSettled(unsafe) : new Promise((done) => setTimeout(done, SUCCESSION_MS)))
        continue
      }
      phase.value = phase.peek() === 'in' || phase.peek() === 'ended' ? 'ended' : 'out'
      return false
    }
  }
}

/**
 * One call for a part of the page. Asks for the password where the service wants a recent one and goes on then; a
 * session that has ended shows itself on the whole page. What one user has begun is never done as another: the cookie
 * may have become somebody else's, in another tab.
 * @throws Problem
 */
export async function ask<R extends Route>(route: R, ...input: Inputs<R>): Promise<Answer<R>> {
  const owner = ownerOf()
  const isSignIn = route === 'POST /auth/login'
  const assertOwner = () => {
    if (owner !== ownerOf()) throw superseded()
  }
  if (owner !== undefined && isUnsafe(route) && !isSignIn) {
    await looking?.catch(() => {}) // it may have begun before the cookie became another's
    await look()
  }
  for (let again = true; ; ) {
    assertOwner()
    try {
      const answer = await call(route, ...input)
      assertOwner()
      return answer
    } catch (error) {
      // Nothing has been done where somebody was not let in: it is safe to ask again.
      if (again && isUnauthenticated(error) && (await look())) again = false
      else if (error instanceof Problem && error.code === 'reauthentication_required' && (await confirmed())) continue
      else throw error
    }
  }
}

const isUnauthenticated = (error: unknown) => error instanceof Problem && error.code === 'unauthenticated'

/** The page is another user's by now, and nobody is there to be told. */
function superseded(): Problem {
  return new Problem({ code: 'unauthenticated', status: 401, title: '', detail: '' })
}
