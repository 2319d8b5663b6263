import { withSession } from 'coatcheck/next'
import type { NextRequest } from 'next/server'

export const GET = withSession(
  async ({ nextUrl }: NextRequest, { user }) => Response.json({ ...user, path: nextUrl.pathname }),
  { loadUser: true },
)
