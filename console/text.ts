// Every string of the console, in the order in which people meet them. Sentences say what will happen, or what has.

const count = (n: number, one: string, many = `${one}s`) => (n === 1 ? `one ${one}` : `${n} ${many}`)
/** What people have written themselves, kept from turning the sentence around it (Unicode TR9, isolates). */
const own = (words: string) => `\u2068${words}\u2069`
const capital = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1)

export const text = {
  language: 'en',
  name: 'Coatcheck',
  skip: 'Skip to the content',
  loading: 'Loading…',
  aMomentAgo: 'a moment ago',
  cancel: 'Cancel',
  close: 'Close',
  retry: 'Try again',
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
    showPassword: 'Show the password',
    hidePassword: 'Hide the password',
    emailInvalid: 'Type a whole email address, such as ada@example.com.',
  },

  rules: {
    title: 'What it needs',
    length: (least: number, now: number) => `${least} characters or more${now > 0 ? ` (${now} so far)` : ''}`,
    ownWords: 'More than your own email, your name, or this place’s name',
    common: 'Not one of the common ones, which are guessed first (looked up when you save)',
    met: 'met',
    unmet: 'not met yet',
  },

  signIn: {
    title: 'Sign in',
    lead: 'See where you are signed in, and end what you do not recognise.',
    submit: 'Sign in',
    noAccount: 'No account yet?',
    register: 'Create one',
  },
  register: {
    title: 'Create an account',
    lead: 'You are signed in right afterwards.',
    submit: 'Create the account',
    haveAccount: 'Have an account already?',
    signIn: 'Sign in',
    done: (email: string) => `Welcome. The account ${email} is yours, and you are signed in.`,
  },

  navigation: {
    label: 'Main',
    sessions: 'Your sessions',
    account: 'Account',
    people: 'People',
    signOut: 'Sign out',
    signedInAs: 'Signed in as',
    signedOut: 'You are signed out, and this browser’s session has ended.',
  },

  trouble: {
    offline: 'You are offline. What you see is how it was; nothing you typed is lost.',
    unreachable: 'The service does not answer. What you see is how it was; nothing you typed is lost. Trying again…',
    unavailable: 'The service cannot reach its data right now. Nothing you typed is lost. Trying again…',
    starting: 'The service does not answer right now. This page opens as soon as it does.',
    startingTitle: 'One moment',
    startAnew: 'Sign out here and start anew',
    noAnswer: 'No answer came. What you asked for may have happened or not: look before you try again.',
    tooMany: (wait: string) => `There were too many attempts. Try again ${wait}. Whoever is signed in stays signed in.`,
    crashTitle: 'Something went wrong on this page',
    crash: 'That is our mistake and not yours. Nothing has happened to your sessions.',
    reload: 'Load the page again',
  },

  ended: {
    title: 'You have been signed out',
    why: 'This session was ended from another device or tab or by an administrator, or its time was up. Sign in again to go on where you were: what you typed is kept.',
    doubts: {
      password: 'Your password may have changed just before: where the old one is not taken, try the new one.',
      account: 'Your account may have been deleted just before: then no password is taken.',
    },
    somebodyElse: 'Sign in as somebody else',
    back: 'You are signed in again. What you typed is still here.',
  },

  confirm: {
    declined: 'This was not done: it needs your password once more.',
    title: 'Confirm that it is you',
    why: 'This needs your password once more, since your last sign-in was a while ago. This device gets a new session in place of the old one.',
    submit: 'Confirm',
  },

  sessions: {
    title: 'Your sessions',
    lead: 'Every place where you are signed in. End what you do not recognise: its very next request is refused.',
    label: 'Your sessions',
    revokeOtherSessions: 'End all others',
    onlyThis: 'You are signed in nowhere else.',
    endOthersTitle: 'End all other sessions?',
    endOthersWill: (n: number) =>
      n === 0
        ? 'You are signed in nowhere else that we know of. This device gets a new session, so that a copy of the old one is worthless.'
        : `${capital(count(n, 'other session'))} will end; the next request from ${n === 1 ? 'it' : 'each'} is refused. This device gets a new session, so that a copy of the old one is worthless.`,
    endOthersSubmit: 'End the others',
    othersEnded: (n: number) =>
      n === 0
        ? 'There was no other session. This device has a new one.'
        : `${capital(count(n, 'other session'))} ended; the next request from ${n === 1 ? 'it' : 'each'} is refused. This device has a new one.`,
  },

  session: {
    current: 'This device',
    end: 'End',
    endNamed: (device: string) => `End ${own(device)}`,
    ended: 'Ended',
    endedElsewhere: (device: string) => `A session has ended: ${own(device)}.`,
    appeared: (device: string) => `There is a new session: ${own(device)}. It stands last in the list.`,
    signedIn: 'Signed in',
    lastSeen: 'Last seen',
    now: 'now',
    details: 'Details',
    exactSignedIn: 'Signed in',
    exactConfirmed: 'Password last given',
    exactSeen: 'Last seen (noted now and then, not at every request)',
    exactExpires: 'Ends unless used before',
    exactEnds: 'Ends at the latest',
    scopes: 'Scopes',
    noScopes: 'nothing that asks for a scope',
    browser: 'What the browser says of itself',
    nothing: 'nothing',
    id: 'Session id',
    endTitle: 'End this session?',
    endWill: (device: string, ip: string) =>
      `${own(device)} at ${ip} will be signed out: its very next request is refused.`,
    endWillHere: 'This is the device in front of you: you will be signed out here.',
    endSubmit: 'End the session',
    endDone: (device: string) => `${own(device)} is signed out; its next request is refused.`,
    endGone: (device: string) =>
      `${own(device)} is not there any more under its number: it had been signed out, or goes on as a new session. Look at the list.`,
  },

  device: {
    unknown: 'Unknown device',
    on: (browser: string, system: string) => `${browser} on ${system}`,
  },

  account: {
    title: 'Account',
    about: 'About you',
    email: 'Email',
    name: 'Name',
    noName: 'none',
    since: 'Since',
    id: 'User id',
    scopes: 'Scopes',
    password: 'Change your password',
    passwordWill: 'All your sessions end, here and elsewhere, and this device gets a new one.',
    passwordSubmit: 'Change the password',
    passwordDone: 'Your password has changed. All other sessions have ended; the next request from each is refused.',
    remove: 'Delete the account',
    removeWill: 'The account and all its sessions are gone at once, and nobody can bring them back.',
    removeSubmit: 'Delete the account…',
    removeTitle: 'Delete your account?',
    removeConfirm: (email: string) => `Type ${email} to say that you mean it.`,
    removeMismatch: 'This is not your email address.',
    removeNotYou: 'You hold admin:write and cannot delete yourself. Another administrator can.',
    removeFinally: 'Delete it for good',
    removed: 'Your account is deleted, and all its sessions have ended.',
  },

  people: {
    title: 'People',
    lead: 'Find somebody by the whole email address they sign in with.',
    find: 'Find',
    findLabel: 'Email address',
    none: (email: string) => `Nobody signs in as ${email}. The whole address is needed; a part of it finds nobody.`,
    all: 'Everybody',
    more: 'Show more',
    end: (n: number) => `That is everybody: ${count(n, 'person', 'people')}.`,
    shown: (n: number) => `${capital(count(n, 'person', 'people'))} so far.`,
    create: 'Create a user',
    disabled: 'Disabled',
    active: 'Active',
    noScopes: 'No scopes besides their own account',
    notAllowed: 'This part is for administrators: your session does not hold admin:read.',
  },

  create: {
    title: 'Create a user',
    scopesHint: 'Separated by spaces, such as notes:read. None is needed for their own account.',
    password: 'First password',
    passwordHint: 'Nobody can look it up later. They can change it under Account.',
    make: 'Make one',
    submit: 'Create',
    done: (email: string) => `${email} can sign in now.`,
    doneTitle: (email: string) => `${email} can sign in now`,
    doneWill: 'Tell them this password yourself: no mail is sent, and it is shown nowhere again.',
    doneSubmit: 'Done',
  },

  person: {
    back: 'All people',
    gone: 'There is no such user, or no longer.',
    you: 'You',
    facts: 'About this user',
    notYourself: 'You hold admin:write and cannot disable or delete yourself. Another administrator can.',
    edit: 'Edit',
    editTitle: (email: string) => `Edit ${email}`,
    save: 'Save',
    saved: (email: string) => `${email} is changed.`,
    savedEnded: (email: string) =>
      `${email} is changed, and all their sessions have ended; the next request from each is refused.`,
    nothingChanges: 'Nothing changes yet.',
    nameChanges: 'The name changes; sessions are not touched.',
    grants: (scopes: string) => `Granting ${scopes} takes effect when they next sign in or confirm their password.`,
    takes: (scopes: string, n: number) =>
      `Taking away ${scopes} ends all their sessions at once (${n === 0 ? 'none now' : `${n} now`}).`,
    disable: 'Disable',
    disableTitle: (email: string) => `Disable ${email}?`,
    disableWill: (n: number) =>
      `${n === 0 ? 'There is no session to end now' : `${capital(count(n, 'session'))} will end, and the next request from ${n === 1 ? 'it' : 'each'} is refused`}. No password lets them in until somebody enables them.`,
    disabled: (email: string) => `${email} is disabled. All their sessions have ended, and no password lets them in.`,
    enable: 'Enable',
    enableTitle: (email: string) => `Enable ${email}?`,
    enableWill: 'They can sign in again with their password. The sessions that ended stay ended.',
    enabled: (email: string) => `${email} can sign in again. Old sessions stay ended.`,
    remove: 'Delete',
    removeTitle: (email: string) => `Delete ${email}?`,
    removeWill:
      'The account and all its sessions are gone at once, and nobody can bring them back. The email address is free again.',
    removeSubmit: 'Delete for good',
    removed: (email: string) => `${email} is deleted, and all their sessions have ended.`,
    sessions: 'Sessions',
    sessionsLive: 'As they are now; what changes shows itself.',
    noSessions: 'Signed in nowhere.',
    revokeAllSessions: 'End all sessions',
    endAllTitle: (email: string) => `End all sessions of ${email}?`,
    endAllWill: (n: number) =>
      `${n === 0 ? 'There is none now; any that appears meanwhile will end' : `${capital(count(n, 'session'))} will end; the next request from ${n === 1 ? 'it' : 'each'} is refused`}. They can sign in again with their password; to keep them out, disable them.`,
    endAllYou: 'This is you: you will be signed out here as well.',
    endAllDone: (n: number) =>
      n === 0
        ? 'There was no session to end.'
        : `${capital(count(n, 'session'))} ended; the next request from ${n === 1 ? 'it' : 'each'} is refused.`,
  },
} as const
