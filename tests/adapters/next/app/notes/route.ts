import { withSession } from 'coatcheck/next'

const options = { scopes: ['notes:read'] }

export const GET = withSession(async (_request, { session }) => {
  return Response.json({ hello: session.userId }, { headers: { 'x-own': 'kept', vary: 'Accept-Encoding' } })
}, options)

export const POST = withSession(async (_request, { session }) => Response.json({ hello: session.userId }), options)

export { GET as OPTIONS }
