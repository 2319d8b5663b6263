import { passkeyJson } from '../lib/http/representation.ts'
import { rfc3339 } from '../lib/instant.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { userRoute } from './http/route.ts'

const app = openApp({ factors: true })

/** GET /auth/factors: 200 `{totp?, passkeys, recoveryCodesLeft}`. Two reads. */
export const handler = userRoute(app, { scopes: [ACCOUNT_SCOPE], renew: false }, ({ user }) => {
  const { totp, passkeys = {}, passkeyUsedAt = {}, recoveryCodes = [] } = user
  return json(200, {
    ...(totp ? { totp: { createdAt: rfc3339(totp.createdAt) } } : {}),
    passkeys: Object.entries(passkeys).map(([id, passkey]) => passkeyJson(id, passkey, passkeyUsedAt[id])),
    recoveryCodesLeft: recoveryCodes.length,
  })
})
