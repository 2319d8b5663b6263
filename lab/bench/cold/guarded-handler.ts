import { withSession } from '../../../middleware/index.ts'

// A handler of an application, bundled with `coatcheck/esbuild`.

export const handler = withSession(async (_event, { session }) => ({
  statusCode: 200,
  body: JSON.stringify({ userId: session.userId }),
}))
