import { SESSION_READ_UNITS, SESSION_WRITE_UNITS } from './row-size.ts'

// The datastore calls of one request each, as tests/routes/calls.test.ts counts them on the wire; a test compares.

/** From a place the user has signed in at before, below the cap, with nothing left over. */
export const LOGIN = [
  'GetItem! attempts', // is this a known source?
  'UpdateItem attempts', // a slot of the source
  'UpdateItem attempts', // a slot of the account
  'GetItem! users', // the pointer
  'GetItem! users', // the user
  'DeleteItem attempts', // the account's count
  'DeleteItem attempts', // and that of confirmations
  'UpdateItem attempts', // the source has its slot back
  'PutItem sessions',
  'GetItem! users', // has anything ended meanwhile?
  'Query! sessions', // the cap
] as const

export const LOGOUT = ['GetItem! sessions', 'DeleteItem sessions'] as const

/** An administrator revokes one session. */
export const REVOKE = ['GetItem! sessions', 'GetItem! users', 'GetItem! users', 'DeleteItem sessions'] as const

export interface Units {
  readonly reads: number
  readonly writes: number
}

/** The units that calls are charged. A Query is charged for the sum of its rows: up to eight ordinary rows are one unit. */
export function unitsOf(calls: readonly string[]): Units {
  const units = { reads: 0, writes: 0 }
  for (const call of calls) {
    const ofSession = call.endsWith(' sessions')
    if (/^(GetItem|Query)!/.test(call)) units.reads += ofSession ? SESSION_READ_UNITS : 1
    else units.writes += ofSession ? SESSION_WRITE_UNITS : 1
  }
  return units
}
