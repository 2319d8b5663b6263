import { type ListedSession, Problem } from '../client/index.ts'
import { nameOf } from './device.ts'
import { say } from './notice.ts'
import { text } from './text.ts'

/** Ends a session by the call given, and says what became of it: it may be gone already. @throws Problem */
export async function endSession(session: ListedSession, call: () => Promise<unknown>): Promise<void> {
  try {
    await call()
    say(text.session.endDone(nameOf(session)))
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'not_found')) throw error
    say(text.session.endGone(nameOf(session)))
  }
}
