import middy from '@middy/core'
import { requireSession } from 'coatcheck/middleware'
import { answer } from './answer.ts'
import { listNotes } from './notes.ts'

export const handler = middy()
  .use(requireSession({ scopes: ['notes:read'] }))
  .handler(async (_event, { session }) => answer(200, { notes: await listNotes(session.userId) }))
