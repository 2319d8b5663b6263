// Activity as JSON types, part of the contract in `endpoints.ts`.

/** The events of activity; `docs/activity.md` says what each is. */
export type ActivityEvent =
  | 'authn_login_success'
  | 'authn_login_fail'
  | 'authn_login_lock'
  | 'authn_password_change'
  | 'authz_change'
  | 'authz_admin'
  | 'session_created'
  | 'session_expired'
  | 'user_created'
  | 'user_updated'
  | 'user_deleted'

/** One thing that happened to a user. */
export interface Activity {
  readonly at: string
  readonly event: ActivityEvent
  /** The user. Absent on a failed sign-in, which has `account`. */
  readonly userId?: string
  /** Stands for the email address of a failed sign-in, whether or not it has an account. */
  readonly account?: string
  /** The administrator who acted. Absent if the user did. */
  readonly by?: string
  /** Why a sign-in failed or a session ended. */
  readonly reason?: string
  readonly sessionIds?: readonly string[]
  /** How many sessions ended, if that is more than `sessionIds` names. */
  readonly sessions?: number
  /** What an administrator did. */
  readonly action?: string
  /** The scopes before and after a change. */
  readonly from?: string
  readonly to?: string
  readonly status?: string
  /** When a locked account is available again. */
  readonly until?: string
  readonly ip?: string
  readonly userAgent?: string
}

/** A part of the activity, the newest first. A page may even be empty; the last one has no `cursor`. */
export interface ActivityPage {
  readonly activity: readonly Activity[]
  readonly cursor?: string
}

/** The selection of activity: `since` is a time (RFC 3339), `limit` is 1 to 100. */
export interface ActivityQuery {
  since?: string | undefined
  event?: ActivityEvent | undefined
  limit?: string | undefined
  cursor?: string | undefined
}
