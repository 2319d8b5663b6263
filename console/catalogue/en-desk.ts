// Every string of the administrators' pages, in English.

import { isolate } from './isolate.ts'

const count = (n: number, one: string) => `${n.toLocaleString('en')} ${n === 1 ? one : `${one}s`}`
const refused = (n: number) => `the next request from ${n === 1 ? 'it' : 'each'} is refused`

export const enDesk = {
  users: {
    title: 'Users',
    lead: 'Find a user by the full email address they sign in with.',
    find: 'Find',
    findLabel: 'Email address',
    none: (email: string) =>
      `No user has the email address ${isolate(email)}. Enter the full address, not a part of it.`,
    all: 'All users',
    more: 'Show more',
    shownAll: (n: number) => `That’s all: ${count(n, 'user')}.`,
    shownSoFar: (n: number) => `${count(n, 'user')} so far.`,
    create: 'Create user',
    disabled: 'Disabled',
    active: 'Active',
    noScopes: 'None besides their own account',
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
    scopesHint: 'Separated by spaces, such as notes:read. Users need no scope for their own account.',
    password: 'Initial password',
    passwordHint: 'It cannot be looked up later. The user can change it under Account.',
    submit: 'Create',
    done: (email: string) => `${isolate(email)} can sign in now.`,
    doneTitle: (email: string) => `${isolate(email)} can sign in now`,
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
