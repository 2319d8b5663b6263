/** The configuration that the service writes into the page. */
const { registration, passwordMinLength } = document.documentElement.dataset

export const settings = {
  registrationOpen: registration === 'open',
  passwordMinLength: Number(passwordMinLength),
} as const
