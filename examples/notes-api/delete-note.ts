import middy from '@middy/core'
import { requireSession } from 'coatcheck/middleware'
import { answer } from './answer.ts'
import { deleteNote } from './notes.ts'

export const handler = middy()
  .use(requireSession({ scopes: ['notes:write'] }))
  .handler(async ({ pathParameters }, { session }) =>
    (await deleteNote(session.userId, pathParameters?.id ?? ''))
      ? { statusCode: 204 }
      : answer(404, { message: 'You have no note with this id. List your notes to see their ids.' }),
  )
