import { setTimeout as sleep } from 'node:timers/promises'
import type { Deadline } from '../deadline.ts'

const FIRST_MS = 25
const LONGEST_MS = 400

/** Waits before a batch's unprocessed part is sent again: twice as long each time, within the deadline. */
export async function backOff(triesBefore: number, deadline: Deadline): Promise<void> {
  const delayMs = Math.min(FIRST_MS * 2 ** triesBefore, LONGEST_MS)
  await deadline.run((signal) => sleep(delayMs, undefined, { signal }))
}
