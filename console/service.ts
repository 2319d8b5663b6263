import { signal } from '@preact/signals'
import { type Answer, createClient, type Input, Problem, type Route } from '../client/index.ts'
import { confirmed } from './confirmation.ts'
import { phase, seen, turnOf } from './viewer.ts'

/** What keeps the service from answering at the moment: no answer at all, or one that says so. */
export const trouble = signal<'unreachable' | 'unavailable' | undefined>(undefined)

const client = createClient()

/** What a route is called with; nothing where it takes nothing. */
type Inputs<R extends Route> = Record<never, never> extends Input<R> ? [input?: Input<R>] : [input: Input<R>]

/** One call, and what its outcome says about the service. */
async function call<R extends Route>(route: R, ...input: Inputs<R>): Promise<Answer<R>> {
  try {
    const answer = await client(route, ...input)
    trouble.value = undefined
    return answer
  } catch (error) {
    if (error instanceof Problem) trouble.value = troubleOf(error)
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

async function lookOnce(): Promise<boolean> {
  for (let again = true; ; again = false) {
    const turn = turnOf()
    try {
      const answer = await call('GET /auth/session')
      if (turn === turnOf()) seen(answer)
      return phase.peek() === 'in'
    } catch (error) {
      if (!isUnauthenticated(error)) throw error
      if (turn !== turnOf()) return phase.peek() === 'in'
      // Another tab, or another call of ours, may just have put a new session in the old one's place.
      if (again && phase.peek() === 'in') continue
      phase.value = phase.peek() === 'in' || phase.peek() === 'ended' ? 'ended' : 'out'
      return false
    }
  }
}

/**
 * One call for a part of the page. Asks for the password where the service wants a recent one and goes on then; a
 * session that has ended shows itself on the whole page.
 * @throws Problem
 */
export async function ask<R extends Route>(route: R, ...input: Inputs<R>): Promise<Answer<R>> {
  for (let again = true; ; ) {
    try {
      return await call(route, ...input)
    } catch (error) {
      // Nothing has been done where somebody was not let in: it is safe to ask again.
      if (again && isUnauthenticated(error) && (await look())) again = false
      else if (error instanceof Problem && error.code === 'confirmation_required' && (await confirmed())) continue
      else throw error
    }
  }
}

const isUnauthenticated = (error: unknown) => error instanceof Problem && error.code === 'unauthenticated'
