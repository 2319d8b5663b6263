import { deleteUser } from './administration.ts'
import { put, remove, type Steps } from './call.ts'
import { ABSENT, equal } from './item.ts'
import type { Context, Operation } from './play.ts'
import { claimPointer, pointerKey } from './pointer.ts'
import { make } from './seen.ts'
import { readUser, type UserItem, userKey } from './user-item.ts'

// Two writes that make an account: the user item in one attempt under a fresh id, then the pointer.

export interface NewAccount {
  readonly email: string
  readonly password: string
  readonly verified: boolean
  /** The one-time secret that makes it. */
  readonly secret?: string
}

const CREATE_TRIES = 2

/** `Users.register`. @returns '201', '409' if somebody else has the address, or '503' */
export function* createAccount(context: Context, { email, password, verified, secret }: NewAccount): Steps<string> {
  const { fresh, rules, tell } = context
  const create = function* (user: UserItem): Steps<'made' | 'lost' | 'refused'> {
    const { applied, lost, repeated } = yield* put(userKey(user.id), user, [ABSENT], { once: rules('userPutOnce') })
    if (lost) return 'lost'
    return applied || repeated ? 'made' : 'refused'
  }
  for (let tries = 0; tries < CREATE_TRIES; tries++) {
    const claim = fresh('claim')
    const user: UserItem = {
      ...{
        id: fresh('V'),
        email,
        claim,
        verified,
        status: 'active',
        epoch: 0,
        changeId: fresh('change'),
        sweep: false,
      },
      ...{ last: [], password: { hash: password, since: 0 }, passkeys: {}, counts: {} },
    }
    const pointed = function* () {
      return yield* claimPointer(context, email, { id: user.id, claim })
    }
    if (rules('userFirst')) {
      const outcome = yield* create(user)
      if (outcome === 'lost') continue
      if (outcome === 'refused') return '503'
      if ((yield* pointed()) !== 'mine') {
        yield* remove(userKey(user.id), [equal('changeId', user.changeId)])
        return '409'
      }
    } else {
      if ((yield* pointed()) !== 'mine') return '409'
      if ((yield* create(user)) !== 'made') return '503'
    }
    tell((seen) => {
      seen.told[user.id] = email
      if (secret) make(seen, secret, 'accounts')
    })
    return '201'
  }
  return '503'
}

/** POST /admin/users, or POST /auth/register with `REGISTRATION=open`. */
export const register = (email: string): Operation => ({
  name: `register ${email}`,
  run: (context) => createAccount(context, { email, password: 'open', verified: false }),
})

/** Deletes the first account that was answered with 201. */
export const deleteNew = (): Operation => ({
  name: 'delete the new account',
  ready: ({ seen }) => Object.keys(seen.told).some((id) => id !== 'U'),
  *run(context) {
    const { saw } = yield {
      kind: 'get',
      key: pointerKey('a'),
      look: ({ seen }) => ({ id: Object.keys(seen.told).find((id) => id !== 'U') }),
    }
    const id = String(saw?.id)
    context.tell((seen) => {
      seen.leaving[id] = true
    })
    if (!(yield* readUser(id))) return '404'
    return (yield* deleteUser(context, id)) ? '204' : '409'
  },
})
