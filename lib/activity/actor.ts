import { isUserId } from '../user.ts'
import type { ActivityEntry, ActivityFact, Actor } from './activity-store.ts'

/** Stands for the person at the command line, who has no user id. */
export const COMMAND_LINE = 'command_line' satisfies Actor

/** Whether a text names an actor. */
export const isActor = (text: string): text is Actor => text === COMMAND_LINE || isUserId(text)

/** Who did what a fact of an entry tells; `undefined` if it was the entry's user. */
export function actorOf({ subject, by }: Pick<ActivityEntry, 'subject' | 'by'>, fact: ActivityFact): Actor | undefined {
  const actor = fact.by ?? by
  return subject === `user#${actor}` ? undefined : actor
}
