import type { Deadline } from '../deadline.ts'
import type { SessionStore, UserStore } from '../ports.ts'
import type { User, UserId } from '../user.ts'
import type { SessionChange, UserItemChange } from './change.ts'
import { type EndOf, findEnding } from './ending.ts'
import type { EventBus } from './event-bus.ts'
import type { PublishedEvent } from './published-event.ts'
import { isExpired, sessionCreated, sessionExpired, sessionRevoked } from './session-events.ts'
import { userEvents } from './user-events.ts'

/** A change and its place in the stream. */
export interface PlacedChange {
  readonly sequence: string
  readonly change: SessionChange | UserItemChange
}

/** A record whose events could not all be published, and why. */
export interface Failure {
  readonly sequence: string
  readonly error: unknown
}

interface Parts {
  readonly stage: string
  readonly bus: EventBus
  readonly users: Pick<UserStore, 'get'>
  readonly sessions: Pick<SessionStore, 'list'>
  readonly endOf: EndOf
}

/** Publishes the events of changes in the tables. */
export interface Publisher {
  /**
   * Publishes the events of a batch of records, all concurrently. One read for each user of a record that needs it: users
   * of changed users and of revoked sessions. A revoked session costs a Query more if the user's change does not tell why
   * it ended, another one with the activity record, and each ten events one call of the bus.
   * @returns the records that must be delivered again, in the order of the batch
   */
  publish(batch: readonly PlacedChange[], deadline: Deadline): Promise<Failure[]>
}

/** Creates a publisher. Every delivery of a record leads to the same events with the same ids. */
export function createPublisher({ stage, bus, users, sessions, endOf }: Parts): Publisher {
  return {
    async publish(batch, deadline) {
      const read = new Map<UserId, Promise<User | undefined>>()
      const readUser = (userId: UserId) => {
        const reading = read.get(userId) ?? users.get(userId, deadline)
        read.set(userId, reading)
        return reading
      }
      const ofUser = (userId: UserId) => batch.flatMap(({ change }) => (userIdOf(change) === userId ? [change] : []))

      async function eventsOf(change: SessionChange | UserItemChange): Promise<PublishedEvent[]> {
        const userId = userIdOf(change)
        if (!isOfSession(change)) {
          const others = ofUser(userId).flatMap((other) => (isOfSession(other) ? [] : [other]))
          const user = change.kind === 'changed' ? await readUser(userId) : undefined
          return userEvents(change, user, others, stage)
        }
        if (change.kind === 'created') return [sessionCreated(change, stage)]
        if (isExpired(change)) return [sessionExpired(change, stage)]
        const others = ofUser(userId).filter(isOfSession)
        const ending = await findEnding({ sessions, endOf }, change, await readUser(userId), others, deadline)
        return [sessionRevoked(change, ending, stage)]
      }

      const made = await Promise.all(
        batch.map(({ sequence, change }) =>
          eventsOf(change).then(
            (events) => ({ sequence, events }),
            (error: unknown) => ({ sequence, events: [], error }),
          ),
        ),
      )
      // Several records of one change of a user lead to the same event.
      const events = new Map(made.flatMap((each) => each.events.map((event) => [event.detail.id, event])))
      const refused = await bus.publish([...events.values()], deadline)
      return made.flatMap((each): Failure[] => {
        if ('error' in each) return [{ sequence: each.sequence, error: each.error }]
        const first = each.events.find(({ detail }) => refused.has(detail.id))
        return first ? [{ sequence: each.sequence, error: refused.get(first.detail.id) }] : []
      })
    },
  }
}

const isOfSession = (change: SessionChange | UserItemChange): change is SessionChange => 'session' in change
const userIdOf = (change: SessionChange | UserItemChange) => (isOfSession(change) ? change.session : change).userId
