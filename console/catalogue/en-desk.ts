// Every string of the administrators' pages, in English.

import { isolate } from './isolate.ts'

const count = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`
const refused = (n: number) => `the next request from ${n === 1 ? 'it' : 'each'} is refused`

export const enDesk = {
  sections: {
    label: 'Administration',
    users: 'Users',
    activity: 'Activity and incidents',
    invitations: 'Invitations',
  },

  users: {
    title: 'Users',
    lead: 'Type a part of an email address or a name, or a whole user ID.',
    findLabel: 'Search',
    findHint: 'Enter opens the only match, or the user of a whole address or ID at once.',
    status: 'Status',
    anyStatus: 'Any status',
    scope: 'Scope',
    anyScope: 'Any scope',
    none: 'No user matches. Check the spelling, or remove a filter.',
    all: 'All users',
    more: 'Show more',
    shown: (n: number, all?: number) =>
      all === undefined ? `${count(n, 'user')} shown` : `${n.toLocaleString('en')} of ${count(all, 'user')} shown`,
    looked: (n: number, of: number, isAll: boolean) =>
      `${count(n, 'match', 'matches')} among ${isAll ? 'all' : 'the first'} ${count(of, 'user')}`,
    stopLooking: 'Stop',
    columns: { email: 'Email', name: 'Name', status: 'Status', scopes: 'Scopes', created: 'Created' },
    select: (email: string) => `Select ${isolate(email)}`,
    exportAll: 'Export as CSV',
    exportSelected: (n: number) => `Export ${count(n, 'user')} as CSV`,
    you: 'You',
    noName: '–',
    create: 'Create user',
    disabled: 'Disabled',
    active: 'Active',
    noScopes: 'None besides their own account',
  },

  incident: {
    title: 'Activity and incidents',
    lead: 'What has happened to all users, the newest first, some seconds late.',
    event: 'Event',
    anyEvent: 'Any event',
    since: 'Time',
    lastHours: (n: number) => (n < 48 ? `Last ${n === 1 ? 'hour' : `${n} hours`}` : `Last ${n / 24} days`),
    addressLabel: 'IP address (its beginning)',
    actorLabel: 'User or administrator (ID)',
    none: 'Nothing matches. Choose a longer time, or remove a filter.',
    more: 'Look further back',
    count: (n: number, of: number) => `${n.toLocaleString('en')} shown of ${count(of, 'entry', 'entries')} read`,
    columns: { when: 'When', what: 'What', user: 'User', from: 'Address', device: 'Device', by: 'By' },
    commandLine: 'Command line',
    endAll: (ip: string) => `End all sessions from ${isolate(ip)}`,
    endAllTitle: (ip: string) => `End all sessions from ${isolate(ip)}?`,
    endAllEffect: (n: number) =>
      `Every session that a sign-in from exactly this address has created in the last ${n === 1 ? 'hour' : n < 48 ? `${n} hours` : `${n / 24} days`} is revoked: its next request is refused. Keep this page open until it is done. On the command line, sessions revoke --ip also finds older ones.`,
    ended: ({
      ip,
      found,
      done,
      ended,
      isRunning,
    }: {
      ip: string
      found: number
      done: number
      ended: number
      isRunning: boolean
    }) =>
      isRunning
        ? `Ending sessions from ${isolate(ip)}: ${done.toLocaleString('en')} of ${found.toLocaleString('en')} …`
        : `${count(ended, 'session')} from ${isolate(ip)} ended. ${count(done - ended, 'other')} had ended before.`,
    leakTitle: 'After a leak of the tables',
    leak: 'Deploy with this setting, and every session that was created before is refused, without a write. Everybody signs in again.',
    scopesChanged: (from: string, to: string) =>
      `Scopes changed from ${isolate(from || 'none')} to ${isolate(to || 'none')}`,
    events: {
      authn_login_success: 'Signed in',
      authn_login_fail: 'Sign-in failed',
      authn_login_lock: 'Sign-in locked after too many attempts',
      authn_password_change: 'Password changed',
      authz_change: 'Scopes changed',
      authz_admin: 'Action of an administrator',
      session_created: 'Session created',
      session_expired: 'Signed out',
      user_created: 'User created',
      user_updated: 'User changed',
      user_deleted: 'User deleted',
    },
    reasons: {
      unknown_email: 'unknown address',
      wrong_password: 'wrong password',
      disabled: 'user disabled',
      no_password: 'user has no password',
      unreadable_hash: 'stored password cannot be read',
      wrong_totp: 'wrong code',
      wrong_recovery: 'wrong recovery code',
      wrong_mailed_code: 'wrong mailed code',
      no_second_factor: 'no second factor',
    },
    actions: {
      change_user: 'User changed',
      create_user: 'User created',
      delete_user: 'User deleted',
      erase_user: 'User erased',
      export_user: 'Data exported',
      invite_user: 'User invited',
      revoke_invitation: 'Invitation revoked',
      send_password_reset: 'Password reset mail requested',
      set_password: 'Password set',
      reset_factors: 'Second factors removed',
      unlock: 'Sign-in unlocked',
      unlock_user: 'Sign-in unlocked',
      revoke_session: 'Session revoked',
      revoke_all_sessions: 'All sessions revoked',
      email_verified: 'Email verified',
      email_changed: 'Email changed',
      email_change_undone: 'Change of email undone',
      totp_added: 'Authenticator app added',
      totp_removed: 'Authenticator app removed',
      passkey_added: 'Passkey added',
      passkey_removed: 'Passkey removed',
      passkey_renamed: 'Passkey renamed',
      recovery_codes_replaced: 'Recovery codes replaced',
      recovery_code_used: 'Recovery code used',
    },
  },

  invitations: {
    title: 'Invitations',
    none: 'No invitations in the last seven days.',
    more: 'Show more invitations',
    invite: 'Invite user',
    inviteTitle: 'Invite a user',
    inviteEffect:
      'We mail a link that is good for seven days and works once. The person who opens it chooses a password.',
    submit: 'Send invitation',
    done: (email: string) => `A mail to ${isolate(email)} is on its way.`,
    expires: 'Expires',
    statuses: { open: 'Open', accepted: 'Accepted', revoked: 'Revoked' },
    revoke: 'Revoke',
    revokeLabel: (email: string) => `Revoke the invitation of ${isolate(email)}`,
    revokeTitle: (email: string) => `Revoke the invitation of ${isolate(email)}?`,
    revokeEffect: 'The link in the mail stops working.',
    revoked: (email: string) => `The invitation of ${isolate(email)} was revoked.`,
  },

  createUser: {
    title: 'Create a user',
    scopesHint: 'Separated by spaces, such as notes:read. Users need none for their own account.',
    password: 'Initial password',
    passwordHint: 'It cannot be looked up later. The user can change it under Account.',
    submit: 'Create',
    done: (email: string) => `${isolate(email)} can sign in now.`,
    doneTitle: (email: string) => `${isolate(email)} can sign in now`,
    kept: 'I have copied the password or passed it on',
    doneEffect: 'Give this password to the user yourself: no email is sent, and it is not shown again.',
  },

  user: {
    back: 'All users',
    gone: 'This user does not exist, or was deleted.',
    you: 'You',
    profile: 'Profile',
    selfProtected:
      'You have the scope admin:write, so you cannot disable or delete yourself. Ask another administrator.',
    edit: 'Edit',
    editTitle: (email: string) => `Edit ${isolate(email)}`,
    save: 'Save',
    saved: (email: string) => `${isolate(email)} was updated.`,
    savedRevoked: (email: string) =>
      `${isolate(email)} was updated, and all their sessions were revoked: the next request from each is refused.`,
    nothingChanges: 'No changes yet.',
    nameChanges: 'The name changes. Sessions are not affected.',
    adds: (scopes: string) =>
      `Adding ${isolate(scopes)} takes effect when the user next signs in or enters their password again.`,
    removes: (scopes: string, n: number) =>
      `Removing ${isolate(scopes)} immediately revokes all sessions of the user (currently ${n === 0 ? 'none' : n}).`,
    disable: 'Disable',
    disableTitle: (email: string) => `Disable ${isolate(email)}?`,
    disableEffect: (n: number) =>
      `${n === 0 ? 'There are no sessions to revoke.' : `${count(n, 'session')} will be revoked: ${refused(n)}.`} The user cannot sign in until an administrator enables them again.`,
    disabled: (email: string) => `${isolate(email)} was disabled and cannot sign in. All their sessions were revoked.`,
    enable: 'Enable',
    enableTitle: (email: string) => `Enable ${isolate(email)}?`,
    enableEffect: 'The user can sign in again with their password. Revoked sessions stay revoked.',
    enabled: (email: string) => `${isolate(email)} can sign in again. Revoked sessions stay revoked.`,
    delete: 'Delete',
    deleteTitle: (email: string) => `Delete ${isolate(email)}?`,
    deleteEffect:
      'The account and all its sessions are deleted immediately. This cannot be undone. The email address can be used again.',
    deleteSubmit: 'Delete permanently',
    deleted: (email: string) => `${isolate(email)} was deleted, and all their sessions were revoked.`,
    email: { verified: 'Email verified', unverified: 'Email not verified' },
    sendReset: 'Send password reset mail',
    sendResetTitle: (email: string) => `Send ${isolate(email)} a password reset mail?`,
    sendResetEffect:
      'The mail has a link that sets a new password. It is good for an hour. Until it is used, the password and all sessions stay as they are.',
    sendResetDone: (email: string) => `A password reset mail to ${isolate(email)} is on its way.`,
    setPassword: 'Set password',
    setPasswordTitle: (email: string) => `Set a password for ${isolate(email)}`,
    setPasswordEffect: (n: number) =>
      `The current password stops working. ${n === 0 ? 'There are no sessions to revoke.' : `${count(n, 'session')} will be revoked: ${refused(n)}.`}`,
    setPasswordDone: (email: string) => `${isolate(email)} has a new password`,
    setPasswordRequire: 'The user must choose another password at the next sign-in',
    setPasswordGive: 'Give this password to the user yourself: it is not mailed, and it is not shown again.',
    unlock: 'Unlock sign-in',
    unlockTitle: (email: string) => `Unlock sign-in for ${isolate(email)}?`,
    unlockEffect:
      'After too many wrong passwords, sign-in is blocked for a while. Unlocking resets the counters of wrong passwords of this account. Nothing else changes.',
    unlockDone: (email: string) => `${isolate(email)} can try to sign in again.`,
    resetFactors: 'Reset second factors',
    resetFactorsTitle: (email: string) => `Reset the second factors of ${isolate(email)}?`,
    resetFactorsEffect: (n: number) =>
      `The user’s authenticator app, passkeys and recovery codes stop working, and the password alone signs in. Do this only if you know that the request is from the user. ${n === 0 ? 'There are no sessions to revoke.' : `${count(n, 'session')} will be revoked: ${refused(n)}.`}`,
    resetFactorsDone: (email: string) =>
      `${isolate(email)} can sign in with the password alone. All their sessions were revoked.`,
    lastSignIn: 'Last sign-in',
    noSignIn: 'None on record',
    locked: (when: string) => `Sign-in is locked until ${when} after too many wrong attempts.`,
    activity: 'Activity',
    noActivity: 'No activity on record.',
    knownScopes: 'In use',
    unknownScope: (scopes: string) =>
      `No user that this page has loaded holds ${isolate(scopes)}. Check the spelling: the service accepts any scope.`,
    ownScopes: 'You hold admin:write, so you cannot remove scopes from yourself. Ask another administrator.',
    sessions: 'Sessions',
    sessionsLive: 'This list updates automatically.',
    noSessions: 'No active sessions.',
    revokeAll: 'Revoke all sessions',
    revokeAllTitle: (email: string) => `Revoke all sessions of ${isolate(email)}?`,
    revokeAllEffect: (n: number) =>
      `${n === 0 ? 'There are no sessions now; a session that starts in the meantime is revoked too.' : `${count(n, 'session')} will be revoked: ${refused(n)}.`} The user can sign in again with their password. To prevent that, disable the user.`,
    revokeAllYou: 'This is your own account: you will be signed out here as well.',
    revokeAllDone: (n: number) =>
      n === 0 ? 'There were no sessions to revoke.' : `${count(n, 'session')} revoked: ${refused(n)}.`,
  },
}
