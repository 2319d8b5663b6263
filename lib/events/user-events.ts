import type { LastChange, User } from '../user.ts'
import type { UserItemChange } from './change.ts'
import { type EventType, endingFields, type PublishedEvent, publishedEvent } from './published-event.ts'

/** How far the time of a change and that of its record may differ, as the clocks of two machines. */
const CLOCK_SKEW_SECONDS = 300

const TYPES: Partial<Record<LastChange['reason'], EventType>> = {
  password_change: 'password.changed',
  user_disabled: 'user.disabled',
  user_deleted: 'user.disabled', // a deletion disables the user first, and may be interrupted then
}

/**
 * The events of one record of the users table, which has no image: what the user item says about its last changes, as far
 * as the record's time fits. Records of one change, such as that of the sweep's end, lead to events with the same id.
 * @param user read after the record; `undefined` if the user is deleted
 * @param batch the records of the same user in this delivery
 */
export function userEvents(
  { kind, userId, at }: UserItemChange,
  user: User | undefined,
  batch: readonly UserItemChange[],
  stage: string,
): PublishedEvent[] {
  if (kind === 'deleted')
    return isWithdrawn(batch) ? [] : [publishedEvent('user.deleted', { userId, at, stage, happened: userId })]
  if (kind === 'created') return []
  return (user?.lastChanges ?? []).flatMap((change) => {
    const type = TYPES[change.reason]
    if (!type || Math.abs(change.at - at) > CLOCK_SKEW_SECONDS) return []
    const happened = `${userId}.${change.changeId}`
    return [publishedEvent(type, { userId, at: change.at, stage, happened }, endingFields(change, userId))]
  })
}

/** Whether a registration withdrew its user because the email was taken: a deletion always changes the user first. */
const isWithdrawn = (batch: readonly UserItemChange[]) =>
  batch.some(({ kind }) => kind === 'created') && !batch.some(({ kind }) => kind === 'changed')
