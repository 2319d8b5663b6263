import { type ListedSession, Problem } from '../client/index.ts'
import { sessionName } from './device.ts'
import { showNotice } from './notice.ts'
import { text } from './text.ts'

/** Revokes a session with the given call and shows the outcome; 404 means that it was already revoked. @throws Problem */
export async function revokeSession(session: ListedSession, call: () => Promise<unknown>): Promise<void> {
  try {
    await call()
    showNotice(text.session.signOutDone(sessionName(session)))
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'not_found')) throw error
    showNotice(text.session.signOutGone(sessionName(session)))
  }
}
