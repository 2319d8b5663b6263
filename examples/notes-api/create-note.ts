import middy from '@middy/core'
import { requireSession } from 'coatcheck/middleware'
import { answer } from './answer.ts'
import { createNote } from './notes.ts'

export const handler = middy()
  .use(requireSession({ scopes: ['notes:write'] }))
  .handler(async ({ body }, { session }) => {
    const text = readText(body)
    if (text === undefined) return answer(400, { message: 'Send {"text": "…"}, at most 1,000 characters.' })
    return answer(201, { note: await createNote(session.userId, text) })
  })

function readText(body: unknown): string | undefined {
  try {
    const { text } = JSON.parse(String(body))
    return typeof text === 'string' && text !== '' && text.length <= 1000 ? text : undefined
  } catch {
    return undefined
  }
}
