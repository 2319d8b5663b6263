import * as v from 'valibot'
import { ACTIVITY_EVENTS } from '../lib/activity/activity-events.ts'
import { FACTORS } from '../lib/factor.ts'

// The JSON bodies of responses. `tests/types/openapi.ts` compares their types with `client/`, which is compared with the
// functions: a difference does not compile.

const id = (what: string) =>
  v.pipe(v.string(), v.regex(/^[\w-]{21}$/), v.description(`The id of ${what}, safe in URLs, lists and logs.`))
export const instant = (description: string) =>
  v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.description(`${description} RFC 3339 in UTC, such as \`2026-11-22T10:00:00Z\`.`),
  )
export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const scopes = (description: string) => v.pipe(v.array(v.string()), v.description(description))

const SESSION = {
  id: id('the session'),
  userId: id('the user'),
  scopes: scopes('The scopes that the session holds.'),
  label: v.exactOptional(v.pipe(v.string(), v.description('The name that the login request gave the session.'))),
  factors: v.pipe(v.array(v.picklist(FACTORS)), v.description('How the user has signed in.')),
  assurance: v.pipe(
    v.picklist([1, 2]),
    v.description('2: with two factors, or with a passkey that verified the user.'),
  ),
  ip: v.pipe(v.string(), v.description('The address that the session was created from.')),
  userAgent: v.pipe(v.string(), v.description('The user agent that the session was created by.')),
  createdAt: instant('The time of creation.'),
  authenticatedAt: instant('The latest login or reauthentication in this session.'),
  lastSeenAt: instant('The latest renewal. The latest request may be up to `SESSION_RENEW_SECONDS` later.'),
  expiresAt: instant('The earlier of the idle and the absolute timeout.'),
  endsAt: instant('The absolute timeout. Renewal never extends it.'),
}
export const Session = v.pipe(v.strictObject(SESSION), v.description('A session, without any credential.'))
export const ListedSession = v.pipe(
  v.strictObject({
    ...SESSION,
    current: v.exactOptional(
      v.pipe(v.boolean(), v.description('`true` on the session that authenticated the request, absent on the others.')),
    ),
  }),
  v.description('A session in a list.'),
)
const USER = {
  id: id('the user'),
  email: v.pipe(v.string(), v.email(), v.description('Trimmed and in lower case.')),
  emailVerified: v.pipe(v.boolean(), v.description('Whether the user has proven that they receive mail there.')),
  name: v.exactOptional(v.string()),
  scopes: scopes('The granted scopes. Every user also holds `account`.'),
  status: v.picklist(['active', 'disabled']),
  mustChangePassword: v.exactOptional(
    v.pipe(
      v.literal(true),
      v.description('An administrator has set the password, and the next sign-in by it must replace it. Absent: no.'),
    ),
  ),
  createdAt: instant('The time of creation.'),
}
export const User = v.pipe(v.strictObject(USER), v.description('A user, as the user and administrators see it.'))
export const Invitation = v.pipe(
  v.strictObject({
    id: id('the invitation'),
    email: v.pipe(v.string(), v.email(), v.description('Trimmed and in lower case.')),
    name: v.exactOptional(v.pipe(v.string(), v.description('The name of the user, unless the user chooses another.'))),
    scopes: scopes('The scopes that the user is granted.'),
    status: v.picklist(['open', 'accepted', 'revoked']),
    invitedBy: v.exactOptional(id('the administrator who invited')),
    createdAt: instant('The time of creation.'),
    expiresAt: instant('The time from which the link is void.'),
  }),
  v.description('An invitation to open an account, without its secret.'),
)

export const Passkey = v.pipe(
  v.strictObject({
    id: id('the passkey'),
    name: v.pipe(v.string(), v.description('As the user calls it.')),
    createdAt: instant('When it was added.'),
    lastUsedAt: v.exactOptional(instant('When it was last used, at most a day late. Absent until the first use.')),
  }),
  v.description('A passkey, without its key.'),
)
export const Identity = v.pipe(
  v.strictObject({
    id: id('the link, another one if it is made again'),
    provider: v.pipe(v.string(), v.description('The id of the provider when it was linked.')),
    issuer: v.pipe(v.string(), v.description('The provider, as its tokens name it.')),
    subject: v.pipe(v.string(), v.description('The user, as the provider names them.')),
    linkedAt: instant('When it was linked.'),
  }),
  v.description('An identity at a provider that signs a user in.'),
)
const seconds = v.pipe(v.number(), v.integer(), v.description('Seconds since 1970-01-01T00:00:00Z.'))
export const Introspection = v.pipe(
  v.variant('active', [
    v.strictObject({ active: v.literal(false) }),
    v.strictObject({
      active: v.literal(true),
      sub: id('the user'),
      scope: v.pipe(v.string(), v.description('Scopes, separated by spaces.')),
      exp: seconds,
      iat: seconds,
      sid: id('the session'),
    }),
  ]),
  v.description('The state of a token (RFC 7662).'),
)

const text = (description: string) => v.exactOptional(v.pipe(v.string(), v.description(description)))
export const Activity = v.pipe(
  v.strictObject({
    at: instant('The time, to the millisecond.'),
    event: v.pipe(v.picklist(ACTIVITY_EVENTS), v.description('What happened.')),
    userId: v.exactOptional(id('the user')),
    account: text('Stands for the email address of a failed sign-in, whether or not it has an account.'),
    by: text('The id of the administrator who acted. Absent if the user did.'),
    reason: text('Why a sign-in failed or a session ended.'),
    sessionIds: v.exactOptional(v.pipe(v.array(v.string()), v.description('The sessions that began or ended.'))),
    sessions: v.exactOptional(
      v.pipe(count, v.description('How many sessions ended, if that is more than `sessionIds` names.')),
    ),
    action: text('What an administrator did.'),
    from: text('The scopes before a change.'),
    to: text('The scopes after a change.'),
    status: text('The status of the user after a change.'),
    until: text('The time at which a locked account is available again.'),
    ip: text('The address of the request.'),
    userAgent: text('The user agent of the request.'),
  }),
  v.description('One thing that happened to a user.'),
)

export const RateLimit = v.pipe(
  v.strictObject({
    kind: v.picklist(['login', 'reauthentication', 'second_factor']),
    ip: text('A known address with a counter of its own. Absent for all other addresses together.'),
    attempts: count,
    limit: count,
    isLocked: v.pipe(v.boolean(), v.description('Whether further attempts are refused.')),
    until: instant('The time at which all attempts are available again.'),
  }),
  v.description('A counter of the failed attempts of an account, as long as it counts any.'),
)
const LastChange = v.strictObject({
  reason: v.pipe(v.string(), v.description('Why all sessions were revoked.')),
  at: instant('The time of the change.'),
  by: text('The id of the user who requested it. Absent: the command line, or a program.'),
})
export const ExportedUser = v.pipe(
  v.strictObject({
    ...USER,
    pendingEmail: text('The email that a change was asked for, even if its link has expired.'),
    formerEmail: text('The email before a change that could be undone.'),
    passkeys: v.array(Passkey),
    identities: v.array(Identity),
    lastChanges: v.pipe(
      v.array(LastChange),
      v.description('The last changes that revoked all sessions, at most three.'),
    ),
  }),
  v.description('A user in an export, without the password hash.'),
)

/** The schemas that the document names in `components`. */
export const COMPONENTS = {
  Session,
  ListedSession,
  User,
  Passkey,
  Identity,
  ExportedUser,
  Invitation,
  RateLimit,
  Introspection,
  Activity,
}
