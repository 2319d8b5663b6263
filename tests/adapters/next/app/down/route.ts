import { withSession } from 'coatcheck/next'

export const GET = withSession(async () => new Response())
