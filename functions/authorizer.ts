import { createAuthorizer, warmUp } from '../middleware/authorizer.ts'

await warmUp()

/** The request authorizer for APIs of other services. One read, and a write if a renewal is due. */
export const handler = createAuthorizer()
