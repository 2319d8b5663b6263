import type { Deadline } from '../deadline.ts'
import { defined } from '../defined.ts'
import { ConflictError, EmailTakenError, NotFoundError, UnavailableError } from '../errors.ts'
import type { UserPage, UserStore } from '../ports.ts'
import type { Scope } from '../scope.ts'
import { isBackedBy, type Session } from '../session.ts'
import { type Clock, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { Email, User, UserId } from '../user.ts'

export interface NewUser {
  readonly email: Email
  readonly name?: string | undefined
  /** Without one the user cannot sign in until a password is set. */
  readonly passwordHash?: string | undefined
  readonly scopes?: readonly Scope[] | undefined
  readonly emailVerified?: boolean | undefined
  readonly status?: User['status'] | undefined
}

/** How many fresh ids a registration tries: the store's other calls make as many attempts. */
const CREATE_TRIES = 3
/** Each further one means that the email was somebody's a moment ago. */
const CLAIM_TRIES = 3

export type Users = ReturnType<typeof createUsers>

/** Registration and finding users. */
export function createUsers({
  store,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: UserStore
  clock?: Clock
  randomText?: RandomText
}) {
  /** What a try that was reported failed may have left is inert: no pointer leads to it. */
  async function createOne(fresh: () => User, deadline: Deadline): Promise<User> {
    for (let tries = 1; ; tries++) {
      const user = fresh()
      try {
        await store.create(user, deadline)
        return user
      } catch (error) {
        if (!(error instanceof UnavailableError) || tries === CREATE_TRIES) throw error
      }
    }
  }

  return {
    /**
     * Registers a user: the user item first, then the email's pointer, whose conditional write decides who gets it.
     * Two writes; when the email is spoken for a read more, and a delete.
     * @throws EmailTakenError when a user with this email exists. @throws ConflictError when it kept changing hands.
     */
    async register(newUser: NewUser, deadline: Deadline): Promise<User> {
      const { email, name, passwordHash, scopes = [], emailVerified = false, status = 'active' } = newUser
      const fresh = (): User => ({
        id: randomText(ID_LENGTH) as UserId,
        email,
        emailVerified,
        ...defined({ name, passwordHash }),
        scopes,
        status,
        epoch: 0,
        changeId: randomText(ID_LENGTH),
        sweepPending: false,
        createdAt: clock(),
      })
      const user = await createOne(fresh, deadline)
      // Once a claim may have been applied there is no way back: somebody may have signed in. The user stays, whole.
      const withdraw = () => store.delete(user.id, user.changeId, deadline) // inert without a pointer
      let instead: UserId | undefined
      for (let tries = 0; tries < CLAIM_TRIES; tries++) {
        const holder = await store.claimEmail(email, user.id, instead, deadline)
        if (holder === user.id) return user
        if (holder === undefined) continue
        const present = await store.get(holder, deadline).catch(async (error) => {
          await withdraw().catch(() => {})
          throw error
        })
        if (present) {
          await withdraw()
          throw new EmailTakenError()
        }
        instead = holder // a pointer whose user is absent is what an interrupted deletion leaves: the email is free
      }
      await withdraw()
      throw new ConflictError()
    },

    /**
     * The user an email leads to. Two reads whether or not there is one, so that an unknown email takes as long.
     */
    async findByEmail(email: Email, deadline: Deadline): Promise<User | undefined> {
      const userId = await store.getPointer(email, deadline)
      const user = await store.get(userId ?? (randomText(ID_LENGTH) as UserId), deadline)
      return user?.email === email ? user : undefined
    },

    /** @throws NotFoundError when there is no such user. One read. */
    async require(userId: UserId, deadline: Deadline): Promise<User> {
      const user = await store.get(userId, deadline)
      if (!user) throw new NotFoundError('There is no such user.')
      return user
    },

    /** One read. */
    get(userId: UserId, deadline: Deadline): Promise<User | undefined> {
      return store.get(userId, deadline)
    },

    /** Some users, and where to go on: `UserStore.list`. */
    list(page: { limit: number; after?: Email | undefined }, deadline: Deadline): Promise<UserPage> {
      return store.list(page, deadline)
    },

    /** The same password in another form; nothing when it was changed meanwhile. One write. */
    async replacePasswordHash(userId: UserId, from: string, to: string, deadline: Deadline): Promise<void> {
      await store.replacePasswordHash(userId, from, to, deadline)
    },

    /**
     * The user behind a checked session, for the operations that must not trust the row alone; `undefined` when all
     * sessions have been ended since it was created, or the user is gone or disabled. One read.
     */
    async ofSession(session: Session, deadline: Deadline): Promise<User | undefined> {
      const user = await store.get(session.userId, deadline)
      return isBackedBy(session, user) ? user : undefined
    },
  }
}
