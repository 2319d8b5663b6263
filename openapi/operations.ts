import type { ROUTES } from '../functions/http/routes.ts'
import { ACCOUNT } from './account-operations.ts'
import { ADMINISTRATION } from './administration-operations.ts'
import { EMAIL } from './email-operations.ts'
import { FACTORS } from './factor-operations.ts'
import { IDENTITIES } from './identity-operations.ts'
import { BY_MAIL } from './mail-operations.ts'
import type { Operation } from './operation.ts'
import { PASSKEYS } from './passkey-operations.ts'
import { SERVICE } from './service-operations.ts'

/** Every route. A route that is missing here does not compile: describe it in the file of its group. */
export const OPERATIONS: Record<keyof typeof ROUTES, Operation> = {
  ...ACCOUNT,
  ...FACTORS,
  ...EMAIL,
  ...BY_MAIL,
  ...PASSKEYS,
  ...IDENTITIES,
  ...ADMINISTRATION,
  ...SERVICE,
}
