/** The configuration that the service writes into the page. */
const { registration, mail, loginCode, passwordMinLength, basePath = '' } = document.documentElement.dataset

export const settings = {
  /** `open`: with a password at once. `mail`: by a mailed link. */
  registration: registration === 'open' || registration === 'mail' ? registration : 'closed',
  /** Whether the service sends mail; otherwise the routes of mailed links do not exist. */
  sendsMail: mail === 'on',
  /** Whether a mailed code signs in. */
  signsInByCode: loginCode === 'on',
  passwordMinLength: Number(passwordMinLength),
  /** The path of the API on its host, such as `/prod`. */
  basePath,
} as const
