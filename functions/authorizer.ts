import { createAuthorizer } from '../middleware/authorizer.ts'

/** The request authorizer that other services put in front of their APIs. One read, and a write when a renewal is due. */
export const handler = createAuthorizer()
