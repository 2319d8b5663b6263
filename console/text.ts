// Every string of the console, in the order in which a user meets them. Only this file needs translating.

const count = (n: number, one: string) => `${n} ${n === 1 ? one : `${one}s`}`
const refused = (n: number) => `the next request from ${n === 1 ? 'it' : 'each'} is refused`
/** Isolates text that a user wrote, so that its direction does not affect the sentence around it (Unicode UAX #9). */
const isolate = (words: string) => `\u2068${words}\u2069`

export const text = {
  language: 'en',
  name: 'Coatcheck',
  skip: 'Skip to content',
  loading: 'Loading…',
  aMomentAgo: 'a moment ago',
  cancel: 'Cancel',
  close: 'Close',
  retry: 'Try again',
  done: 'Done',
  title: (view: string) => `${view} · Coatcheck`,

  fields: {
    email: 'Email',
    password: 'Password',
    name: 'Name',
    nameOptional: 'Name (optional)',
    currentPassword: 'Current password',
    newPassword: 'New password',
    scopes: 'Scopes',
    show: 'Show',
    hide: 'Hide',
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    generate: 'Generate password',
    emailInvalid: 'Enter one email address, such as ada@example.com, without a name or brackets.',
  },

  rules: {
    title: 'Password requirements',
    length: (least: number, now: number) => `At least ${least} characters${now > 0 ? ` (${now} so far)` : ''}`,
    ownWords: 'Not made up of your email, your name or the name of this site',
    common: 'Not a commonly used password (checked when you save)',
    met: 'met',
    unmet: 'not met yet',
  },

  signIn: {
    title: 'Sign in',
    lead: 'See where you are signed in, and sign out any device you don’t recognize.',
    submit: 'Sign in',
    back: 'Back to sign-in',
    byCode: 'Sign in by a code in a mail',
    forgotten: 'Forgot your password?',
    noAccount: 'No account yet?',
    register: 'Create one',
    byPasskey: 'Sign in with a passkey',
    chooseTitle: 'Choose a new password',
    chooseLead: 'An administrator has set your password. Choose your own to go on. This signs out all other devices.',
    choose: 'Set password and sign in',
  },
  providers: {
    signIn: (name: string) => `Sign in with ${name}`,
    title: 'Linked identities',
    lead: 'Accounts at other services that sign you in here. Linking or unlinking one signs out all other devices.',
    none: 'No identity is linked.',
    linked: (subject: string, since: string) => `${isolate(subject)}, linked ${since}`,
    add: (name: string) => `Link ${name}`,
    remove: 'Unlink',
    removeNamed: (name: string) => `Unlink ${name}`,
    unlinked: 'The identity is unlinked. All other devices are signed out.',
    outcomes: {
      access_denied: 'You gave up, or the provider refused. Try again, or sign in another way.',
      no_transaction: 'This sign-in began in another browser, or more than ten minutes ago. Start again.',
      provider_unavailable: 'The provider cannot be reached now. Try again later, or sign in another way.',
      email_taken: 'An account with this email exists. Sign in to it, then link the identity on the account page.',
      email_unverified: 'The provider has not verified an email of yours. Verify one there, and try again.',
      registration_closed: 'No account belongs to this identity, and you cannot open one. Ask an administrator.',
      identity_taken: 'Another account has this identity.',
      other_account: 'This identity belongs to another account than the one you are signed in to.',
      no_session: 'You were signed out meanwhile. Sign in, and link the identity again.',
      disabled: 'This account is disabled. Ask an administrator.',
      other: 'The sign-in at the provider did not succeed. Start again.',
    },
  },

  secondFactor: {
    title: 'Second step',
    lead: 'Your account has two-factor sign-in: the password alone is not enough.',
    totp: 'Six-digit code',
    totpHint: 'The authenticator app on your phone or computer shows it.',
    recoveryCode: 'Recovery code',
    recoveryCodeHint: 'One of the codes that you saved. Each works once.',
    useRecoveryCode: 'Use a recovery code instead',
    useTotp: 'Use a code of your authenticator app',
    usePassword: 'Use your password instead',
    usePasskey: 'Use a passkey',
    passkey: 'Continue, and choose your passkey. Your device may ask for a fingerprint, a face or a PIN.',
    startAgain: 'Start again',
    wrongTotp: 'This code is wrong or was used already. Wait for the next one and try again.',
    wrongRecoveryCode: 'This code is wrong or was used already. Check it, or use another one.',
    expired: 'This sign-in took too long. Enter your password again.',
  },
  register: {
    title: 'Create an account',
    lead: 'You will be signed in right away.',
    submit: 'Create account',
    haveAccount: 'Already have an account?',
    signIn: 'Sign in',
    done: (email: string) => `Welcome! Your account ${email} is ready, and you are signed in.`,
  },
  requestRegistration: {
    lead: 'We mail you a link. Open it to choose a password.',
    submit: 'Send link',
    sent: (email: string) => `A mail to ${isolate(email)} is on its way. Its link is good for 24 hours.`,
  },
  completeRegistration: {
    title: 'Choose your password',
    lead: 'This creates your account. Then you sign in with this password.',
    submit: 'Create account',
    done: (email: string) => `Your account ${email} is ready. Sign in with the password you chose.`,
    again: 'Register again',
    uncertain: 'Your account may just have been created. Try to sign in with the password you chose.',
  },
  acceptInvitation: {
    title: 'Accept your invitation',
    lead: 'Choose a password. This creates your account; then you sign in with this password.',
    submit: 'Create account',
    done: (email: string) => `Your account ${email} is ready. Sign in with the password you chose.`,
    again: 'Go to the sign-in page',
    uncertain: 'Your account may just have been created. Try to sign in with the password you chose.',
  },
  forgottenPassword: {
    title: 'Forgot your password?',
    lead: 'Enter the email address of your account. We mail you a link to set a new password.',
    submit: 'Send link',
    sent: (email: string) =>
      `If there is an account for ${isolate(email)}, a mail with a link is on its way. It is good for an hour.`,
  },
  resetPassword: {
    title: 'Set a new password',
    lead: 'This signs out every device that is signed in to your account.',
    submit: 'Set password',
    done: 'Your password was changed. Sign in with it.',
    donePending:
      'Your password was changed, but some devices may still be signed in. Sign in with the new password to sign them out.',
    again: 'Request another link',
    uncertain: 'Your password may just have been changed. Try to sign in with the new one.',
  },
  loginCode: {
    title: 'Sign in by a code',
    lead: 'We mail a code to the address of your account. It is good for ten minutes, in this browser.',
    send: 'Send code',
    codeTitle: 'Enter your code',
    sent: (email: string) =>
      `If there is an account for ${isolate(email)}, a mail with a code is on its way. Keep this page open.`,
    linkLead: 'Type this code in the browser where you asked for it. If that is this browser, sign in here.',
    codeLabel: 'Code',
    wrong: 'This code is wrong, or your account has changed since. Check it, or send another.',
    elsewhere:
      'This browser has no sign-in that waits for a code, or it has expired. Type the code where you asked for it, or send another.',
    again: 'Send another code',
  },
  mailSent: {
    title: 'Check your mail',
    missing: 'No mail after a few minutes? Look in the spam folder, or check the address and send another.',
    again: 'Send another mail',
  },
  voidLink: {
    title: 'This link does not work',
    used: 'This link was used, has expired or was replaced by a newer one.',
    lost: 'For your safety, this page does not keep the link when it is reloaded. Open the link in the mail again.',
  },
  email: {
    verified: 'Verified',
    unverified: 'Not verified',
    send: 'Send verification mail',
    sent: (email: string) => `A mail to ${email} is on its way. Its link is good for 24 hours.`,
  },
  verifyEmail: {
    title: 'Verify your email',
    signInFirst: 'Sign in to verify your email address.',
    lead: 'Confirm that you receive mail at this address.',
    submit: (email: string) => `Verify ${email}`,
    done: (email: string) => `${email} is verified.`,
    already: (email: string) => `${email} is verified already.`,
    toAccount: 'Go to your account',
    otherAccount: (email: string) =>
      `This link was mailed to another account, and you are signed in as ${email}. Sign out, open the link again, and sign in to the account that it was mailed to.`,
  },
  changeEmail: {
    heading: 'Change your email',
    effect: (email: string) =>
      `We mail a link to the new address, and tell ${isolate(email)}. The change takes effect with the link. Then all your other sessions are signed out, and this device gets a new session.`,
    field: 'New email',
    ask: 'Send link',
    sent: (email: string) => `A mail to ${isolate(email)} is on its way. Its link is good for 24 hours.`,
    pending: (email: string) =>
      `A change to ${isolate(email)} waits for you to open the link in the mail to that address, in a browser that is signed in to your account.`,
    title: 'Change your email',
    signInFirst: 'Sign in to your account, with its present email, to change the email.',
    lead: (from: string, to?: string) =>
      to
        ? `Change the email of your account from ${isolate(from)} to ${isolate(to)}.`
        : `Change the email of your account from ${isolate(from)} to the address that received the link.`,
    submit: 'Change email',
    done: (email: string) =>
      `Your email is ${isolate(email)} now. All other sessions were signed out. The former address received a link that undoes the change for 72 hours, if it was verified.`,
    otherAccount: (email: string) =>
      `This link was mailed to change another account, and you are signed in as ${email}. Sign out, open the link again, and sign in to the account that it is for.`,
    toAccount: 'Go to your account',
  },
  undoEmailChange: {
    title: 'Undo the change of your email',
    lead: 'Your account gets this address back, and every device is signed out. Passwords and second factors that were set since the change are removed.',
    submit: 'Undo the change',
    done: 'The change was undone, and your account has its former email again. Set a new password now: somebody may know the old one.',
    donePending:
      'The change was undone, but some devices may still be signed in. Set a new password now: it signs them out.',
    again: 'Set a new password',
    uncertain: 'The change may just have been undone. Try to sign in with your former email.',
  },

  navigation: {
    label: 'Main',
    sessions: 'Your sessions',
    account: 'Account',
    users: 'Users',
    signOut: 'Sign out',
    signedInAs: 'Signed in as',
    signedOut: 'You are signed out on this device.',
  },

  errors: {
    offline: 'You are offline. This page may be out of date; anything you typed is kept.',
    unreachable: 'The service is not responding. This page may be out of date; anything you typed is kept. Retrying…',
    unavailable: 'The service cannot reach its database right now. Anything you typed is kept. Retrying…',
    starting: 'The service is not responding right now. This page opens as soon as it does.',
    startingTitle: 'One moment',
    startOver: 'Sign out and start over',
    noAnswer: 'The service did not respond, so this may or may not have been done. Check before you try again.',
    tooMany: (wait: string) => `Too many attempts. Try again ${wait}. Devices that are signed in stay signed in.`,
    crashTitle: 'Something went wrong on this page',
    crash: 'This is a bug in the console. Your sessions are not affected.',
    reload: 'Reload page',
  },

  signInAgain: {
    causes: {
      ended: {
        title: 'This browser is no longer signed in',
        why: 'The session has expired or was signed out, or the browser lost its cookie: cookies were deleted, or another site on this host replaced it. Sign in again to continue: anything you typed is still here.',
      },
      notKept: {
        title: 'Your browser did not keep you signed in',
        why: 'The sign-in succeeded, but the next request had no valid session. Allow cookies for this site, and open it over https (or on localhost). Then sign in again.',
      },
      repeated: {
        title: 'Your browser sends two session cookies',
        why: 'Another page on this host has set a cookie of the same name. Sign in again to remove it: anything you typed is still here.',
      },
    },
    changes: {
      sign_in_again: {
        title: 'The change was made: sign in again',
        why: 'All sessions were signed out, and this one could not be replaced. If you changed your password, sign in with the new one.',
      },
      revocation_pending: {
        title: 'The change was made: sign in again',
        why: 'Some other sessions may still be signed in. Signing in here signs them out. If you changed your password, sign in with the new one.',
      },
    },
    uncertain: {
      password: 'Your password may just have been changed. If the old one does not work, try the new one.',
      account: 'Your account may just have been deleted. If so, you can no longer sign in.',
      factors: 'Your second factor may just have been changed. If you are not asked for a code, it is not set up.',
    },
    otherUser: 'Sign in as another user',
    done: 'You are signed in again. Anything you typed is still here.',
  },

  reauthentication: {
    declined: 'Nothing was changed. Confirm that it’s you to continue.',
    title: 'Confirm it’s you',
    why: 'You signed in a while ago. Enter your password again to continue. This device then gets a new session, which replaces the old one.',
    whyCode:
      'You signed in a while ago. Enter a code of your authenticator app to continue. This device then gets a new session, which replaces the old one.',
    whyPasskey:
      'You signed in a while ago. Choose your passkey to continue. This device then gets a new session, which replaces the old one.',
    submit: 'Continue',
  },

  sessions: {
    title: 'Your sessions',
    lead: 'All places where you are signed in. Sign out any you don’t recognize: its very next request is refused.',
    label: 'Your sessions',
    revokeOthers: 'Sign out all others',
    onlyThis: 'You are not signed in anywhere else.',
    revokeOthersTitle: 'Sign out all other sessions?',
    revokeOthersEffect: (n: number) =>
      `${n === 0 ? 'We know of no other sessions.' : `${count(n, 'other session')} will be signed out: ${refused(n)}.`} This device gets a new session, so any copy of its old one stops working.`,
    revokeOthersSubmit: 'Sign out the others',
    revokeOthersDone: (n: number) =>
      n === 0
        ? 'There were no other sessions. This device has a new one.'
        : `Signed out ${count(n, 'other session')}: ${refused(n)}. This device has a new session.`,
  },

  session: {
    current: 'This device',
    signOut: 'Sign out',
    signOutNamed: (device: string) => `Sign out ${isolate(device)}`,
    signedOut: 'Signed out',
    signedOutElsewhere: (device: string) => `${isolate(device)} was signed out, or its session expired.`,
    appeared: (device: string) => `New session: ${isolate(device)}. It is last in the list.`,
    signedIn: 'Signed in',
    lastSeen: 'Last seen',
    now: 'now',
    details: 'Details',
    exactSignedIn: 'Signed in',
    exactAuthenticated: 'Password last entered',
    exactSeen: 'Last seen (updated now and then, not on every request)',
    exactExpires: 'Expires if unused',
    exactEnds: 'Expires at the latest',
    scopes: 'Scopes',
    noScopes: 'None',
    browser: 'User agent, as reported by the device',
    nothing: 'None',
    id: 'Session ID',
    signOutTitle: 'Sign out this session?',
    signOutEffect: (device: string, ip: string) =>
      `${isolate(device)} at ${ip} will be signed out: its very next request is refused.`,
    signOutHere: 'This is the device you are using: you will be signed out here.',
    signOutSubmit: 'Sign out',
    signOutDone: (device: string) => `Signed out ${isolate(device)}: its next request is refused.`,
    signOutGone: (device: string) =>
      `${isolate(device)} was already signed out, or continues with a new session. Check the list.`,
  },

  device: {
    unknown: 'Unknown device',
    on: (browser: string, system: string) => `${browser} on ${system}`,
  },

  account: {
    title: 'Account',
    profile: 'Profile',
    email: 'Email',
    name: 'Name',
    noName: 'None',
    since: 'Created',
    id: 'User ID',
    scopes: 'Scopes',
    password: 'Change your password',
    passwordEffect: 'All your other sessions are signed out, and this device gets a new session.',
    passwordSubmit: 'Change password',
    passwordDone:
      'Your password was changed. All other sessions were signed out: the next request from each is refused.',
    delete: 'Delete account',
    deleteEffect: 'Your account and all its sessions are deleted immediately. This cannot be undone.',
    deleteSubmit: 'Delete account…',
    deleteTitle: 'Delete your account?',
    deleteConfirm: (email: string) => `Enter ${email} to confirm`,
    deleteMismatch: 'This is not your email address.',
    deleteNotAllowed: 'You have the scope admin:write, so you cannot delete yourself. Ask another administrator.',
    deleteFinal: 'Delete permanently',
    deleted: 'Your account was deleted, and all its sessions were signed out.',
  },

  factors: {
    title: 'Two-factor sign-in',
    off: 'Off: your password alone signs you in. With an authenticator app or a passkey, a stranger who learns the password cannot sign in.',
    app: 'Authenticator app',
    appSince: (when: string) => `Set up on ${when}`,
    recoveryCodes: 'Recovery codes',
    left: (n: number) => (n === 0 ? 'None left' : `${n} left`),
    fewLeft: 'Replace them before you run out: without the app or a passkey, only a recovery code signs you in.',
    missingScopes: (scopes: string) =>
      `This session does not have ${scopes}: the service may require two-factor sign-in for that. Set up an authenticator app or a passkey to use it.`,
    setUp: 'Set up an authenticator app',
    setUpTitle: 'Set up an authenticator app',
    scan: 'Scan this code with the app, or open it on this device. Then enter the six digits that the app shows.',
    qrCode: 'QR code of the key below',
    open: 'Open the app on this device',
    key: 'Or type this key into the app:',
    activate: 'Turn on',
    changed: 'Your account was changed meanwhile, perhaps in another tab. Close this and start again.',
    activated:
      'Two-factor sign-in is on. All your other sessions were signed out: the next request from each is refused.',
    codesTitle: 'Save your recovery codes',
    codesEffect:
      'Without your authenticator app or passkey, each of these codes signs you in once. They are not shown again: keep them where you keep passwords.',
    copy: 'Copy',
    copied: 'The codes were copied.',
    notCopied: 'The browser did not allow copying. Select the codes instead.',
    download: 'Download',
    file: 'recovery-codes.txt',
    print: 'Print',
    saved: 'I have saved them',
    replace: 'Replace recovery codes',
    replaceTitle: 'Replace your recovery codes?',
    replaceEffect:
      'You get ten new codes, and those you have stop working. All your other sessions are signed out, and this device gets a new session.',
    replaced: 'Your recovery codes were replaced. All your other sessions were signed out.',
    remove: 'Remove the app',
    removeTitle: 'Remove the authenticator app?',
    removeEffect:
      'Without a passkey, your password alone signs you in again, and your recovery codes stop working. All your other sessions are signed out, and this device gets a new session.',
    removeSubmit: 'Remove',
    removed: 'The authenticator app was removed. All your other sessions were signed out.',
  },

  passkeys: {
    title: 'Passkeys',
    none: 'None. A passkey signs you in with your fingerprint, your face or a PIN, without your password.',
    notSupported: 'This browser cannot make passkeys.',
    add: 'Add a passkey',
    addTitle: 'Add a passkey',
    addEffect:
      'Your device makes a passkey and keeps it. All your other sessions are signed out, and this device gets a new session.',
    added: (when: string) => `Added on ${when}.`,
    used: (when: string) => `Last used on ${when}, or the day after.`,
    unused: 'Not used yet.',
    done: 'The passkey was added. All your other sessions were signed out: the next request from each is refused.',
    name: 'Name',
    nameHint: 'So that you recognize it in this list.',
    rename: 'Rename',
    renameNamed: (name: string) => `Rename ${isolate(name)}`,
    renameTitle: 'Rename the passkey',
    renameSubmit: 'Rename',
    renamed: (name: string) => `The passkey is now called ${isolate(name)}.`,
    remove: 'Remove',
    removeNamed: (name: string) => `Remove ${isolate(name)}`,
    removeTitle: (name: string) => `Remove ${isolate(name)}?`,
    removeEffect:
      'This passkey signs you in no longer. Without another second factor your password alone does, and your recovery codes stop working. All your other sessions are signed out, and this device gets a new session.',
    removeSubmit: 'Remove',
    removed: (name: string) => `${isolate(name)} was removed. All your other sessions were signed out.`,
    canceled: 'No passkey was chosen. Try again, or sign in another way.',
    known: 'This device has a passkey of your account already.',
  },

  users: {
    title: 'Users',
    lead: 'Find a user by the full email address they sign in with.',
    find: 'Find',
    findLabel: 'Email address',
    none: (email: string) => `No user has the email address ${email}. Enter the full address, not a part of it.`,
    all: 'All users',
    more: 'Show more',
    shownAll: (n: number) => `That’s all: ${count(n, 'user')}.`,
    shownSoFar: (n: number) => `${count(n, 'user')} so far.`,
    create: 'Create user',
    disabled: 'Disabled',
    active: 'Active',
    noScopes: 'None besides their own account',
    notAllowed: 'This page is for administrators: your session does not have the scope admin:read.',
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
    done: (email: string) => `A mail to ${email} is on its way.`,
    expires: 'Expires',
    statuses: { open: 'Open', accepted: 'Accepted', revoked: 'Revoked' },
    revoke: 'Revoke',
    revokeLabel: (email: string) => `Revoke the invitation of ${email}`,
    revokeTitle: (email: string) => `Revoke the invitation of ${email}?`,
    revokeEffect: 'The link in the mail stops working.',
    revoked: (email: string) => `The invitation of ${email} was revoked.`,
  },

  createUser: {
    title: 'Create a user',
    scopesHint: 'Separated by spaces, such as notes:read. Users need no scope for their own account.',
    password: 'Initial password',
    passwordHint: 'It cannot be looked up later. The user can change it under Account.',
    submit: 'Create',
    done: (email: string) => `${email} can sign in now.`,
    doneTitle: (email: string) => `${email} can sign in now`,
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
    editTitle: (email: string) => `Edit ${email}`,
    save: 'Save',
    saved: (email: string) => `${email} was updated.`,
    savedRevoked: (email: string) =>
      `${email} was updated, and all their sessions were revoked: the next request from each is refused.`,
    nothingChanges: 'No changes yet.',
    nameChanges: 'The name changes. Sessions are not affected.',
    adds: (scopes: string) =>
      `Adding ${scopes} takes effect when the user next signs in or enters their password again.`,
    removes: (scopes: string, n: number) =>
      `Removing ${scopes} immediately revokes all sessions of the user (currently ${n === 0 ? 'none' : n}).`,
    disable: 'Disable',
    disableTitle: (email: string) => `Disable ${email}?`,
    disableEffect: (n: number) =>
      `${n === 0 ? 'There are no sessions to revoke.' : `${count(n, 'session')} will be revoked: ${refused(n)}.`} The user cannot sign in until an administrator enables them again.`,
    disabled: (email: string) => `${email} was disabled and cannot sign in. All their sessions were revoked.`,
    enable: 'Enable',
    enableTitle: (email: string) => `Enable ${email}?`,
    enableEffect: 'The user can sign in again with their password. Revoked sessions stay revoked.',
    enabled: (email: string) => `${email} can sign in again. Revoked sessions stay revoked.`,
    delete: 'Delete',
    deleteTitle: (email: string) => `Delete ${email}?`,
    deleteEffect:
      'The account and all its sessions are deleted immediately. This cannot be undone. The email address can be used again.',
    deleteSubmit: 'Delete permanently',
    deleted: (email: string) => `${email} was deleted, and all their sessions were revoked.`,
    email: { verified: 'Email verified', unverified: 'Email not verified' },
    sendReset: 'Send password reset mail',
    sendResetTitle: (email: string) => `Send ${email} a password reset mail?`,
    sendResetEffect:
      'The mail has a link that sets a new password. It is good for an hour. Until it is used, the password and all sessions stay as they are.',
    sendResetDone: (email: string) => `A password reset mail to ${email} is on its way.`,
    setPassword: 'Set password',
    setPasswordTitle: (email: string) => `Set a password for ${email}`,
    setPasswordEffect: (n: number) =>
      `The current password stops working. ${n === 0 ? 'There are no sessions to revoke.' : `${count(n, 'session')} will be revoked: ${refused(n)}.`}`,
    setPasswordDone: (email: string) => `${email} has a new password`,
    setPasswordRequire: 'The user must choose another password at the next sign-in',
    setPasswordGive: 'Give this password to the user yourself: it is not mailed, and it is not shown again.',
    unlock: 'Unlock sign-in',
    unlockTitle: (email: string) => `Unlock sign-in for ${email}?`,
    unlockEffect:
      'After too many wrong passwords, sign-in is blocked for a while. Unlocking resets the counters of wrong passwords of this account. Nothing else changes.',
    unlockDone: (email: string) => `${email} can try to sign in again.`,
    resetFactors: 'Reset second factors',
    resetFactorsTitle: (email: string) => `Reset the second factors of ${email}?`,
    resetFactorsEffect: (n: number) =>
      `The user’s authenticator app, passkeys and recovery codes stop working, and the password alone signs in. Do this only if you know that the request is from the user. ${n === 0 ? 'There are no sessions to revoke.' : `${count(n, 'session')} will be revoked: ${refused(n)}.`}`,
    resetFactorsDone: (email: string) =>
      `${email} can sign in with the password alone. All their sessions were revoked.`,
    sessions: 'Sessions',
    sessionsLive: 'This list updates automatically.',
    noSessions: 'No active sessions.',
    revokeAll: 'Revoke all sessions',
    revokeAllTitle: (email: string) => `Revoke all sessions of ${email}?`,
    revokeAllEffect: (n: number) =>
      `${n === 0 ? 'There are no sessions now; a session that starts in the meantime is revoked too.' : `${count(n, 'session')} will be revoked: ${refused(n)}.`} The user can sign in again with their password. To prevent that, disable the user.`,
    revokeAllYou: 'This is your own account: you will be signed out here as well.',
    revokeAllDone: (n: number) =>
      n === 0 ? 'There were no sessions to revoke.' : `${count(n, 'session')} revoked: ${refused(n)}.`,
  },
} as const
