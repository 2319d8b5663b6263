import { setTimeout as sleep } from 'node:timers/promises'
import type { Deadline } from '../deadline.ts'

const FIRST_MS = 25
const LONGEST_MS = 400

/** Waits before the next try of a batch that DynamoDB has left unfinished: each time twice as long, within the deadline. */
export async function pause(triesBefore: number, deadline: Deadline): Promise<void> {
  const ms = Math.min(FIRST_MS * 2 ** triesBefore, LONGEST_MS)
  await deadline.run((signal) => sleep(ms, undefined, { signal }))
}
