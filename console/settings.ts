/** What the service has told the page about its configuration. */
const { registration, passwordMinLength } = document.documentElement.dataset

export const settings = {
  registrationOpen: registration === 'open',
  passwordMinLength: Number(passwordMinLength),
} as const
