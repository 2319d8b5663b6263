import type { Operation, OperationName, Outcome } from './operation.ts'

// Short histories, written by hand in tests.

/** What an outcome is answered with where nothing else is said. */
const STATUS: Record<Outcome, number> = { ok: 200, deny: 401, unavailable: 503, limited: 429, ambiguous: 0 }

type Rest = Partial<Omit<Operation, 'op' | 'invoked' | 'returned' | 'seq'>>

/** A history under construction: each call adds an operation from one instant to another and returns it. */
export function startSample(run = 'r') {
  const history: Operation[] = []
  const add = (op: OperationName, [invoked, returned]: readonly [number, number], rest: Rest = {}): Operation => {
    const outcome = rest.outcome ?? 'ok'
    const operation: Operation = {
      run,
      seq: history.length,
      op,
      user: 'u',
      intended: invoked,
      invoked,
      returned,
      outcome,
      status: STATUS[outcome],
      ...rest,
    }
    history.push(operation)
    return operation
  }
  return {
    history,
    add,
    /** A login that is answered with this session. */
    login: (at: readonly [number, number], created: string, rest: Rest = {}) => add('login', at, { created, ...rest }),
    /** A check of a session, accepted unless told. */
    me: (at: readonly [number, number], sid: string, outcome: Outcome = 'ok', rest: Rest = {}) =>
      add('me', at, { sid, outcome, ...rest }),
  }
}
