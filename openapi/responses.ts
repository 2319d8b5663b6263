import * as v from 'valibot'
import { CreationOptions, RequestOptions } from './passkey-schemas.ts'
import {
  Activity,
  count,
  ExportedUser,
  Identity,
  Introspection,
  Invitation,
  instant,
  ListedSession,
  Passkey,
  RateLimit,
  Session,
  User,
} from './schemas.ts'

const token = v.exactOptional(
  v.pipe(
    v.string(),
    v.description(
      'The token of the session. Present if the request asked for, or used, a bearer token; else the cookie holds it.',
    ),
  ),
)
const user = v.strictObject({ user: User })
const issued = v.strictObject({ session: Session, token })
const sessions = v.strictObject({ sessions: v.array(ListedSession) })
const activity = v.strictObject({
  activity: v.array(Activity),
  cursor: v.exactOptional(v.pipe(v.string(), v.description('Leads to the next page. Absent on the last page.'))),
})
const revoked = v.pipe(count, v.description('The number of revoked sessions.'))
/** A signed receipt of a revocation. */
export const receipt = v.pipe(
  v.string(),
  v.description(
    'A signed receipt of the revocation, with `Prefer: return=receipt`: a JWS, for the keys of this service.',
  ),
)
const receiptOnly = v.optional(v.strictObject({ receipt }))
const requestOptions = v.strictObject({ options: RequestOptions })
const CHANGED_FACTORS = {
  session: Session,
  token,
  recoveryCodes: v.exactOptional(v.pipe(v.array(v.string()), v.description('New recovery codes, shown once.'))),
}
const changedFactors = v.strictObject(CHANGED_FACTORS)

