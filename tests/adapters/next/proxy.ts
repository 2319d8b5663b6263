import { createSessionCheck } from 'coatcheck/next'
import { type NextRequest, NextResponse } from 'next/server'

const check = createSessionCheck({ scopes: ['notes:read'] })

export async function proxy(request: NextRequest) {
  const checked = await check(request)
  return checked instanceof Response ? checked : checked.respond(NextResponse.next())
}

export const config = { matcher: '/proxied' }
