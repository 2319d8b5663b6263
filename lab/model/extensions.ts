import { accountModel, OLD } from './accounts.ts'
import { attemptsModel } from './attempts.ts'
import { capModel } from './cap.ts'
import { enable, login, remove } from './deletion.ts'
import { expiryModel } from './expiry.ts'
import { type Exploration, explore, type Model, shortestViolation, type Violation } from './explorer.ts'
import { listModel } from './pagination.ts'
import { register } from './registration.ts'
import { allRules } from './rules.ts'

// Models beside the one of sessions: each has a state of its own.

/** A model that may be explored, whatever its states are. */
export interface Explorable {
  readonly name: string
  explore(): Exploration
  shortest(): Violation | undefined
}

export function explorable<State>(name: string, model: Model<State>): Explorable {
  return { name, explore: () => explore(model), shortest: () => shortestViolation(model) }
}

const DELETION = {
  'delete beside login and enable': [remove(OLD), login, enable(OLD)],
  'delete twice beside login': [remove(OLD), remove(OLD), login],
} as const
const REGISTRATION = {
  'two registrations beside a delete': [remove(OLD), register, register],
  'registration beside delete and login': [remove(OLD), login, register],
} as const

/** @param retry 1 takes seconds, 2 a minute or so */
export function extensions(retry: 1 | 2): Explorable[] {
  const isLong = retry === 2
  const accounts = Object.entries({ ...DELETION, ...REGISTRATION }).map(([name, make]) =>
    explorable(name, accountModel(make, retry)),
  )
  const everybody = [remove(OLD), login, enable(OLD), register]
  return [
    ...accounts,
    explorable('registration beside delete, enable and login', accountModel(everybody, retry)),
    explorable('registration, and its own user deleted', accountModel([remove(OLD), register, remove(3)], 1)),
    ...[-1, 0, 1, 2].map((offset) =>
      explorable(`expiry, a clock ${offset} ahead`, expiryModel(offset, retry, allRules)),
    ),
    explorable('expiry, nothing late', expiryModel(0, 0, allRules)),
    explorable('the list of users', listModel(allRules)),
    explorable('cap, three logins', capModel(3, [], 1)),
    explorable('cap, three logins and two present', capModel(3, [0, 1], 1)),
    explorable('attempts, three guesses', attemptsModel({ guesses: 3, owners: 0, outages: 0, retry })),
    explorable('attempts, four guesses', attemptsModel({ guesses: 4, owners: 0, outages: 0, retry: isLong ? 1 : 0 })),
    explorable(
      'attempts, guesses beside the owner',
      attemptsModel({ guesses: isLong ? 3 : 2, owners: 1, outages: 0, retry: 1 }),
    ),
  ]
}

interface Residual {
  readonly what: string
  readonly model: Explorable
}

/**
 * What the explorer finds in the protocols as they are. All of it needs writes that are applied seconds after they were
 * given up, or a request that hangs while a whole budget is used: each is here so that it is known, and bounded.
 */
export function residuals(): Residual[] {
  return [
    {
      what: 'a clear that lands long after its success forgets the guesses in between',
      model: explorable(
        'a late clear',
        attemptsModel({ guesses: 3, owners: 1, outages: 0, retry: 1, longAfter: true, seconds: 0 }),
      ),
    },
    {
      what: 'a slot’s write that lands late moves the end of the round back, by as much as it is late',
      model: explorable('a late slot', attemptsModel({ guesses: 3, owners: 0, outages: 0, retry: 1, longAfter: true })),
    },
    {
      what: 'a slot that is given back when its round is over, or was cleared, is one more of the next',
      model: explorable('a late return', attemptsModel({ guesses: 3, owners: 0, outages: 1, retry: 0 })),
    },
  ]
}