/** The body of each route's success; `undefined` for 204. The keys of tokens are a file. */
export const RESPONSES = {
  'POST /auth/register': v.strictObject({ user: v.exactOptional(User) }),
  'POST /auth/register/complete': user,
  'POST /auth/invitations/accept': user,
  'POST /auth/email/verification': v.undefined(),
  'POST /auth/email/verify': v.undefined(),
  'PUT /auth/email': v.undefined(),
  'POST /auth/email/complete': v.strictObject({ session: Session, user: User, token }),
  'POST /auth/email/undo': v.undefined(),
  'POST /auth/password/reset': v.undefined(),
  'POST /auth/password/reset/complete': v.undefined(),
  'POST /auth/login': v.strictObject({ session: Session, user: User, token }),
  'POST /auth/login/second-factor': v.strictObject({ session: Session, user: User, token }),
  'POST /auth/login/code': v.undefined(),
  'POST /auth/login/code/complete': v.strictObject({ session: Session, user: User, token }),
  'POST /auth/login/second-factor/options': requestOptions,
  'POST /auth/login/passkey': v.strictObject({ session: Session, user: User, token }),
  'POST /auth/login/passkey/options': requestOptions,
  'POST /auth/logout': receiptOnly,
  'POST /auth/oidc/{provider}/logout': v.undefined(),
  'POST /auth/oidc/{provider}/revoke': v.undefined(),
  'POST /auth/oidc/{provider}/events': v.undefined(),
  'POST /auth/exchange': v.strictObject({ session: Session, user: User, token }),
  'GET /auth/identities': v.strictObject({ identities: v.array(Identity) }),
  'POST /auth/identities': v.strictObject({
    url: v.pipe(v.string(), v.description('The address at the provider that the browser goes to.')),
  }),
  'DELETE /auth/identities/{identityId}': issued,
  'GET /auth/session': v.strictObject({
    session: Session,
    user: User,
    pendingEmail: v.exactOptional(
      v.pipe(v.string(), v.description('A change to this email was asked for, and its link can be used.')),
    ),
  }),
  'POST /auth/session/reauthenticate': issued,
  'GET /auth/sessions': sessions,
  'DELETE /auth/sessions/{sessionId}': receiptOnly,
  'DELETE /auth/sessions': v.strictObject({
    ...{ revoked, session: v.exactOptional(Session), token },
    receipt: v.exactOptional(receipt),
  }),
  'PUT /auth/password': issued,
  'GET /auth/factors': v.strictObject({
    totp: v.exactOptional(v.strictObject({ createdAt: instant('When the authenticator app was set up.') })),
    passkeys: v.array(Passkey),
    recoveryCodesLeft: count,
  }),
  'POST /auth/factors/totp': v.strictObject({
    secret: v.pipe(v.string(), v.description('For an authenticator app without a camera, in base32.')),
    uri: v.pipe(v.string(), v.description('For the QR code that an authenticator app reads.')),
  }),
  'POST /auth/factors/totp/activate': changedFactors,
  'DELETE /auth/factors/totp': changedFactors,
  'POST /auth/factors/recovery-codes': changedFactors,
  'POST /auth/passkeys/options': v.strictObject({ options: CreationOptions }),
  'POST /auth/passkeys': v.strictObject({ ...CHANGED_FACTORS, passkey: Passkey }),
  'PATCH /auth/passkeys/{passkeyId}': v.strictObject({ passkey: Passkey }),
  'DELETE /auth/passkeys/{passkeyId}': changedFactors,
  'DELETE /auth/account': v.undefined(),
  'GET /auth/activity': activity,
  'POST /auth/introspect': Introspection,
  'POST /auth/token': v.strictObject({
    token: v.pipe(v.string(), v.description('A signed token (RFC 9068), for the keys of this service.')),
    tokenType: v.literal('Bearer'),
    audience: v.string(),
    scopes: v.array(v.string()),
    expiresAt: instant('The end of the token, which nobody can bring forward.'),
    expiresIn: v.pipe(count, v.description('The seconds until `expiresAt`.')),
  }),
  'GET /admin/users': v.strictObject({
    users: v.array(User),
    cursor: v.exactOptional(v.pipe(v.string(), v.description('Leads to the next page. Absent on the last page.'))),
  }),
  'POST /admin/users': user,
  'GET /admin/users/{userId}': v.strictObject({ user: User, identities: v.array(Identity) }),
  'PATCH /admin/users/{userId}': user,
  'DELETE /admin/users/{userId}': v.undefined(),
  'GET /admin/users/{userId}/export': v.strictObject({
    user: v.exactOptional(ExportedUser),
    sessions: v.exactOptional(v.array(Session)),
    rateLimits: v.exactOptional(v.array(RateLimit)),
    activity: v.array(Activity),
    cursor: v.exactOptional(v.pipe(v.string(), v.description('Leads to the next page. Absent on the last page.'))),
  }),
  'POST /admin/users/{userId}/erase': v.undefined(),
  'PUT /admin/users/{userId}/password': v.undefined(),
  'POST /admin/users/{userId}/password-reset': v.undefined(),
  'DELETE /admin/users/{userId}/factors': v.undefined(),
  'POST /admin/users/{userId}/unlock': v.undefined(),
  'GET /admin/users/{userId}/sessions': sessions,
  'DELETE /admin/users/{userId}/sessions': v.strictObject({ revoked, receipt: v.exactOptional(receipt) }),
  'DELETE /admin/users/{userId}/sessions/{sessionId}': receiptOnly,
  'GET /admin/users/{userId}/activity': activity,
  'GET /admin/activity': activity,
  'GET /admin/invitations': v.strictObject({
    invitations: v.array(Invitation),
    cursor: v.exactOptional(v.pipe(v.string(), v.description('Leads to the next page. Absent on the last page.'))),
  }),
  'POST /admin/invitations': v.strictObject({ invitation: Invitation }),
  'DELETE /admin/invitations/{invitationId}': v.undefined(),
  'GET /health': v.strictObject({ status: v.literal('ok') }),
} as const satisfies Record<string, v.GenericSchema>
