import type { Deadline } from '../deadline.ts'
import { defined } from '../defined.ts'
import { ConflictError, EmailTakenError, NotFoundError, UnavailableError } from '../errors.ts'
import type { UserPage, UserStore } from '../ports.ts'
import type { Scope } from '../scope.ts'
import { isValidForUser, type Session } from '../session.ts'
import { type Clock, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { Email, User, UserId } from '../user.ts'
import { dated } from '../user-change.ts'
import { createEmailPointers } from './email-pointers.ts'

/** The input of `Users.register`. */
export interface NewUser {
  readonly email: Email
  readonly name?: string | undefined
  /** Without a password hash the user cannot sign in until a password is set. */
  readonly passwordHash?: string | undefined
  readonly scopes?: readonly Scope[] | undefined
  readonly emailVerified?: boolean | undefined
  readonly status?: User['status'] | undefined
  readonly identities?: User['identities'] | undefined
}

/** Each try uses a new user id; the store's other methods make as many attempts. */
const MAX_USER_CREATE_TRIES = 3

/** The operations that register and find users; see `createUsers`. */
export type Users = ReturnType<typeof createUsers>

/**
 * Creates the operations that register and find users.
 * @example
 * ```ts
 * import { createUsers, parseEmail, startDeadline } from 'coatcheck'
 * import { createClient, dynamodbUserStore } from 'coatcheck/dynamodb'
 *
 * const client = createClient({ timeoutMs: 800 })
 * const users = createUsers({ store: dynamodbUserStore({ client, tableName: 'coatcheck-prod-users' }) })
 *
 * const findUser = async (text: string) => {
 *   const email = parseEmail(text)
 *   return email && (await users.findByEmail(email, startDeadline()))
 * }
 * ```
 */
export function createUsers({
  store,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: UserStore
  clock?: Clock
  randomText?: RandomText
}) {
  const pointers = createEmailPointers({ store, clock, randomText })

  /** A failed try may leave a user item; without a pointer it cannot sign in. */
  async function createItem(newUser: () => User, deadline: Deadline): Promise<User> {
    for (let tries = 1; ; tries++) {
      const user = newUser()
      try {
        await store.create(user, deadline)
        return user
      } catch (error) {
        if (!(error instanceof UnavailableError) || tries === MAX_USER_CREATE_TRIES) throw error
      }
    }
  }

  return {
    /**
     * Registers a user: writes the user item, then claims the email by a conditional write of its pointer. Two writes; a
     * read and a delete more if the email is taken, and others as `createEmailPointers`.
     * @throws EmailTakenError if a user with this email exists.
     * @throws ConflictError if the email's pointer kept changing.
     */
    async register(newUser: NewUser, deadline: Deadline): Promise<User> {
      const { email, name, passwordHash, scopes = [], emailVerified = false, status = 'active', identities } = newUser
      const createUser = (): User => ({
        id: randomText(ID_LENGTH) as UserId,
        email,
        claim: pointers.newClaim(),
        emailVerified,
        ...defined({ name, passwordHash, identities }),
        scopes,
        status,
        epoch: 0,
        changeId: randomText(ID_LENGTH),
        sweepPending: false,
        createdAt: clock(),
      })
      const user = await createItem(createUser, deadline)
      // Only before a claim can have been applied: afterwards the user may have signed in.
      const withdraw = () => store.delete(user.id, user.changeId, deadline)
      const pointer = { userId: user.id, claim: user.claim }
      const outcome = await pointers.claim(email, pointer, deadline, withdraw)
      if (outcome === 'mine') return user
      await withdraw()
      throw outcome === 'taken' ? new EmailTakenError() : new ConflictError()
    },

    /**
     * Returns the user with this email; `undefined` if there is none. Two reads in either case, so that the time does not
     * reveal whether an account exists.
     */
    async findByEmail(email: Email, deadline: Deadline): Promise<User | undefined> {
      const userId = await store.getPointer(email, deadline)
      const user = await store.get(userId ?? (randomText(ID_LENGTH) as UserId), deadline)
      return user?.email === email ? user : undefined
    },

    /** Returns a user by id. One read. @throws NotFoundError if there is no such user. */
    async require(userId: UserId, deadline: Deadline): Promise<User> {
      const user = await store.get(userId, deadline)
      if (!user) throw new NotFoundError('No user has this id. List the users to see their ids.')
      return user
    },

    /** Returns a user by id; `undefined` if there is none. One read. */
    get(userId: UserId, deadline: Deadline): Promise<User | undefined> {
      return store.get(userId, deadline)
    },

    /** Returns one page of users; see `UserStore.list`. */
    list(page: { limit: number; after?: Email | undefined }, deadline: Deadline): Promise<UserPage> {
      return store.list(page, deadline)
    },

    /** Stores a new hash of the same password; does nothing if the password was changed meanwhile. One write. */
    async replacePasswordHash(userId: UserId, from: string, to: string, deadline: Deadline): Promise<void> {
      await store.replacePasswordHash(userId, from, to, deadline)
    },

    /**
     * Stores the first password hash of a user who has none; never replaces a hash. One write.
     * @param user as it was just read, by a store that reads hashes
     * @returns `false` if the user has a hash, or was changed since it was read; nothing was written
     */
    async addPasswordHash(user: User, passwordHash: string, deadline: Deadline): Promise<boolean> {
      if (user.passwordHash !== undefined) return false
      // Every write that sets the first hash also sets `changeId`.
      return store.update(
        user.id,
        user.changeId,
        randomText(ID_LENGTH),
        dated({ passwordHash }, user, user.epoch),
        deadline,
      )
    },

    /**
     * Returns the user of a checked session, for operations that must not rely on the session row alone. One read.
     * @returns `undefined` if the user is absent or disabled, or all sessions were revoked since this one was created
     */
    async ofSession(session: Session, deadline: Deadline): Promise<User | undefined> {
      const user = await store.get(session.userId, deadline)
      return isValidForUser(session, user) ? user : undefined
    },
  }
}
