import type { FactorsChange } from '../mail-message.ts'
import type { Template } from '../wording.ts'

const IGNORE = 'If you did not ask for this, ignore this mail: nothing changes.'

/** The start of the subject, and what is said about the change. */
const CHANGES: Readonly<Record<FactorsChange, readonly [subject: string, sentence: string]>> = {
  totp_added: [
    'Authenticator app added to',
    'An authenticator app was added to your account. Signing in now also needs a code of this app.',
  ],
  totp_removed: ['Authenticator app removed from', 'The authenticator app was removed from your account.'],
  passkey_added: ['Passkey added to', 'A passkey was added to your account.'],
  passkey_removed: ['Passkey removed from', 'A passkey was removed from your account.'],
  recovery_codes_replaced: [
    'New recovery codes for',
    'Your account has new recovery codes. The earlier ones no longer work.',
  ],
  recovery_code_used: [
    'Recovery code used for',
    'A recovery code was used to sign in to your account. It does not work again.',
  ],
  identity_linked: ['Identity linked to', 'A sign-in with another provider was added to your account.'],
  identity_unlinked: ['Identity unlinked from', 'A sign-in with another provider was removed from your account.'],
  reset_by_administrator: [
    'Second factors removed from',
    'An administrator removed all second factors from your account, and signed you out everywhere. Sign in and set up a new one.',
  ],
}

/** English. */
export const en: Template = {
  greeting: (name) => (name ? `Hello ${name},` : 'Hello,'),
  copyLink: 'If the button does not work, copy this address into your browser:',
  footer: (productName) => `${productName} sent this mail automatically. Replies are not read.`,
  unsubscribe: 'Turn these notices off:',
  words: {
    registration: (_message, { productName, lifetime }) => ({
      subject: `Complete your registration with ${productName}`,
      paragraphs: [`Someone, probably you, wants to open an account with ${productName} for this address.`],
      action: 'Complete the registration',
      validity: `The link is good for ${lifetime} and works once.`,
      otherwise: 'If it was not you, ignore this mail: no account is opened.',
    }),
    account_exists: (_message, { productName }) => ({
      subject: `You already have an account with ${productName}`,
      paragraphs: [
        `Someone, probably you, wanted to open an account with ${productName} for this address, but it has one already.`,
        'Sign in with it. If you have forgotten the password, the sign-in page helps.',
      ],
      action: 'Go to the sign-in page',
      otherwise: 'If it was not you, ignore this mail: your account is as before.',
    }),
    verification: (_message, { productName, lifetime }) => ({
      subject: `Confirm your address for ${productName}`,
      paragraphs: [`Please confirm that this address belongs to your account with ${productName}.`],
      action: 'Confirm the address',
      validity: `The link is good for ${lifetime} and works once.`,
      otherwise: 'If it was not you, ignore this mail: the address stays unconfirmed.',
    }),
    email_change: (_message, { productName, lifetime }) => ({
      subject: `Confirm your new address for ${productName}`,
      paragraphs: [
        `This address is to become the address of an account with ${productName}.`,
        'The change takes effect with the link. Then you are signed out everywhere, and sign in with this address.',
      ],
      action: 'Use this address',
      validity: `The link is good for ${lifetime} and works once.`,
      otherwise: IGNORE,
    }),
    email_change_requested: ({ newEmail }, { productName }) => ({
      subject: `A new address for ${productName} was asked for`,
      paragraphs: [
        `Someone, probably you, asked to change the address of your account with ${productName} to ${newEmail}.`,
        'The change takes effect once it is confirmed at the new address. Then this address receives a link that undoes it.',
        'If you asked for it, there is nothing to do here.',
      ],
      action: 'Set a new password',
      otherwise: 'If it was not you, set a new password now: it stops the change and signs you out everywhere.',
    }),
    email_changed: ({ newEmail }, { productName, lifetime }) => ({
      subject: `Your address for ${productName} was changed`,
      paragraphs: [
        `Your account with ${productName} now has the address ${newEmail}. This address no longer signs in.`,
        'If you made this change, there is nothing to do.',
      ],
      action: 'Undo the change',
      validity: `The link is good for ${lifetime} and works once.`,
      otherwise:
        'If it was not you, undo the change now: your account gets this address back and is signed out everywhere. Then set a new password.',
    }),
    email_change_undone: (_message, { productName }) => ({
      subject: `Your account with ${productName} has this address again`,
      paragraphs: [
        `The change of the address of your account with ${productName} was undone. You are signed out everywhere.`,
        'What was set since the change, such as a password or a second factor, was removed.',
      ],
      action: 'Set a new password',
      otherwise:
        'If you did not make that change, somebody had access to your account: set a new password now, and check how it signs in.',
    }),
    password_reset: (_message, { productName, lifetime }) => ({
      subject: `Set a new password for ${productName}`,
      paragraphs: [
        `Someone, probably you, asked to set a new password for your account with ${productName}.`,
        'With the new password you are signed out everywhere.',
      ],
      action: 'Set a new password',
      validity: `The link is good for ${lifetime} and works once. A later mail replaces it.`,
      otherwise: 'If it was not you, ignore this mail: your password stays as it is.',
    }),
    login_code: (_message, { productName, lifetime }) => ({
      subject: `Your code for ${productName}`,
      paragraphs: [`Type this code where you are signing in to ${productName}:`],
      action: 'Open the sign-in page',
      validity: `The code is good for ${lifetime}, works once, and only in the browser that asked for it. In another browser the link shows the code.`,
      otherwise:
        'If it was not you, ignore this mail. Give the code to nobody, not even to someone who claims to be from support.',
    }),
    password_changed: (_message, { productName }) => ({
      subject: `Your password for ${productName} was changed`,
      paragraphs: [
        `The password of your account with ${productName} was changed, and all other sessions were signed out.`,
        'If you made this change, there is nothing to do.',
      ],
      action: 'Set a new password',
      otherwise: 'If it was not you, set a new password now.',
    }),
    factors_changed: ({ change }, { productName }) => ({
      subject: `${CHANGES[change][0]} your account with ${productName}`,
      paragraphs: [CHANGES[change][1], 'If you made or asked for this change, there is nothing to do.'],
      action: 'Check the security of the account',
      otherwise: 'If it was not you, set a new password now and check how your account signs in.',
    }),
    new_sign_in: ({ device, ip, at }, { productName, formatTime }) => ({
      subject: `New sign-in to ${productName}`,
      paragraphs: [
        `Your account with ${productName} was used on a device and a network that are new to it.`,
        `${device}, IP address ${ip}, ${formatTime(at)}`,
        'If it was you, there is nothing to do.',
      ],
      action: 'Check the sessions of the account',
      otherwise: 'If it was not you, sign that session out and set a new password now.',
    }),
    invitation: ({ invitedBy }, { productName, lifetime }) => ({
      subject: `Invitation to ${productName}`,
      paragraphs: [`${invitedBy ?? 'An administrator'} invites you to open an account with ${productName}.`],
      action: 'Accept the invitation',
      validity: `The link is good for ${lifetime} and works once.`,
      otherwise: 'If you did not expect this invitation, ignore this mail: no account is opened.',
    }),
  },
}
