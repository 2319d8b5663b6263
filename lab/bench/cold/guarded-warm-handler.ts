import { warmUp, withSession } from '../../../middleware/index.ts'

// The same with a read during init.

await warmUp()
export const handler = withSession(async (_event, { session }) => ({
  statusCode: 200,
  body: JSON.stringify({ userId: session.userId }),
}))
