/** Groups of functions with the same contents, and the maximum of their minified bytes. */
export interface Ceiling {
  readonly kind: string
  readonly bytes: number
  readonly functions: readonly string[]
}

export const KB = 1024

/** The most bytes of `sdk.mjs`: the DynamoDB client and two of its commands. */
export const SDK_CEILING = 176_000

/**
 * About four percent above the sizes when they were set, so that growth is a decision: a commit that raises a ceiling
 * says why. Lower a ceiling when its functions have become smaller. A bundle is what Node parses before the first answer,
 * so the authorizer's never exceeds 50 KB: it runs before every request of other APIs. The file with the SDK beside it is
 * read only if a call does not succeed at once, and has a ceiling of its own in `SDK_CEILING`.
 */
export const CEILINGS: readonly Ceiling[] = [
  { kind: 'the authorizer', bytes: 46_000, functions: ['authorizer'] },
  {
    kind: 'take a new password: bcrypt, blocklist, tables',
    bytes: 590_000,
    functions: [
      ...['register', 'complete-registration', 'change-password', 'complete-password-reset'],
      ...['admin-create-user', 'admin-set-password', 'accept-invitation', 'login'],
    ],
  },
  { kind: 'verify a password or a second factor', bytes: 352_000, functions: ['reauthenticate'] },
  {
    kind: 'second factors: otpauth, tables',
    bytes: 316_000,
    functions: ['second-factor', 'begin-totp', 'activate-totp', 'replace-recovery-codes'],
  },
  { kind: 'sign in by a mailed code', bytes: 315_000, functions: ['complete-login-code'] },
  {
    kind: 'passkeys without the library',
    bytes: 304_000,
    functions: ['begin-passkey-login', 'passkey-login', 'second-factor-options', 'begin-passkey', 'rename-passkey'],
  },
  { kind: 'passkeys with the library', bytes: 620_000, functions: ['add-passkey'] },
  {
    kind: 'sign in at a provider: openid-client, jose, tables',
    bytes: 400_000,
    functions: [
      ...['start-provider-sign-in', 'provider-callback', 'provider-logout', 'link-identity'],
      ...['exchange-token', 'revoke-by-provider', 'receive-signals'],
    ],
  },
  { kind: 'change a user', bytes: 281_000, functions: ['admin-update-user'] },
  {
    kind: 'a route on the tables',
    bytes: 271_000,
    functions: [
      ...['get-session', 'list-sessions', 'list-factors', 'list-identities', 'introspect'],
      ...['admin-list-users', 'admin-get-user', 'admin-list-sessions', 'admin-list-invitations'],
    ],
  },
  {
    kind: 'a route on the tables, recorded as activity',
    bytes: 273_000,
    functions: [
      ...['logout', 'revoke-session', 'revoke-all-sessions', 'delete-account'],
      ...['admin-delete-user', 'admin-revoke-session', 'admin-revoke-all-sessions', 'admin-revoke-invitation'],
    ],
  },
  {
    kind: 'count attempts, request mails',
    bytes: 308_000,
    functions: [
      ...['request-password-reset', 'request-email-verification', 'verify-email', 'remove-totp'],
      ...['remove-passkey', 'unlink-identity'],
      ...['request-email-change', 'complete-email-change', 'undo-email-change'],
      ...['admin-send-password-reset', 'admin-reset-factors', 'admin-unlock-user', 'admin-invite-user'],
      'request-login-code',
    ],
  },
  { kind: 'sign tokens', bytes: 308_000, functions: ['issue-token'] },
  { kind: 'publish the keys of tokens', bytes: 250_000, functions: ['token-keys'] },
  {
    kind: 'list activity',
    bytes: 288_000,
    functions: ['list-activity', 'admin-list-activity', 'admin-recent-activity'],
  },
  { kind: 'export and erase a user', bytes: 292_000, functions: ['admin-export-user', 'admin-erase-user'] },
  { kind: 'the tables without a route', bytes: 243_000, functions: ['finish-sweeps', 'publish-events'] },
  { kind: 'send mail: templates, nodemailer, tables', bytes: 540_000, functions: ['send-mail'] },
  { kind: 'record bounces', bytes: 275_000, functions: ['record-bounces'] },
  { kind: 'pages and the description of the API', bytes: 206_000, functions: ['console'] },
  { kind: 'neither tables nor page', bytes: 38_500, functions: ['health', 'no-route'] },
]
