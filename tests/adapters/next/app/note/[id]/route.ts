import { withSession } from 'coatcheck/next'

export const GET = withSession<{ params: Promise<{ id: string }> }>(async (_request, { params, session }) =>
  Response.json({ ...(await params), hello: session.userId }),
)
